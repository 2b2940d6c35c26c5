import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { errorCodes } from '../../src-preload/contract/errors.ts'
import { eventActions } from '../../src-preload/contract/events.ts'
import { roleRuntimes, roleTemplates } from '../../src-preload/contract/members.ts'
import { permissions } from '../../src-preload/contract/vocabulary.ts'
import { aDeclaration, aPreview } from '../support/releaseBuilder.ts'
import { applied, everything, openShop, record } from './shop.ts'
import type { Shop } from './shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await openShop()
})
afterAll(async () => {
  await shop.db.close()
})

async function column<T>(sql: string): Promise<T[]> {
  const { rows } = await shop.db.admin.query<{ value: T }>(sql)
  return rows.map(({ value }) => value)
}

describe('the ledger speaks the contract', () => {
  test('in the names of events', async () => {
    expect(await column('select action as value from pilothouse.event_actions order by 1')).toEqual(
      [...eventActions].sort(),
    )
  })

  test('in role templates and permissions', async () => {
    const rows = await column<unknown>(
      'select jsonb_build_array(role, permission, runtime) as value from pilothouse.role_permissions',
    )
    const expected = Object.entries(roleTemplates).flatMap(([role, allowed]) =>
      allowed.map((permission) => [role, permission, runtimeOf(role)]),
    )
    const sorted = (list: unknown[]) => list.map((item) => JSON.stringify(item)).sort()
    expect(sorted(rows)).toEqual(sorted(expected))
    const checked = await column<string>(
      "select pg_get_constraintdef(c.oid) as value from pg_constraint c join pg_type t on t.oid = c.contypid where t.typname = 'permission'",
    )
    for (const permission of permissions) expect(checked[0]).toContain(`'${permission}'`)
  })

  test('in the codes of refusals', async () => {
    const sources = await column<string>(
      "select prosrc as value from pg_proc where pronamespace = 'pilothouse'::regnamespace",
    )
    const codes = sources.flatMap((source) =>
      [...source.matchAll(/pilothouse\.refus(?:e|al)\('([a-z_]+)'/g)].map(([, code]) => code),
    )
    expect(codes.length).toBeGreaterThan(20)
    expect(codes.filter((code) => !errorCodes.some((known) => known === code))).toEqual([])
  })
})

function runtimeOf(role: string): string | undefined {
  return Object.entries(roleRuntimes).find(([name]) => name === role)?.[1]
}

describe('a denial', () => {
  test('is recorded with who, what and which permission; nothing else changes', async () => {
    const before = await everything(shop, record)
    const { timeline_events: told } = await everything(shop)
    await expect(shop.bob.ledger.recordPreview(aPreview(shop.subject))).rejects.toMatchObject({
      code: 'permission_denied',
      data: { permission: 'release:preview', grantors: ['alice'] },
    })
    expect(await everything(shop, record)).toEqual(before)
    expect(Number((await everything(shop))['timeline_events'])).toBe(Number(told) + 1)
    const [event] = await column<Record<string, unknown>>(
      'select to_jsonb(e) as value from pilothouse.timeline_events e order by occurred_at desc limit 1',
    )
    expect(event).toMatchObject({
      action: 'access.denied',
      actor: shop.bob.login,
      actor_person: 'bob',
      severity: 'warning',
      resource_type: 'target',
      detail: { code: 'permission_denied', permission: 'release:preview', function: 'record_preview' },
    })
  })

  test('tells a stranger to the project from somebody who lacks a permission', async () => {
    const { declaration } = shop
    const stranger = await shop.db.member('stranger')
    const question = {
      permission: 'release:read',
      runtime: '*',
      project_id: declaration.project.id,
      resource_type: 'project',
      resource_id: declaration.project.id,
    } as const
    await expect(stranger.ledger.authorize(question)).rejects.toMatchObject({ code: 'project_scope_denied' })
    await expect(shop.bob.ledger.authorize({ ...question, permission: 'audit:read' })).rejects.toMatchObject({
      code: 'permission_denied',
    })
    await expect(shop.bob.ledger.authorize(question)).resolves.toBeUndefined()
    const k8s = { ...question, permission: 'release:apply', runtime: 'k8s' } as const
    await expect(shop.alice.ledger.authorize(k8s)).rejects.toMatchObject({ code: 'permission_denied' })
    await expect(shop.alice.ledger.authorize({ ...k8s, runtime: 'compose' })).resolves.toBeUndefined()
  })

  test('ends with a binding: of one project, until a time', async () => {
    const visitor = await shop.db.member('visitor', {
      roles: [{ role: 'admin', project: 'shop', until: new Date(Date.now() + 3_600_000).toISOString() }],
    })
    await expect(visitor.ledger.declare(aDeclaration({ project: other() }))).rejects.toMatchObject({
      code: 'permission_denied',
      data: { permission: 'access:write' },
    })
    const question = {
      permission: 'access:write',
      runtime: '*',
      project_id: shop.declaration.project.id,
      resource_type: 'project',
      resource_id: shop.declaration.project.id,
    } as const
    await visitor.ledger.authorize(question)
    await shop.db.admin.query(
      'update pilothouse.role_bindings set until = clock_timestamp() where until is not null',
    )
    await expect(visitor.ledger.authorize(question)).rejects.toMatchObject({ code: 'project_scope_denied' })
  })
})

function other() {
  return { ...aDeclaration().project, name: 'another' }
}

describe('the record', () => {
  test('is only added to, even by its owner', async () => {
    await applied(shop)
    const admin = shop.db.admin
    for (const table of [
      'timeline_events',
      'documents',
      'change_log',
      'approval_inbox_actions',
      'approval_inbox_subjects',
    ]) {
      await expect(admin.query(`delete from pilothouse.${table}`)).rejects.toThrow('only added to')
      await expect(admin.query(`truncate pilothouse.${table} cascade`)).rejects.toThrow('only added to')
    }
    await expect(admin.query("update pilothouse.timeline_events set actor = 'x'")).rejects.toThrow(
      'only added',
    )
  })

  test('can not be written past its function by the role that owns the commands', async () => {
    const client = await shop.db.admin.connect()
    try {
      await client.query('set role pilothouse_api')
      for (const statement of [
        'insert into pilothouse.timeline_events select * from pilothouse.timeline_events limit 1',
        "update pilothouse.chain_heads set hash = ''",
        "insert into pilothouse.change_log (entity, entity_id) values ('x', 'x')",
        "update pilothouse.releases set lifecycle_state = 'applied'",
        'update pilothouse.releases set revision = 9',
        'delete from pilothouse.releases',
        'alter table pilothouse.releases disable trigger guard',
        'update pilothouse.role_bindings set role = null',
        'insert into pilothouse.members select * from pilothouse.members',
        'delete from pilothouse.lifecycle_transitions',
      ])
        await expect(client.query(statement), statement).rejects.toThrow(/permission denied|must be owner/)
    } finally {
      await client.query('reset role')
      client.release()
    }
  })

  test.each([
    { what: 'an actor', problem: 'content', sql: "actor = 'somebody_else'" },
    { what: 'the stored bytes', problem: 'hash', sql: "bytes = replace(bytes, 'bob', 'eve')" },
    { what: 'a link', problem: 'link', sql: "prev_hash = repeat('a', 64)" },
    { what: 'a place', problem: 'gap', sql: 'chain_seq = chain_seq + 100' },
  ])('shows that a superuser edited $what', async ({ sql, problem }) => {
    const own = await openShop()
    await applied(own)
    const client = await own.db.admin.connect()
    await client.query('set session_replication_role = replica')
    const { rows } = await client.query<{ resource_id: string }>(
      `update pilothouse.timeline_events set ${sql} where action = 'release.approved' returning resource_id`,
    )
    client.release()
    const { broken } = await own.bob.ledger.verifyChains()
    expect(broken).toMatchObject([{ resource_type: 'release', resource_id: rows[0]?.resource_id, problem }])
    await own.db.close()
  })

  test('shows a chain that was cut short, and a state that no event tells of', async () => {
    const own = await openShop()
    await applied(own)
    const client = await own.db.admin.connect()
    await client.query('set session_replication_role = replica')
    await client.query("update pilothouse.releases set lifecycle_state = 'failed'")
    expect((await own.bob.ledger.verifyChains()).broken).toMatchObject([{ problem: 'state' }])
    await client.query("update pilothouse.releases set lifecycle_state = 'applied'")
    await client.query("delete from pilothouse.timeline_events where action = 'approval.approved'")
    client.release()
    expect((await own.bob.ledger.verifyChains()).broken).toMatchObject([
      { resource_type: 'ticket', problem: 'head' },
    ])
    await own.db.close()
  })
})

test('taking the record out is itself recorded, and asks for the right to', async () => {
  await shop.alice.ledger.recordExport('shop', 12)
  await expect(shop.bob.ledger.recordExport('shop', 12)).rejects.toMatchObject({
    data: { permission: 'audit:read' },
  })
  await expect(shop.alice.ledger.recordExport('nowhere', 0)).rejects.toMatchObject({ code: 'not_found' })
  expect(
    await column(
      "select detail ->> 'events' as value from pilothouse.timeline_events where action = 'audit.exported'",
    ),
  ).toEqual(['12'])
})
