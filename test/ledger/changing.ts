import type { AccessChange } from '../../src-preload/contract/access.ts'
import { changeTicket } from '../../src-preload/contract/inbox.ts'
import type { ChangeTicket } from '../../src-preload/contract/inbox.ts'
import type { TicketId } from '../../src-preload/contract/vocabulary.ts'
import type { DecisionCommand } from '../../src-main/ports/ledger.ts'
import type { TestLedger, TestMember } from '../support/ledger.ts'
import { newCommandId, newTicketId } from '../support/releaseBuilder.ts'

/** Asks for a change; the ticket that waits, or null where it is done. */
export async function ask(by: TestMember, change: AccessChange, reason = ''): Promise<TicketId | null> {
  const command = {
    command_id: newCommandId(),
    ticket_id: newTicketId(),
    change,
    reason,
    source: 'cli',
  } as const
  const { ticket_id } = await by.ledger.change(command)
  return ticket_id
}

/** Asks for a change that has to wait for somebody, and reads its ticket. */
export async function waiting(by: TestMember, change: AccessChange, reason = ''): Promise<ChangeTicket> {
  const ticket = await ask(by, change, reason)
  if (ticket === null) throw new TypeError('the change was done at once')
  return changeTicket.parse(await by.reads.ticket(ticket))
}

/** A decision on exactly the ticket that was read; an approval unless told. */
export function deciding(
  ticket: Pick<ChangeTicket, 'id' | 'revision' | 'context_hash'>,
  changes: Partial<DecisionCommand> = {},
): DecisionCommand {
  return {
    command_id: newCommandId(),
    ticket_id: ticket.id,
    decision: 'approve',
    seen_revision: ticket.revision,
    seen_context_hash: ticket.context_hash,
    comment: '',
    ...changes,
  }
}

/** One person asks, another one approves. */
export async function confirmed(
  by: TestMember,
  approver: TestMember,
  change: AccessChange,
): Promise<ChangeTicket> {
  const ticket = await waiting(by, change)
  await approver.ledger.decide(deciding(ticket))
  return ticket
}

/** The newest events of the record, newest first, as action and detail. */
export async function newestEvents(
  db: TestLedger,
  limit: number,
): Promise<{ action: string; actor: string; resource_type: string; detail: Record<string, unknown> }[]> {
  const { rows } = await db.admin.query<{
    action: string
    actor: string
    resource_type: string
    detail: Record<string, unknown>
  }>(
    `select action, actor, resource_type, detail from pilothouse.timeline_events
     order by occurred_at desc, id desc limit $1`,
    [limit],
  )
  return rows
}

/** How many events and rows that readers follow there are: what is refused leaves both alone. */
export async function oneRow(
  db: TestLedger,
  sql: string,
  values: unknown[] = [],
): Promise<Record<string, unknown>> {
  const { rows } = await db.admin.query<Record<string, unknown>>(sql, values)
  return rows[0] ?? {}
}

/** An instant so many minutes from now. */
export const inMinutes = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString()
