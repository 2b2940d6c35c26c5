import { z } from 'zod'
import { v7 as newId } from 'uuid'
import { ticketStatus } from '../../../src-preload/contract/inbox.ts'
import type { Ticket } from '../../../src-preload/contract/inbox.ts'
import { riskLevel } from '../../../src-preload/contract/vocabulary.ts'
import { addCommand, addGroup } from '../command.ts'
import type { Parent } from '../command.ts'
import { say } from '../say.ts'
import { diffLines } from '../show/diff.ts'
import { section } from '../show/state.ts'
import { ticketLines, ticketTable } from '../show/ticket.ts'
import { addDeciding } from './deciding.ts'

/** `pilothouse inbox …` */
export function addInbox(root: Parent): void {
  const parent = addGroup(root, 'inbox')
  addList(parent)
  addShow(parent)
  addDeciding(parent)
  addHandling(parent)
}

function addList(parent: Parent): void {
  addCommand(parent, {
    usage: 'list',
    text: 'inbox.list',
    flags: [
      { flags: '--view <view>', text: 'flag.view' },
      { flags: '--project <name>', text: 'flag.project' },
      { flags: '--status <status>', text: 'flag.ticket_status' },
      { flags: '--risk <level>', text: 'flag.risk' },
      { flags: '--limit <number>', text: 'flag.limit' },
    ],
    options: z.object({
      view: z.enum(['mine', 'pending', 'all']).optional(),
      project: z.string().optional(),
      status: ticketStatus.optional(),
      risk: riskLevel.optional(),
      limit: z.coerce.number().int().optional(),
    }),
    run: async ({ client, output }, { view, project, status, risk, limit }) => {
      const found = await (await client()).inbox.list({ view, project, status, risk, limit })
      output.answer(found, (paint) => [
        ...ticketTable(paint, found.tickets),
        paint('faint', say('say.inbox_stats', found.stats)),
      ])
    },
  })
}

/** The stored document against the last applied one, compared on this desktop: not the requester's word. */
function addShow(parent: Parent): void {
  addCommand(parent, {
    usage: 'show <ticket>',
    text: 'inbox.show',
    options: z.object({ ticket: z.string() }),
    run: async ({ client, output }, options) => {
      const { inbox, releases } = await client()
      const ticket = await inbox.get({ ticket: options.ticket })
      const diff = await releases.compare({ release: ticket.scope_id })
      output.answer({ ticket, diff }, (paint) => [
        ...ticketLines(paint, ticket),
        ...section(paint, 'say.compared_here', diffLines(paint, diff)),
      ])
    },
  })
}

function addHandling(parent: Parent): void {
  addCommand(parent, {
    usage: 'assign <ticket>',
    text: 'inbox.assign',
    flags: [
      { flags: '--to <login>', text: 'flag.to_login' },
      { flags: '--nobody', text: 'flag.nobody' },
    ],
    options: z
      .object({ ticket: z.string(), to: z.string().optional(), nobody: z.boolean().default(false) })
      .refine(({ to, nobody }) => (to === undefined) === nobody, {
        path: ['to'],
        error: 'give either --to <login> or --nobody',
      }),
    run: async ({ client, output }, { ticket, to }) => {
      const { inbox } = await client()
      const answer = await inbox.assign({ ticket, command_id: newId(), to: to ?? null })
      output.answer(answer, () => [handled(answer.ticket)])
    },
  })
  addCommand(parent, {
    usage: 'comment <ticket> <text>',
    text: 'inbox.comment',
    options: z.object({ ticket: z.string(), text: z.string() }),
    run: async ({ client, output }, { ticket, text }) => {
      const { inbox } = await client()
      const answer = await inbox.comment({ ticket, command_id: newId(), comment: text })
      output.answer(answer, () => [handled(answer.ticket)])
    },
  })
}

function handled(ticket: Ticket): string {
  return say('say.ticket_handled', {
    release: ticket.release,
    status: ticket.status,
    assigned: ticket.assigned_to ?? say('say.nobody'),
  })
}
