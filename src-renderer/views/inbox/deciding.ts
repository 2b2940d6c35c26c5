import type { Ticket } from '../../../src-preload/contract/inbox.ts'
import type { Grant, Member } from '../../../src-preload/contract/members.ts'
import type { Permission } from '../../../src-preload/contract/vocabulary.ts'
import { holds } from '../../transport/me.ts'

export type Decision = 'approve' | 'reject' | 'revoke'

/** Who is looking: their login and what they hold. */
export interface Reader {
  readonly member: Pick<Member, 'login' | 'person'>
  readonly grants: readonly Grant[]
}

/** Why the reader can't decide a ticket, by its own facts; the ledger judges again when somebody tries. */
export type Undecidable =
  | 'decided'
  | 'expired'
  | 'expired_change'
  | 'superseded'
  | 'cancelled'
  | 'asked_by_you'
  | 'already_approved'
  | 'not_yours'

/** What the reader may do with a ticket, and why they may not decide it where they may not. */
export interface Choices {
  readonly decide: boolean
  readonly why: Undecidable | null
  readonly revoke: boolean
  readonly assign: boolean
}

/** Everything that a reader may do with a ticket as it stands. */
export function choicesFor(ticket: Ticket, reader: Reader): Choices {
  const pending = ticket.status === 'pending'
  return {
    decide: ticket.can_decide,
    why: ticket.can_decide ? null : whyNot(ticket, reader),
    revoke: mayRevoke(ticket, reader),
    assign: pending,
  }
}

function whyNot(ticket: Ticket, { member }: Reader): Undecidable {
  if (ticket.status === 'expired') return 'release' in ticket ? 'expired' : 'expired_change'
  if (ticket.status === 'superseded' || ticket.status === 'cancelled') return ticket.status
  if (ticket.status !== 'pending') return 'decided'
  const approved = ticket.actions.some(
    ({ action, actor, person }) =>
      action === 'approved' && (actor === member.login || person === member.person.name),
  )
  if (approved) return 'already_approved'
  if (ticket.requested_by === member.login || ticket.requested_by_person === member.person.name)
    return 'asked_by_you'
  return 'not_yours'
}

function mayRevoke(ticket: Ticket, reader: Reader): boolean {
  switch (ticket.scope_type) {
    case 'release':
    case 'rollback':
      return (
        (ticket.status === 'pending' || ticket.status === 'approved') &&
        mayThere(reader, 'release:approve', ticket)
      )
    // An emergency happened: its review can be closed, never taken back.
    case 'review':
      return false
    case 'policy':
    case 'access':
      return ticket.status === 'pending' && isOwn(ticket, reader)
  }
}

function isOwn(ticket: Ticket, { member }: Reader): boolean {
  return ticket.requested_by === member.login
}

/** A ticket without a project takes a grant for all of them. */
function mayThere({ grants }: Reader, permission: Permission, ticket: Ticket): boolean {
  if (ticket.project_id === null) {
    return grants.some((grant) => grant.permission === permission && grant.project_id === null)
  }
  const where = { project_id: ticket.project_id }
  return holds(grants, permission, 'runtime' in ticket ? { ...where, runtime: ticket.runtime } : where)
}
