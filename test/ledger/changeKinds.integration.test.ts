import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AccessChange } from '../../src-preload/contract/access.ts'
import { freezeId } from '../../src-preload/contract/vocabulary.ts'
import type { TestMember } from '../support/ledger.ts'
import { newCommandId, newReleaseId } from '../support/releaseBuilder.ts'
import { ask, confirmed, deciding, inMinutes, newestEvents, oneRow, waiting } from './changing.ts'
import { openShop } from './shop.ts'
import type { Shop } from './shop.ts'

let shop: Shop
let dora: TestMember
let robot: TestMember
beforeAll(async () => {
  shop = await openShop()
  dora = await shop.db.member('dora')
  robot = await shop.db.member('robot', { kind: 'service', samePersonAs: 'bob', roles: [{ role: 'agent' }] })
})
afterAll(async () => {
  await shop.db.close()
})

const may = async (who: TestMember, permission: string, project: string | null = null) =>
  oneRow(
    shop.db,
    `select pilothouse.may($1, $2, '*', (select id from pilothouse.projects where name = $3)) as may`,
    [who.login, permission, project],
  )

/** Alice asks, bob approves, and one event tells it. */
async function done(change: AccessChange, event: string, fields: object[]): Promise<void> {
  const ticket = await waiting(shop.alice, change)
  expect(ticket.fields).toMatchObject(fields)
  await shop.bob.ledger.decide(deciding(ticket))
  const [first, second] = await newestEvents(shop.db, 2)
  expect(first).toMatchObject({ action: event, detail: { kind: change.kind, ticket: ticket.id } })
  expect(second).toMatchObject({ action: 'approval.approved' })
}
const refused = (change: AccessChange, code: string, problem?: object) =>
  expect(ask(shop.alice, change)).rejects.toMatchObject(
    problem === undefined ? { code } : { code, data: problem },
  )

const member = (who: TestMember) => ({ kind: 'member', login: who.login }) as const
const web = { kind: 'team', project: 'shop', team: 'web' } as const

describe('a role is', () => {
  test('given, given longer, and taken', async () => {
    const until = inMinutes(60)
    const grant = { kind: 'grant', to: member(dora), role: 'approver', project: 'shop', until } as const
    await done(grant, 'access.granted', [
      { path: 'until', before: null },
      { path: 'permissions', before: null, after: 'pipeline:read, release:approve, release:read' },
    ])
    expect(await may(dora, 'release:approve', 'shop')).toEqual({ may: true })
    expect(await may(dora, 'release:approve')).toEqual({ may: false })
    await done({ ...grant, until: null }, 'access.granted', [{ path: 'until', after: 'unlimited' }])
    await done({ kind: 'revoke', from: member(dora), role: 'approver', project: 'shop' }, 'access.revoked', [
      { path: 'until', before: 'unlimited', after: null },
      { path: 'permissions', after: null },
    ])
    expect(await may(dora, 'release:approve', 'shop')).toEqual({ may: false })
    await refused({ kind: 'revoke', from: member(dora), role: 'approver', project: 'shop' }, 'not_found')
    await refused({ ...grant, until: '2020-01-01T00:00:00Z' }, 'validation_error', {
      problems: [{ path: 'change.until', problem: 'over' }],
    })
    await refused({ ...grant, role: 'nothing' }, 'not_found', { noun: 'role', name: 'nothing' })
    await refused({ ...grant, to: { kind: 'member', login: 'nobody' } }, 'not_found', { noun: 'member' })
  })

  test('made with its permissions, and never one that lets an agent decide', async () => {
    const role = (...permissions: Extract<AccessChange, { kind: 'role' }>['permissions']) =>
      ({ kind: 'role', role: 'deployer', permissions }) as const
    await done(role({ permission: 'release:apply', runtime: 'compose' }), 'access.role_changed', [
      { path: 'role', before: null, after: 'deployer' },
      { path: 'release:apply', before: null, after: 'compose' },
    ])
    await done(
      { kind: 'grant', to: member(robot), role: 'deployer', project: 'shop', until: null },
      'access.granted',
      [{ path: 'until' }, { path: 'permissions' }],
    )
    for (const permission of ['release:approve', 'release:break_glass', 'access:write'] as const)
      await refused(role({ permission, runtime: '*' }), 'agent_not_allowed', { login: robot.login })
    for (const name of ['approver', 'admin', 'incident-responder'])
      await refused(
        { kind: 'grant', to: member(robot), role: name, project: 'shop', until: null },
        'agent_not_allowed',
      )
    await done(role({ permission: 'release:read', runtime: '*' }), 'access.role_changed', [
      { path: 'release:apply', before: 'compose', after: null },
      { path: 'release:read', before: null, after: '*' },
    ])
  })

  test('another one to hand out once it was widened: the old decision is stale', async () => {
    const make = (permission: 'release:read' | 'release:approve'): AccessChange => ({
      kind: 'role',
      role: 'guest',
      permissions: [{ permission, runtime: '*' }],
    })
    await confirmed(shop.alice, shop.bob, make('release:read'))
    const ticket = await waiting(shop.alice, {
      kind: 'grant',
      to: member(dora),
      role: 'guest',
      project: 'shop',
      until: null,
    })
    expect(ticket.risk_level).toBe('medium')
    await confirmed(shop.alice, shop.bob, make('release:approve'))
    await expect(shop.bob.ledger.decide(deciding(ticket))).rejects.toMatchObject({ code: 'decision_stale' })
  })
})

describe('a team', () => {
  test('has people, who hold what it holds, and fills rules', async () => {
    const team = (...people: string[]): AccessChange => ({
      kind: 'team',
      project: 'shop',
      team: 'web',
      people,
    })
    await done(team(dora.login), 'access.team_changed', [
      { path: 'team', before: null, after: 'web' },
      { path: `people.${dora.login}`, before: null, after: 'dora' },
    ])
    await done({ kind: 'grant', to: web, role: 'approver', project: 'shop', until: null }, 'access.granted', [
      { path: 'until' },
      { path: 'permissions' },
    ])
    expect(await may(dora, 'release:approve', 'shop')).toEqual({ may: true })
    await done({ kind: 'service_team', project: 'shop', service: 'web', team: 'web' }, 'policy.changed', [
      { path: 'team', before: null, after: 'web' },
    ])
    await done(team(shop.carol.login), 'access.team_changed', [
      { path: `people.${shop.carol.login}`, before: null, after: 'carol' },
      { path: `people.${dora.login}`, before: 'dora', after: null },
    ])
    expect(await may(dora, 'release:approve', 'shop')).toEqual({ may: false })
    await refused(team(robot.login), 'agent_not_allowed', { login: robot.login })
    await refused(team('nobody'), 'not_found', { noun: 'member', name: 'nobody' })
    await refused({ kind: 'service_team', project: 'shop', service: 'web', team: 'nowhere' }, 'not_found')
  })

  test('that holds something everywhere belongs to those who manage everything', async () => {
    const local = await shop.db.member('lena', { roles: [{ role: 'admin', project: 'shop' }] })
    const ops = (people: string[]): AccessChange => ({ kind: 'team', project: 'shop', team: 'ops', people })
    const [team, empty] = [ops([local.login]), ops([])]
    expect(await waiting(local, team)).toMatchObject({ project: 'shop' })
    await confirmed(shop.alice, shop.bob, empty)
    await confirmed(shop.alice, shop.bob, {
      kind: 'grant',
      to: { kind: 'team', project: 'shop', team: 'ops' },
      role: 'admin',
      project: null,
      until: null,
    })
    await expect(ask(local, team)).rejects.toMatchObject({ code: 'permission_denied' })
    expect(await waiting(shop.alice, team)).toMatchObject({ project: null })
  })
})

test('a stage keeps plans and approvals for as long as was confirmed', async () => {
  await done(
    { kind: 'stage', project: 'shop', stage: 'production', preview_ttl_minutes: 5, approval_window_hours: 8 },
    'policy.changed',
    [{ path: 'preview_ttl_minutes', before: '30', after: '5' }],
  )
  expect(await oneRow(shop.db, 'select preview_ttl_minutes, revision from pilothouse.stages')).toEqual({
    preview_ttl_minutes: 5,
    revision: 2,
  })
})

test('a policy asks for teams, roles and the team of the service, for one runtime if need be', async () => {
  const asking = (...rules: Extract<AccessChange, { kind: 'policy' }>['rules']): AccessChange => ({
    kind: 'policy',
    project: 'shop',
    stage: 'production',
    runtime: 'compose',
    rules,
  })
  const policy = asking(
    { kind: 'service_team', minimum: 1 },
    { kind: 'role', role: 'release-manager', minimum: 1 },
    { kind: 'team', team: 'web', minimum: 2 },
  )
  await done(policy, 'policy.changed', [
    { path: 'rules.1', before: '1 × anyone', after: '1 × service_team' },
    { path: 'rules.2', before: null, after: '1 × role release-manager' },
    { path: 'rules.3', before: null, after: '2 × team web' },
  ])
  await refused(asking({ kind: 'team', team: 'nowhere', minimum: 1 }), 'not_found')
  await refused(asking({ kind: 'role', role: 'nothing', minimum: 1 }), 'not_found')
  await done(asking({ kind: 'anyone', minimum: 1 }), 'policy.changed', [{}, {}, {}])
})

describe('a login', () => {
  test('is shut out and let in again', async () => {
    await done({ kind: 'member', login: dora.login, active: false }, 'access.member_changed', [
      { path: 'active', before: 'true', after: 'false' },
    ])
    await expect(dora.ledger.tend([])).rejects.toMatchObject({ code: 'identity_unknown' })
    await done({ kind: 'member', login: dora.login, active: true }, 'access.member_changed', [
      { after: 'true' },
    ])
  })

  test('of the last person who manages access to everything stays', async () => {
    const own = await openShop()
    const { alice, bob } = own
    const last = {
      code: 'validation_error',
      data: { problems: [{ path: 'change', problem: 'last_administrator' }] },
    }
    const self = { kind: 'member', login: alice.login } as const
    await expect(ask(alice, { ...self, active: false })).rejects.toMatchObject(last)
    await expect(
      ask(alice, { kind: 'revoke', from: self, role: 'admin', project: null }),
    ).rejects.toMatchObject(last)
    await expect(
      ask(alice, { kind: 'grant', to: self, role: 'admin', project: null, until: inMinutes(5) }),
    ).rejects.toMatchObject(last)
    await expect(ask(alice, { kind: 'role', role: 'admin', permissions: [] })).rejects.toMatchObject(last)
    await confirmed(alice, bob, {
      kind: 'grant',
      to: { kind: 'member', login: own.carol.login },
      role: 'admin',
      project: null,
      until: null,
    })
    const leave = await waiting(alice, { ...self, active: false })
    await confirmed(alice, bob, {
      kind: 'revoke',
      from: { kind: 'member', login: own.carol.login },
      role: 'admin',
      project: null,
    })
    await expect(bob.ledger.decide(deciding(leave))).rejects.toMatchObject(last)
    expect(await bob.reads.ticket(leave.id)).toMatchObject({ status: 'pending' })
    await own.db.close()
  })
})

test('a freeze is lifted before its end by two people only', async () => {
  const freeze = freezeId.parse(newReleaseId())
  const [from, until] = [inMinutes(0), inMinutes(60)]
  await shop.alice.ledger.freeze({
    command_id: newCommandId(),
    freeze_id: freeze,
    project: 'shop',
    stage: 'production',
    from,
    until,
    reason: 'holidays',
  })
  const lift = { kind: 'lift_freeze', freeze } as const
  await done(lift, 'policy.changed', [
    { path: 'until', after: null },
    { path: 'reason', before: 'holidays', after: null },
  ])
  expect(
    await oneRow(
      shop.db,
      'select lifted_by, lifted_at is not null as lifted from pilothouse.freezes where id = $1',
      [freeze],
    ),
  ).toEqual({ lifted_by: shop.bob.login, lifted: true })
  await refused(lift, 'validation_error')
  await refused({ kind: 'lift_freeze', freeze: freezeId.parse(newReleaseId()) }, 'not_found')
})
