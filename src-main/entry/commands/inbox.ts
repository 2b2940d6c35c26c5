import { z } from 'zod'
import { v7 as newId } from 'uuid'
import { ticketScope, ticketStatus } from '../../../src-preload/contract/inbox.ts'
import type { Ticket } from '../../../src-preload/contract/inbox.ts'
import { priority, riskLevel, runtime } from '../../../src-preload/contract/vocabulary.ts'
import { addCommand, addGroup } from '../command.ts'
import type { Parent } from '../command.ts'
import { say } from '../say.ts'
import { comparisonLines } from '../show/diff.ts'
import { section } from '../show/state.ts'
import { ticketLines, ticketSubject, ticketTable } from '../show/ticket.ts'
import { addDeciding, compareTicket } from './deciding.ts'

/** `pilothouse inbox …` */
export function addInbox(root: Parent): void {
  const parent = addGroup(root, 'inbox')
  addList(parent)
  addShow(parent)
  addDeciding(parent)
  addHandling(parent)
  addTend(parent)
}

function addList(parent: Parent): void {
  addCommand(parent, {
    usage: 'list',
    text: 'inbox.list',
    flags: [
      { flags: '--view <view>', text: 'flag.view' },
      { flags: '--project <name>', text: 'flag.project' },
      { flags: '--status <status>', text: 'flag.ticket_status' },
      { flags: '--scope <scope>', text: 'flag.scope' },
      { flags: '--runtime <name>', text: 'flag.runtime' },
      { flags: '--risk <level>', text: 'flag.risk' },
      { flags: '--priority <priority>', text: 'flag.priority' },
      { flags: '--assignee <login>', text: 'flag.assignee' },
      { flags: '--requester <who>', text: 'flag.requester' },
      { flags: '--due <time>', text: 'flag.due' },
      { flags: '--text <text>', text: 'flag.ticket_text' },
      { flags: '--limit <number>', text: 'flag.limit' },
      { flags: '--after <id>', text: 'flag.after_ticket' },
    ],
    options: z.object({
      view: z.enum(['mine', 'pending', 'all']).optional(),
      project: z.string().optional(),
      status: ticketStatus.optional(),
      scope: ticketScope.optional(),
      runtime: runtime.optional(),
      risk: riskLevel.optional(),
      priority: priority.optional(),
      assignee: z.string().optional(),
      requester: z.string().optional(),
      due: z.enum(['15_minutes', '1_hour', 'today']).optional(),
      text: z.string().optional(),
      limit: z.coerce.number().int().optional(),
      after: z.string().optional(),
    }),
    run: async ({ client, output }, filter) => {
      const found = await (await client()).inbox.list(filter)
      output.answer(found, (paint) => [
        ...ticketTable(paint, found.tickets),
        paint('faint', say('say.inbox_stats', found.stats)),
      ])
    },
  })
}

/** What is asked, with the stored document compared on this desktop: not the requester's word. */
function addShow(parent: Parent): void {
  addCommand(parent, {
    usage: 'show <ticket>',
    text: 'inbox.show',
    options: z.object({ ticket: z.string() }),
    run: async ({ client, output }, options) => {
      const { inbox, releases } = await client()
      const ticket = await inbox.get({ ticket: options.ticket })
      const diff = await compareTicket(releases, ticket)
      output.answer({ ticket, diff }, (paint) => [
        ...ticketLines(paint, ticket),
        ...section(paint, 'say.compared_here', diff === null ? [] : comparisonLines(paint, diff)),
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
    what: ticketSubject(ticket),
    status: ticket.status,
    assigned: ticket.assigned_to ?? say('say.nobody'),
  })
}

function addTend(parent: Parent): void {
  addCommand(parent, {
    usage: 'tend',
    text: 'inbox.tend',
    flags: [{ flags: '--executes <runtime>', text: 'flag.executes', repeat: true }],
    options: z.object({ executes: z.array(runtime).optional() }),
    run: async ({ client, output }, { executes }) => {
      const tended = await (await client()).inbox.tend({ executes })
      output.answer(tended, () => [say('say.tended', { ...tended })])
    },
  })
}
