import { randomUUID } from 'node:crypto'
import { twoProjects } from '../../security/twoProjects.ts'
import type { SmallProject, TwoProjects } from '../../security/twoProjects.ts'
import type { TestMember } from '../../support/ledger.ts'

/** Two projects with teams, delegates, freezes and policies, and people who hold something only through these. */
export interface AccessWorld extends TwoProjects {
  /** In the shop's team `web` and nowhere else. */
  readonly tess: TestMember
  /** An agent of the same person. */
  readonly robot: TestMember
  /** Stands for Bob; holds nothing of her own. */
  readonly dora: TestMember
  /** In the shop's team `liaison`, which reads in the bank. */
  readonly lea: TestMember
  /** When Bob's delegation to Dora ends, in milliseconds. */
  readonly until: number
}

const hour = 3_600_000

/** Fills the tables as an administrator would find them after some weeks of work. */
export async function accessWorld(): Promise<AccessWorld> {
  const world = await twoProjects()
  const { ledger } = world
  const tess = await ledger.member('tess', { person: 'Tess' })
  const robot = await ledger.member('robot', { samePersonAs: 'tess', kind: 'agent' })
  const dora = await ledger.member('dora', { person: 'Dora' })
  const lea = await ledger.member('lea', { person: 'Lea' })
  const until = Math.floor(Date.now() / hour) * hour + 48 * hour
  const all = { ...world, tess, robot, dora, lea, until }
  await teams(all)
  await delegations(all)
  await freezes(all, world.shop, 'stocktaking')
  await freezes(all, world.bank, 'secret audit')
  return all
}

async function teams({ ledger, shop, bank, vera, tess, lea, mallory }: AccessWorld): Promise<void> {
  const web = await team(ledger.admin, shop, 'web', [vera, tess])
  const liaison = await team(ledger.admin, shop, 'liaison', [lea])
  const vault = await team(ledger.admin, bank, 'vault', [mallory])
  const bind = `insert into pilothouse.role_bindings (id, team_id, role, project_id, until) values ($1, $2, $3, $4, $5)`
  await ledger.admin.query(bind, [randomUUID(), web, 'operator-compose', shop.id, null])
  await ledger.admin.query(bind, [randomUUID(), web, 'installer', shop.id, '2020-01-01T00:00:00Z'])
  await ledger.admin.query(bind, [randomUUID(), liaison, 'viewer', bank.id, null])
  await ledger.admin.query(bind, [randomUUID(), vault, 'release-manager', bank.id, null])
  await ledger.admin.query('update pilothouse.services set team_id = $1 where id = $2', [web, shop.service])
  await ledger.admin.query('update pilothouse.services set team_id = $1 where id = $2', [vault, bank.service])
}

type Admin = TwoProjects['ledger']['admin']

async function team(
  admin: Admin,
  project: SmallProject,
  name: string,
  people: TestMember[],
): Promise<string> {
  const id = randomUUID()
  await admin.query('insert into pilothouse.teams (id, project_id, name) values ($1, $2, $3)', [
    id,
    project.id,
    name,
  ])
  await admin.query(
    `insert into pilothouse.team_members (team_id, person_id)
     select $1, m.person_id from pilothouse.members m where m.login = any ($2)`,
    [id, people.map(({ login }) => login)],
  )
  return id
}

async function delegations(world: AccessWorld): Promise<void> {
  const { ledger, bob, dora, mallory, boss, until } = world
  const delegate = (from: TestMember, to: TestMember, starts: number, ends: number, ended: string | null) =>
    ledger.admin.query(
      `insert into pilothouse.delegations (id, person_id, delegate_id, starts_at, until, ended_at)
       select $1, a.person_id, b.person_id, to_timestamp($4 / 1000.0), to_timestamp($5 / 1000.0), $6
         from pilothouse.members a, pilothouse.members b where a.login = $2 and b.login = $3`,
      [randomUUID(), from.login, to.login, starts, ends, ended],
    )
  const now = Date.now()
  await delegate(bob, dora, now - hour, until, null)
  await delegate(mallory, boss, now + hour, until, null)
  await delegate(mallory, boss, now - 9 * hour, until, new Date(now - hour).toISOString())
}

async function freezes({ ledger, boss }: AccessWorld, project: SmallProject, reason: string): Promise<void> {
  const freeze = (starts: string, until: string, lifted: boolean) =>
    ledger.admin.query(
      `insert into pilothouse.freezes (id, project_id, stage_id, starts_at, until, reason, created_by, lifted_at, lifted_by)
       select $1, s.project_id, s.id, clock_timestamp() + $3::interval, clock_timestamp() + $4::interval, $5, $6,
         case when $7 then clock_timestamp() end, case when $7 then $6 end
         from pilothouse.stages s where s.project_id = $2`,
      [randomUUID(), project.id, starts, until, reason, boss.login, lifted],
    )
  await freeze('-1 hour', '1 hour', false)
  await freeze('-2 hours', '1 hour', true)
  await freeze('-9 hours', '-8 hours', false)
  await freeze('1 hour', '2 hours', false)
}
