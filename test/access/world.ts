import fc from 'fast-check'
import type pg from 'pg'
import { roleRuntimes, roleTemplates } from '../../src-preload/contract/members.ts'
import { permissions, projectId } from '../../src-preload/contract/vocabulary.ts'
import type { Permission, ProjectId } from '../../src-preload/contract/vocabulary.ts'

export type Runtime = 'k8s' | 'compose' | '*'
type Kind = 'human' | 'agent' | 'service'

/** Everything that says who may do what. Others are named by their place in the lists. */
export interface World {
  readonly people: readonly string[]
  readonly members: readonly { person: number; kind: Kind; active: boolean }[]
  readonly roles: readonly { permission: Permission; runtime: Runtime }[][]
  readonly projects: number
  readonly teams: readonly { project: number; people: readonly number[] }[]
  readonly bindings: readonly Binding[]
  readonly delegations: readonly Delegation[]
}

export interface Binding {
  readonly to: { member: number } | { team: number }
  /** A role of the world, or a template's name. */
  readonly role: number | string
  readonly project: number | null
  readonly until: End
}

/** Hours from now, or what PostgreSQL calls the end and the beginning of time. */
export type End = number | null | 'infinity' | '-infinity'

export interface Delegation {
  readonly person: number
  readonly to: number
  readonly from: number
  readonly until: number
  readonly ended: boolean
}

// Names that a careless comparison takes for one another.
const logins = ['a', 'a_', 'a_a', 'aa', 'a_1', 'a1', 'a__', 'ab', 'a_b'] as const
const projectNames = ['a', 'aa', 'a-a', 'a--a'] as const
const teamNames = ['a', 'aa', 'a-a', 'a--a'] as const

const personName = fc.oneof(
  fc.constantFrom('Ann', 'ann', 'ANN', 'Ánn', 'A\u0301nn', ' Ann', 'Ann ', '李雷', 'Ann "x" \\ \'', 'İ', 'i'),
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    .filter((name) => name.isWellFormed() && !name.includes('\0')),
)
const runtime = fc.constantFrom<Runtime>('k8s', 'compose', '*')
const hours = fc.integer({ min: 1, max: 1000 })
const end: fc.Arbitrary<End> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(null) },
  { weight: 2, arbitrary: hours },
  { weight: 2, arbitrary: hours.map((ago) => -ago) },
  { weight: 1, arbitrary: fc.constantFrom('infinity', '-infinity') },
)
const templates = Object.keys(roleTemplates)

/** At least four logins, one project and one role; the rest may be missing. */
export const worlds: fc.Arbitrary<World> = fc
  .record({
    people: fc.array(personName, { minLength: 2, maxLength: 4 }),
    members: fc.integer({ min: 4, max: 8 }),
    roles: fc.array(fc.array(granted(), { maxLength: 5 }), { minLength: 1, maxLength: 3 }),
    projects: fc.integer({ min: 1, max: 3 }),
    teams: fc.integer({ min: 0, max: 3 }),
  })
  .chain(({ people, members, roles, projects, teams }) =>
    fc.record<World>({
      people: fc.constant(people),
      members: fc.array(
        fc.record({
          person: within(people.length),
          kind: fc.constantFrom<Kind>('human', 'human', 'human', 'agent', 'service'),
          active: fc.constantFrom(true, true, true, false),
        }),
        { minLength: members, maxLength: members },
      ),
      roles: fc.constant(roles),
      projects: fc.constant(projects),
      teams: fc.array(
        fc.record({
          project: within(projects),
          people: fc.uniqueArray(within(people.length), { maxLength: 3 }),
        }),
        { minLength: teams, maxLength: teams },
      ),
      bindings: bindings(members, teams, roles.length, projects),
      delegations: fc.array(delegation(people.length), { maxLength: 5 }),
    }),
  )

function granted(): fc.Arbitrary<{ permission: Permission; runtime: Runtime }> {
  // What is delegated, and what is for humans alone, more often than the rest.
  const permission = fc.oneof(
    fc.constantFrom<Permission>('release:read', 'release:approve', 'release:break_glass'),
    fc.constantFrom(...permissions),
  )
  return fc.record({ permission, runtime })
}

function within(count: number): fc.Arbitrary<number> {
  return fc.nat({ max: count - 1 })
}

function bindings(
  members: number,
  teams: number,
  roles: number,
  projects: number,
): fc.Arbitrary<readonly Binding[]> {
  const toMember = within(members).map((member) => ({ member }))
  const to =
    teams === 0
      ? toMember
      : fc.oneof(
          toMember,
          within(teams).map((team) => ({ team })),
        )
  const one = fc.record<Binding>({
    to,
    role: fc.oneof(within(roles), fc.constantFrom(...templates)),
    project: fc.oneof(fc.constant(null), within(projects), within(projects)),
    until: end,
  })
  const key = ({ to: subject, role, project }: Binding) => JSON.stringify([subject, role, project])
  return fc.uniqueArray(one, { selector: key, minLength: 2, maxLength: 12 })
}

function delegation(people: number): fc.Arbitrary<Delegation> {
  const [earlier, later] = [hours.map((ago) => -ago), hours]
  // Nothing begins or ends at this very moment, where two clocks may differ.
  const span = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(earlier, later) },
    { weight: 1, arbitrary: later.map((from) => [from, from + 1] as const) },
    { weight: 1, arbitrary: earlier.map((until) => [until - 1, until] as const) },
  )
  return fc
    .record({
      person: within(people),
      step: fc.integer({ min: 1, max: people - 1 }),
      span,
      ended: fc.constantFrom(false, false, false, true),
    })
    .map(({ person, step, span: [from, until], ended }) => {
      return { person, to: (person + step) % people, from, until, ended }
    })
}

function id(noun: number, index: number): string {
  return `0000000${noun}-0000-7000-8000-${String(index).padStart(12, '0')}`
}

/** The project's id in the ledger; one past the last is a project that isn't there. */
export function projectOf(index: number): ProjectId {
  return projectId.parse(id(4, index))
}
/** The person's id in the ledger. */
export const personOf = (index: number): string => id(1, index)
/** The member's id in the ledger. */
export const memberOf = (index: number): string => id(2, index)
/** A role's name in the ledger. */
export const roleOf = (role: number | string): string => (typeof role === 'string' ? role : `role-${role}`)
/** A team's name in the ledger; several may have one name, each in a project of its own. */
export const teamOf = (world: World, index: number): string => {
  const { project } = world.teams[index] ?? { project: 0 }
  const earlier = world.teams.slice(0, index).filter((team) => team.project === project).length
  return teamNames[earlier] ?? 'a'
}

/** What a role allows, by its name. */
export function permissionsOf(
  world: World,
  role: number | string,
): readonly { permission: Permission; runtime: Runtime }[] {
  if (typeof role === 'number') return world.roles[role] ?? []
  const found = Object.entries(roleTemplates).find(([name]) => name === role)
  const given = Object.entries(roleRuntimes).find(([name]) => name === role)?.[1] ?? '*'
  return (found?.[1] ?? []).map((permission) => ({ permission, runtime: given }))
}

/** The login in this place; one past the last is nobody's. */
export function loginOf(world: World, member: number): string {
  return (member < world.members.length ? logins[member] : undefined) ?? 'nobody'
}

/** Runs `work` while the world is in the ledger's tables, and takes it out again. */
export async function inWorld<T>(client: pg.ClientBase, world: World, work: () => Promise<T>): Promise<T> {
  await client.query('begin')
  try {
    await fill(client, world)
    return await work()
  } finally {
    await client.query('rollback')
  }
}

async function fill(client: pg.ClientBase, world: World): Promise<void> {
  const rows = {
    people: world.people.map((name, i) => ({ id: personOf(i), name })),
    members: world.members.map(({ person, kind, active }, i) => ({
      ...{ id: memberOf(i), login: logins[i], person_id: personOf(person), kind, active },
    })),
    projects: Array.from({ length: world.projects }, (_, i) => ({ id: projectOf(i), name: projectNames[i] })),
    roles: world.roles.map((_, i) => ({ name: roleOf(i) })),
    role_permissions: world.roles.flatMap((given, i) => given.map((one) => ({ role: roleOf(i), ...one }))),
    teams: world.teams.map(({ project }, i) => ({
      ...{ id: id(3, i), project_id: projectOf(project), name: teamOf(world, i) },
    })),
    team_members: world.teams.flatMap(({ people }, i) =>
      people.map((person) => ({ team_id: id(3, i), person_id: personOf(person) })),
    ),
    role_bindings: world.bindings.map((binding, i) => bindingRow(binding, i)),
    delegations: world.delegations.map(({ person, to, from, until, ended }, i) => ({
      ...{ id: id(6, i), person_id: personOf(person), delegate_id: personOf(to) },
      ...{ starts_at: at(from), until: at(until), ended_at: ended ? at(0) : null },
    })),
  }
  for (const [table, list] of Object.entries(rows)) await insert(client, table, list)
}

function bindingRow({ to, role, project, until }: Binding, index: number): Record<string, unknown> {
  return {
    id: id(5, index),
    ...('member' in to ? { member_id: memberOf(to.member) } : { team_id: id(3, to.team) }),
    role: roleOf(role),
    project_id: project === null ? null : projectOf(project),
    until: typeof until === 'number' ? at(until) : until,
  }
}

function at(inHours: number): string {
  return new Date(Date.now() + inHours * 3_600_000).toISOString()
}

async function insert(client: pg.ClientBase, table: string, rows: readonly object[]): Promise<void> {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  if (columns.length === 0) return
  await client.query(
    `insert into pilothouse.${table} (${columns.join(', ')})
     select ${columns.map((column) => `r.${column}`).join(', ')}
       from jsonb_populate_recordset(null::pilothouse.${table}, $1) as r on conflict do nothing`,
    [JSON.stringify(rows)],
  )
}
