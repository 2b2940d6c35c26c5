import type { CommandId, Digest } from '../../src-preload/contract/vocabulary.ts'
import type { DecisionCommand } from '../ports/ledger.ts'
import { api } from './implementer.ts'
import type { ApiContext } from './surroundings.ts'

const procedures = api.inbox

async function decide(
  { parts }: ApiContext,
  decision: DecisionCommand['decision'],
  input: {
    ticket: string
    command_id: CommandId
    seen_revision: number
    seen_context_hash: Digest
    comment: string
  },
) {
  const { ticket: reference, ...seen } = input
  const ticket = await parts.reads.ticket(reference)
  const { position } = await parts.ledger.decide({ ...seen, ticket_id: ticket.id, decision })
  return { ticket: await parts.reads.ticket(ticket.id), position }
}

export const inboxHandlers = {
  list: procedures.list.handler(({ input, context }) => context.parts.reads.tickets(input)),
  get: procedures.get.handler(async ({ input, context }) => {
    const ticket = await context.parts.reads.ticket(input.ticket)
    await context.parts.ledger.viewed(ticket.id)
    return ticket
  }),
  approve: procedures.approve.handler(({ input, context }) => decide(context, 'approve', input)),
  reject: procedures.reject.handler(({ input, context }) => decide(context, 'reject', input)),
  revoke: procedures.revoke.handler(({ input, context }) => decide(context, 'revoke', input)),
  assign: procedures.assign.handler(async ({ input, context: { parts } }) => {
    const ticket = await parts.reads.ticket(input.ticket)
    const { command_id, to } = input
    const { position } = await parts.ledger.assign({ command_id, ticket_id: ticket.id, to })
    return { ticket: await parts.reads.ticket(ticket.id), position }
  }),
  comment: procedures.comment.handler(async ({ input, context: { parts } }) => {
    const ticket = await parts.reads.ticket(input.ticket)
    const { command_id, comment } = input
    const { position } = await parts.ledger.comment({ command_id, ticket_id: ticket.id, comment })
    return { ticket: await parts.reads.ticket(ticket.id), position }
  }),
  tend: procedures.tend.handler(async ({ input, context }) => {
    const { expired, escalated, position } = await context.parts.ledger.tend(input.executes)
    return { expired, escalated, position }
  }),
}
