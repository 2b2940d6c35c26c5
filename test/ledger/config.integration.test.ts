import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sha256 } from '../../src-main/lifecycle/canonical.ts'
import { placeIdentity } from '../../src-main/lifecycle/identity.ts'
import type { TestLedger, TestMember } from '../support/ledger.ts'
import { startTestLedger } from '../support/ledger.ts'
import {
  aCdConfig,
  aDeclaration,
  aPlace,
  aService,
  aStage,
  aTarget,
  newCommandId,
} from '../support/releaseBuilder.ts'

import { confirmed, deciding } from './changing.ts'
import { openShop } from './shop.ts'

let db: TestLedger
let admin: TestMember
beforeAll(async () => {
  db = await startTestLedger()
  admin = await db.member('admin', { roles: [{ role: 'admin' }] })
})
afterAll(async () => {
  await db.close()
})

let projects = 0
/** A declaration of a project of its own. */
function ofNewProject(changes: Parameters<typeof aDeclaration>[0] = {}) {
  projects += 1
  const declaration = aDeclaration(changes)
  return { ...declaration, project: { ...declaration.project, name: `shop-${projects}` } }
}
const again = <T extends object>(declaration: T) => ({ ...declaration, command_id: newCommandId() })

async function events(): Promise<string[]> {
  const { rows } = await db.admin.query<{ action: string }>(
    'select action from pilothouse.timeline_events order by occurred_at, id',
  )
  return rows.map(({ action }) => action)
}

describe('declaring a project', () => {
  test('makes stages with their policy, targets and services, and records each', async () => {
    const before = await events()
    await admin.ledger.declare(
      ofNewProject({ stages: [aStage(), aStage({ name: 'staging', rank: 1, production: false })] }),
    )
    expect((await events()).slice(before.length)).toEqual([
      'policy.changed',
      'policy.changed',
      'policy.changed',
      'target.declared',
      'pipeline.service_declared',
      'pipeline.cd_config_changed',
    ])
    const { rows } = await db.admin.query(
      `select s.name, count(r.id)::int as rules from pilothouse.stages s
       join pilothouse.approval_policies p on p.stage_id = s.id
       left join pilothouse.approval_rules r on r.policy_id = p.id group by s.name order by s.name`,
    )
    expect(rows).toEqual([
      { name: 'production', rules: 1 },
      { name: 'staging', rules: 0 },
    ])
  })

  test('again changes nothing and says nothing', async () => {
    const declaration = ofNewProject()
    await admin.ledger.declare(declaration)
    const before = await events()
    const { rows: log } = await db.admin.query('select count(*) from pilothouse.change_log')
    await admin.ledger.declare(again(declaration))
    expect(await events()).toEqual(before)
    expect((await db.admin.query('select count(*) from pilothouse.change_log')).rows).toEqual(log)
  })

  test('with a change touches that alone', async () => {
    const [stage, target, service] = [aStage(), aTarget(), aService()]
    const declaration = ofNewProject({ stages: [stage], targets: [target], services: [service] })
    await admin.ledger.declare(declaration)
    const before = await events()
    const allowing = { ...target, place: { ...target.place, allow: ['devices' as const] } }
    await admin.ledger.declare({
      ...again(declaration),
      stages: [{ ...stage, preview_ttl_minutes: 5 }],
      targets: [allowing],
      services: [{ ...service, releases_to: [aCdConfig({ retries: 0 })] }],
    })
    expect((await events()).slice(before.length)).toEqual([
      'policy.changed',
      'target.declared',
      'pipeline.cd_config_changed',
    ])
    const { rows } = await db.admin.query('select revision, place from pilothouse.targets where id = $1', [
      target.id,
    ])
    expect(rows).toEqual([{ revision: 2, place: allowing.place }])
  })
})

describe('declaring what touches policy', () => {
  const anyone = (minimum: number) => [{ kind: 'anyone', minimum } as const]

  /** A ledger with two people, where a file no longer decides alone. */
  async function ofTwo() {
    const shop = await openShop()
    const rulesOf = async (stage: string) => {
      const { rows } = await shop.db.admin.query<{ rules: string[] }>(
        `select pilothouse.rules_in_force(id, '*') as rules from pilothouse.stages where name = $1`,
        [stage],
      )
      return rows[0]?.rules
    }
    const [production] = shop.declaration.stages
    const stages = (...extra: Parameters<typeof aStage>[0][]) => [
      ...(production === undefined ? [] : [production]),
      ...extra.map((changes) => aStage(changes)),
    ]
    const declare = (changes: Partial<typeof shop.declaration>) =>
      shop.alice.ledger.declare({ ...again(shop.declaration), ...changes })
    return { ...shop, rulesOf, stages, declare, production }
  }

  test('is done at once by somebody alone', async () => {
    const stage = aStage({ approvals: [] })
    const declaration = ofNewProject({ stages: [stage], services: [] })
    expect(await admin.ledger.declare(declaration)).toMatchObject({ tickets: [] })
    const stricter = { ...stage, approvals: anyone(2), approval_window_hours: 4 }
    expect(await admin.ledger.declare({ ...again(declaration), stages: [stricter] })).toMatchObject({
      tickets: [],
    })
    const { rows } = await db.admin.query(
      `select approval_window_hours, pilothouse.rules_in_force(s.id, '*') as rules from pilothouse.stages s
       where s.project_id = $1`,
      [declaration.project.id],
    )
    expect(rows).toEqual([{ approval_window_hours: 4, rules: ['2 × anyone'] }])
  })

  test('waits for a second person, once a change, and leaves everything else done', async () => {
    const own = await ofTwo()
    const stages = own.stages().map((stage) => ({ ...stage, approvals: anyone(2), preview_ttl_minutes: 5 }))
    const service = aService({ variables: {} })
    const first = await own.declare({ stages, services: [service] })
    expect(first.tickets).toHaveLength(2)
    expect((await own.declare({ stages, services: [service] })).tickets).toEqual(first.tickets)
    expect(await own.rulesOf('production')).toEqual(['1 × anyone'])
    const { rows } = await own.db.admin.query('select variables from pilothouse.services')
    expect(rows).toEqual([{ variables: {} }])
    const kinds = await Promise.all(first.tickets.map((ticket) => own.bob.reads.ticket(ticket)))
    expect(kinds.map((ticket) => ('change' in ticket ? ticket.change.kind : null)).sort()).toEqual([
      'policy',
      'stage',
    ])
    for (const ticket of kinds) await own.bob.ledger.decide(deciding(ticket))
    expect(await own.rulesOf('production')).toEqual(['2 × anyone'])
    expect((await own.declare({ stages, services: [service] })).tickets).toEqual([])
    await own.db.close()
  })

  test('gives a new stage its approvals at once, but never less than one other person in production', async () => {
    const own = await ofTwo()
    const { tickets } = await own.declare({
      stages: own.stages(
        { name: 'staging', rank: 1, production: false, approvals: anyone(1) },
        { name: 'live', rank: 2, approvals: [{ kind: 'role', role: 'approver', minimum: 2 }] },
        { name: 'open', rank: 3, approvals: [] },
        { name: 'plain', rank: 4 },
      ),
    })
    expect(await own.rulesOf('staging')).toEqual(['1 × anyone'])
    expect(await own.rulesOf('live')).toEqual(['2 × role approver'])
    expect(await own.rulesOf('open')).toEqual(['1 × anyone'])
    expect(await own.rulesOf('plain')).toEqual(['1 × anyone'])
    expect(tickets).toHaveLength(1)
    expect(await own.bob.reads.ticket(tickets[0] ?? '')).toMatchObject({
      change: { kind: 'policy', stage: 'open', rules: [] },
    })
    await own.db.close()
  })

  test('lets a second person agree to the team of a service, and knows its roles and teams', async () => {
    const own = await ofTwo()
    const refused = async (changes: Partial<typeof own.declaration>, path: string) =>
      expect(own.declare(changes)).rejects.toMatchObject({
        code: 'validation_error',
        data: { problems: [{ path }] },
      })
    await refused({ services: [aService({ team: 'web' })] }, 'services.web.team')
    const nobody = { name: 'live', rank: 2, approvals: [{ kind: 'team', team: 'web', minimum: 1 }] } as const
    await refused(
      { stages: own.stages({ ...nobody, approvals: [...nobody.approvals] }) },
      'stages.live.approvals',
    )
    await confirmed(own.alice, own.bob, {
      kind: 'team',
      project: 'shop',
      team: 'web',
      people: [own.bob.login],
    })
    const services = [
      aService({ id: own.subject.service.id, team: 'web' }),
      aService({ name: 'api', team: 'web', releases_to: [] }),
    ]
    const { tickets } = await own.declare({ services })
    expect(tickets).toHaveLength(2)
    const teams = async () => {
      const { rows } = await own.db.admin.query<{ name: string; owned: boolean }>(
        'select name, team_id is not null as owned from pilothouse.services order by name',
      )
      return rows
    }
    expect(await teams()).toEqual([
      { name: 'api', owned: false },
      { name: 'web', owned: false },
    ])
    for (const id of tickets) {
      const ticket = await own.bob.reads.ticket(id)
      await own.bob.ledger.decide(deciding(ticket))
    }
    expect(await teams()).toEqual([
      { name: 'api', owned: true },
      { name: 'web', owned: true },
    ])
    await own.db.close()
  })

  test('keeps a start rule, and says when it changes', async () => {
    const own = await ofTwo()
    const rule = { time: '04:30', time_zone: 'Europe/Berlin' }
    const services = [aService({ releases_to: [aCdConfig({ start: rule })] })]
    await own.declare({ services })
    const { rows: log } = await own.db.admin.query('select count(*) from pilothouse.change_log')
    await own.declare({ services })
    expect((await own.db.admin.query('select count(*) from pilothouse.change_log')).rows).toEqual(log)
    expect((await own.alice.reads.services('shop'))[0]?.releases_to).toMatchObject([{ start: rule }])
    await own.declare({ services: [aService({ releases_to: [aCdConfig({ start: 'on_approval' })] })] })
    expect((await own.alice.reads.services('shop'))[0]?.releases_to).toMatchObject([{ start: 'on_approval' }])
    await own.db.close()
  })
})

describe('no declaration', () => {
  test('moves a target or a stage to another policy', async () => {
    const [stage, target] = [aStage(), aTarget()]
    const stages = [stage, aStage({ name: 'dev', production: false })]
    const declaration = ofNewProject({ stages, targets: [target] })
    await admin.ledger.declare(declaration)
    const place = aPlace()
    const refused = async (changes: Partial<typeof declaration>, path: string) =>
      expect(admin.ledger.declare({ ...again(declaration), ...changes })).rejects.toMatchObject({
        code: 'validation_error',
        data: { problems: [{ path }] },
      })
    await refused({ stages: [{ ...stage, production: false }] }, 'stages.production.production')
    await refused({ targets: [{ ...target, stage: 'dev' }] }, 'targets.shop-production.stage')
    await refused({ targets: [{ ...target, stage: 'nowhere' }] }, 'targets.shop-production.stage')
    await refused(
      { targets: [{ ...target, place, identity: placeIdentity(place) }] },
      'targets.shop-production.identity',
    )
    await refused(
      { targets: [{ ...target, identity: sha256('made up') }] },
      'targets.shop-production.identity',
    )
    await refused(
      { services: [aService({ releases_to: [aCdConfig({ target: 'nowhere' })] })] },
      'services.web.releases_to.nowhere',
    )
  })

  test('gives a place a second name, not even in another project', async () => {
    const target = aTarget()
    await admin.ledger.declare(ofNewProject({ targets: [target] }))
    const renamed = aTarget({ name: 'soft', stage: 'dev', place: { ...target.place, allow: ['devices'] } })
    const elsewhere = ofNewProject({
      stages: [aStage({ name: 'dev', production: false })],
      targets: [renamed],
      services: [],
    })
    await expect(admin.ledger.declare(elsewhere)).rejects.toMatchObject({
      code: 'conflict',
      data: { target: target.name },
    })
    const { rows } = await db.admin.query(
      'select count(*)::int as n from pilothouse.projects where name = $1',
      [elsewhere.project.name],
    )
    expect(rows).toEqual([{ n: 0 }])
  })

  test('goes beyond what its author may change', async () => {
    const declaration = ofNewProject()
    await admin.ledger.declare(declaration)
    const project = declaration.project.name
    const operator = await db.member('operator', { roles: [{ role: 'operator-compose', project }] })
    const manager = await db.member('manager', { roles: [{ role: 'release-manager', project }] })
    await operator.ledger.declare(again(declaration))
    const tried = [
      {
        by: manager,
        changes: { stages: [aStage({ approval_window_hours: 9 })] },
        permission: 'access:write',
      },
      {
        by: manager,
        changes: { targets: [aTarget({ name: 'another' })] },
        permission: 'cluster:import',
      },
      {
        by: operator,
        changes: { services: [aService({ variables: {} })] },
        permission: 'pipeline:write',
      },
      {
        by: operator,
        changes: { services: [aService({ releases_to: [aCdConfig({ retries: 9 })] })] },
        permission: 'pipeline:write',
      },
    ]
    for (const { by, changes, permission } of tried)
      await expect(by.ledger.declare({ ...again(declaration), ...changes })).rejects.toMatchObject({
        code: 'permission_denied',
        data: { permission },
      })
    await manager.ledger.declare({ ...again(declaration), services: [aService({ variables: {} })] })
  })
})

test('the ledger computes the same identity of a place as the desktops', async () => {
  const ssh = aPlace({
    host: {
      kind: 'ssh',
      address: '10.0.0.7',
      port: 22,
      user: 'root',
      host_key: `SHA256:${'a/+9'.repeat(10)}abc`,
    },
  })
  for (const place of [ssh, aPlace(), aPlace({ host: { kind: 'local', engine_id: 'a "quoted" \\ Ä id' } })]) {
    const { rows } = await db.admin.query('select pilothouse.place_identity($1) as identity', [
      JSON.stringify(place),
    ])
    expect(rows).toEqual([{ identity: placeIdentity(place) }])
  }
})
