import type { Permission } from '../../src-preload/contract/vocabulary.ts'
import { permissionsOf, roleOf, teamOf } from './world.ts'
import type { Binding, End, Runtime, World } from './world.ts'

/** What is asked: may this login (by its place; one past the last is nobody) do that there? */
export interface Question {
  readonly member: number
  readonly permission: Permission
  readonly runtime: Runtime
  readonly project: number | null
}

/** In whose place somebody may do something (null: in their own), and what counts of that person then. */
export interface Acting {
  readonly delegator: number | null
  readonly roles: readonly string[]
  readonly teams: readonly string[]
}

const delegable: readonly Permission[] = ['release:read', 'release:approve']
const humanOnly: readonly Permission[] = ['release:approve', 'release:break_glass']

/**
 * The rules said once more, as directly as they can be, from the world itself: a login has its own bindings, a human also
 * those of their teams; while somebody delegates to a human, that one reads and approves by what this person holds through
 * their own active logins, and never by what was delegated to this person in turn.
 */
export function actingFor(world: World, question: Question, except: readonly number[] = []): Acting[] {
  const { member, permission, project } = question
  const asker = world.members[member]
  if (asker === undefined || !asker.active) return []
  if (asker.kind !== 'human' && humanOnly.includes(permission)) return []
  const own = asker.kind === 'human' ? [asker.person] : []
  const places: { delegator: number | null; bindings: Binding[] }[] = [
    { delegator: null, bindings: [...directly(world, [member]), ...throughTeams(world, own)] },
  ]
  for (const delegator of delegatorsOf(world, member))
    if (delegable.includes(permission) && !except.includes(delegator)) {
      const logins = humanLogins(world, delegator)
      const teams = logins.length === 0 ? [] : throughTeams(world, [delegator])
      places.push({ delegator, bindings: [...directly(world, logins), ...teams] })
    }
  return places.flatMap(({ delegator, bindings }) => {
    const here = bindings.filter(
      (binding) => lasts(binding.until) && (binding.project === null || binding.project === project),
    )
    if (!here.some(({ role }) => gives(world, role, question))) return []
    const roles = [...new Set(here.map(({ role }) => roleOf(role)))]
    return [
      { delegator, roles, teams: teamsOf(world, delegator === null ? own : [delegator], question.project) },
    ]
  })
}

function delegatorsOf(world: World, member: number): number[] {
  const asker = world.members[member]
  if (asker?.kind !== 'human') return []
  const now = world.delegations.filter(
    ({ to, from, until, ended }) => to === asker.person && from < 0 && until > 0 && !ended,
  )
  return [...new Set(now.map(({ person }) => person))]
}

function humanLogins(world: World, person: number): number[] {
  return world.members.flatMap((member, index) =>
    member.person === person && member.active && member.kind === 'human' ? [index] : [],
  )
}

function directly(world: World, members: readonly number[]): Binding[] {
  return world.bindings.filter(({ to }) => 'member' in to && members.includes(to.member))
}

function throughTeams(world: World, people: readonly number[]): Binding[] {
  return world.bindings.filter(
    ({ to }) => 'team' in to && people.some((person) => world.teams[to.team]?.people.includes(person)),
  )
}

function lasts(until: End): boolean {
  return typeof until === 'number' ? until > 0 : until !== '-infinity'
}

function gives(world: World, role: number | string, { permission, runtime }: Question): boolean {
  return permissionsOf(world, role).some(
    (given) =>
      given.permission === permission &&
      (given.runtime === '*' || runtime === '*' || given.runtime === runtime),
  )
}

function teamsOf(world: World, people: readonly number[], project: number | null): string[] {
  return world.teams.flatMap((team, index) =>
    team.project === project && people.some((person) => team.people.includes(person))
      ? [teamOf(world, index)]
      : [],
  )
}
