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
