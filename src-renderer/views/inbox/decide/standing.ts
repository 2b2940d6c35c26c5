import type { Ticket } from '../../../../src-preload/contract/inbox.ts'
import type { Decision } from '../deciding.ts'

/**
 * Whether a ticket is no longer what was shown when the person began to decide. What was read before that says nothing.
 */
export function hasMoved(seen: Ticket, now: Ticket | undefined, decision: Decision): boolean {
  if (now === undefined || Date.parse(now.updated_at) < Date.parse(seen.updated_at)) return false
  const open = now.status === 'pending' || (decision === 'revoke' && now.status === 'approved')
  return !open || now.revision !== seen.revision || now.context_hash !== seen.context_hash
}

/** Whether a decision has to say why: all but an approval, except taking back what one asked for oneself. */
export function needsComment(decision: Decision, ticket: Ticket, login: string | undefined): boolean {
  if (decision === 'approve') return false
  const isChange = ticket.scope_type === 'policy' || ticket.scope_type === 'access'
  return !(decision === 'revoke' && isChange && ticket.requested_by === login)
}
