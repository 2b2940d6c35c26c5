import type { Role, Team } from '../../../src-preload/contract/access.ts'
import type { Ticket } from '../../../src-preload/contract/inbox.ts'
import type { Member } from '../../../src-preload/contract/members.ts'
import type { Permission } from '../../../src-preload/contract/vocabulary.ts'

/** Everything that says who may decide. */
export interface AccessFacts {
  readonly members: readonly Member[]
  readonly roles: readonly Role[]
  readonly teams: readonly Team[]
}

/**
 * The logins that a ticket can be assigned to: active people, other than who asked, with a role of their own or of a
 * team that lets them decide there. The ledger judges again.
 *
 * @param now milliseconds since the epoch; a role that has ended gives nothing
 */
export function assignable(ticket: Ticket, { members, roles, teams }: AccessFacts, now: number): Member[] {
  const enough = new Set(roles.filter((role) => decides(role, ticket)).map(({ role }) => role))
  return members.filter(({ active, kind, person, roles: own }) => {
    if (!active || kind !== 'human' || person.name === ticket.requested_by_person) return false
    const shared = teams.filter(({ people }) => people.some(({ id }) => id === person.id))
    return [...own, ...shared.flatMap((team) => team.roles)].some(
      ({ role, project, until }) =>
        enough.has(role) &&
        (project === null || project === ticket.project) &&
        (until === null || Date.parse(until) > now),
    )
  })
}

function decides({ permissions }: Role, ticket: Ticket): boolean {
  const runtime = 'runtime' in ticket ? ticket.runtime : null
  const wanted: readonly Permission[] =
    runtime === null ? ['release:approve', 'access:write'] : ['release:approve']
  return permissions.some(
    (held) =>
      wanted.includes(held.permission) &&
      (held.runtime === '*' || runtime === null || held.runtime === runtime),
  )
}
