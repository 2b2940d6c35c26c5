import { v7 as newId } from 'uuid'
import { z } from 'zod'
import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import type { Ticket } from '../../../src-preload/contract/inbox.ts'
import type { Comparison } from '../../../src-preload/contract/releases.ts'
import { assertNever } from '../../../src-preload/contract/vocabulary.ts'
import { addCommand } from '../command.ts'
import type { Parent, Session } from '../command.ts'
import { createOutput, shortDigest } from '../output.ts'
import { say } from '../say.ts'
import { comparisonLines } from '../show/diff.ts'
import { section } from '../show/state.ts'
import { ticketLines, ticketSubject } from '../show/ticket.ts'
import type { Client } from '../surroundings.ts'
import { invalid } from './given.ts'

const decisions = ['approve', 'reject', 'revoke'] as const
type Decision = (typeof decisions)[number]

/** The decisions. Each names what it is about by its context hash, so that nobody decides unseen. */
export function addDeciding(parent: Parent): void {
  for (const decision of decisions) addDecision(parent, decision)
}

function addDecision(parent: Parent, decision: Decision): void {
  addCommand(parent, {
    usage: `${decision} <ticket>`,
    text: `inbox.${decision}`,
    flags: [
      { flags: '--digest <hash>', text: 'flag.digest' },
      { flags: '--comment <text>', text: 'flag.comment' },
    ],
    options: z.object({
      ticket: z.string(),
      digest: z.string().optional(),
      comment: z.string().optional(),
    }),
    run: async (session, options) => {
      const comment = options.comment?.trim() ?? ''
      if (decision !== 'approve' && comment === '') throw new PilothouseError('comment_required', {})
      const { inbox, releases } = await session.client()
      const ticket = await inbox.get({ ticket: options.ticket })
      if (options.digest === undefined) {
        await confirm(session, decision, ticket, () => compareTicket(releases, ticket))
      } else {
        refuseOtherDigest(options.digest, ticket)
      }
      const answer = await inbox[decision]({
        ticket: ticket.id,
        command_id: newId(),
        seen_revision: ticket.revision,
        seen_context_hash: ticket.context_hash,
        comment,
      })
      session.output.answer(answer, (paint) => [
        `${paint('strong', ticketSubject(answer.ticket))}  ${say('say.decided', { status: answer.ticket.status })}`,
      ])
    },
  })
}

/**
 * The reader's own comparison of the document that a ticket is about; null for a change of policy or access, which the
 * ledger compares itself.
 */
export async function compareTicket(
  releases: Client['releases'],
  ticket: Ticket,
): Promise<Comparison | null> {
  switch (ticket.scope_type) {
    case 'release':
    case 'rollback':
    case 'review':
      return releases.compare({ release: ticket.scope_id })
    case 'policy':
    case 'access':
      return null
    default:
      return assertNever(ticket)
  }
}

/** Throws `validation_error` for a hash too short to mean one plan, `decision_stale` where it means another one. */
export function refuseOtherDigest(given: string, ticket: Ticket): void {
  const wanted = given.replace(/^sha256:/, '').toLowerCase()
  if (!/^[0-9a-f]{8,64}$/.test(wanted)) {
    throw invalid('--digest', 'expected at least 8 hex digits of the context hash')
  }
  if (!ticket.context_hash.replace(/^sha256:/, '').startsWith(wanted)) {
    throw new PilothouseError('decision_stale', { given: wanted, current: shortDigest(ticket.context_hash) })
  }
}

/** Shows what is decided and asks for the beginning of its hash; nothing but that counts as a yes. */
async function confirm(
  session: Session,
  decision: Decision,
  ticket: Ticket,
  compare: () => Promise<Comparison | null>,
): Promise<void> {
  const { input, stderr } = session.around
  if (session.output.json || !input.interactive) {
    throw invalid('--digest', 'nobody can be asked here: name it by its context hash')
  }
  const diff = await compare()
  createOutput(stderr, stderr, false).answer(ticket, (paint) => [
    ...ticketLines(paint, ticket),
    ...section(paint, 'say.compared_here', diff === null ? [] : comparisonLines(paint, diff)),
    '',
  ])
  const hash = shortDigest(ticket.context_hash).slice(0, 8)
  const what = ticketSubject(ticket)
  const typed = await input.ask(`${say(`say.confirm_${decision}`, { what, hash })} `)
  if (typed.trim().toLowerCase() !== hash) throw invalid('confirmation', say('say.not_confirmed', { hash }))
}
