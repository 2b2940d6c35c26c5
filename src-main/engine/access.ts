import type { AccessChange, Changed } from '../../src-preload/contract/access.ts'
import { freezeId, ticketId } from '../../src-preload/contract/vocabulary.ts'
import type { CommandId, FreezeId, Position } from '../../src-preload/contract/vocabulary.ts'
import type { ChangeCommand, FreezeCommand } from '../ports/ledger.ts'
import type { EngineParts } from './parts.ts'

type Source = ChangeCommand['source']

/** Asks for a change of policy or access; the ticket is null where it was done at once. */
export async function changeAccess(
  parts: EngineParts,
  ask: { command_id: CommandId; change: AccessChange; reason: string; source: Source },
): Promise<Changed> {
  const { ticket_id, position } = await parts.ledger.change({
    command_id: ask.command_id,
    ticket_id: ticketId.parse(parts.newId()),
    change: ask.change,
    reason: ask.reason,
    source: ask.source,
  })
  return { ticket: ticket_id, position }
}

/** Lets another person decide in the asking member's place for a while. */
export async function delegate(
  parts: EngineParts,
  ask: { command_id: CommandId; to: string; from: string; until: string; reason: string; source: Source },
): Promise<Changed> {
  const { to, from, until, ...rest } = ask
  const { member } = await parts.reads.me()
  return changeAccess(parts, { ...rest, change: { kind: 'delegate', person: member.login, to, from, until } })
}

/** Freezes a stage for a time. Named like its command, so that repeating that answers with the same freeze. */
export async function freeze(
  parts: EngineParts,
  ask: Omit<FreezeCommand, 'freeze_id'>,
): Promise<{ freeze: FreezeId; position: Position }> {
  const id = freezeId.parse(ask.command_id)
  const { position } = await parts.ledger.freeze({ ...ask, freeze_id: id })
  return { freeze: id, position }
}
