import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sha256 } from '../../src-main/lifecycle/canonical.ts'
import type { TestMember } from '../support/ledger.ts'
import { aDecision, aLease, aPreview, aRequest, newCommandId } from '../support/releaseBuilder.ts'
import {
  actionsOf,
  approved,
  asked,
  decided,
  everything,
  openShop,
  planned,
  record,
  standing,
} from './shop.ts'
import type { Shop } from './shop.ts'

let shop: Shop
let twin: TestMember
let agent: TestMember
let manager: TestMember
beforeAll(async () => {
  shop = await openShop()
  twin = await shop.db.member('alice_too', { samePersonAs: 'alice', roles: [{ role: 'release-manager' }] })
  agent = await shop.db.member('helper', { kind: 'agent', samePersonAs: 'bob', roles: [{ role: 'agent' }] })
  manager = await shop.db.member('mallory', { roles: [{ role: 'release-manager' }] })
})
afterAll(async () => {
  await shop.db.close()
})

async function stateOf(release: string): Promise<unknown> {
  const { rows } = await shop.db.admin.query<{ state: string }>(
    'select lifecycle_state as state from pilothouse.releases where id = $1',
    [release],
  )
  return rows[0]?.state
}

/** The last event of a resource's chain. */
async function lastEvent(resource: string): Promise<Record<string, unknown>> {
  const { rows } = await shop.db.admin.query<Record<string, unknown>>(
    'select action, actor, detail from pilothouse.timeline_events where resource_id = $1 order by chain_seq desc limit 1',
    [resource],
  )
  return rows[0] ?? {}
}

describe('who may decide', () => {
  test('never the requester, not even under another login; the attempt is recorded and nothing else', async () => {
    const { plan, request, ticket } = await asked(shop)
    const before = await everything(shop, record)
    await expect(twin.ledger.decide(aDecision(plan, request))).rejects.toMatchObject({
      code: 'self_approval_denied',
      data: { requested_by: shop.alice.login, candidates: ['bob', 'mallory'] },
    })
    expect(await everything(shop, record)).toEqual(before)
    expect(await lastEvent(ticket)).toMatchObject({
      action: 'approval.denied',
      actor: twin.login,
      detail: { code: 'self_approval_denied', permission: 'release:approve', function: 'decide' },
    })
  })

  test('not whoever planned it for the requester either', async () => {
    const plan = aPreview(shop.subject)
    await manager.ledger.recordPreview(plan)
    const request = aRequest(plan)
    await shop.carol.ledger.requestApply(request)
    await expect(manager.ledger.decide(aDecision(plan, request))).rejects.toMatchObject({
      code: 'self_approval_denied',
    })
    expect(await decided(shop, shop.bob, { plan, request })).toMatchObject({ state: 'approved' })
  })

  test('never an agent, and nobody without the permission', async () => {
    const { plan, request, ticket } = await asked(shop)
    await expect(agent.ledger.decide(aDecision(plan, request))).rejects.toMatchObject({
      code: 'agent_not_allowed',
    })
    expect(await lastEvent(ticket)).toMatchObject({ action: 'approval.denied', actor: agent.login })
    await expect(shop.carol.ledger.decide(aDecision(plan, request))).rejects.toMatchObject({
      code: 'permission_denied',
      data: { permission: 'release:approve', grantors: ['alice'] },
    })
    expect(await lastEvent(ticket)).toMatchObject({ action: 'approval.denied', actor: shop.carol.login })
    expect(await stateOf(plan.release_id)).toBe('pending_approval')
  })

  test('not a member who was shut out', async () => {
    const leaver = await shop.db.member('leaver', { roles: [{ role: 'approver' }] })
    const { plan, request } = await asked(shop)
    await shop.db.admin.query('select pilothouse.admin_set_active($1)', [
      JSON.stringify({ login: leaver.login, active: false }),
    ])
    await expect(leaver.ledger.decide(aDecision(plan, request))).rejects.toMatchObject({
      code: 'identity_unknown',
    })
    const { rows } = await shop.db.admin.query<{ id: string }>('select id from pilothouse.ledger_identity')
    expect(await lastEvent(rows[0]?.id ?? '')).toMatchObject({
      action: 'access.denied',
      actor: leaver.login,
      detail: { code: 'identity_unknown' },
    })
  })
})

describe('what is decided', () => {
  test('is what the person saw; anything else is stale', async () => {
    const { plan, request } = await asked(shop)
    const { plan: other } = await asked(shop)
    const ofAnother = { seen_context_hash: aDecision(other, request).seen_context_hash }
    for (const seen of [{ seen_revision: 7 }, { seen_context_hash: sha256('another plan') }, ofAnother])
      await expect(shop.bob.ledger.decide(aDecision(plan, request, seen))).rejects.toMatchObject({
        code: 'decision_stale',
      })
    expect(await stateOf(plan.release_id)).toBe('pending_approval')
  })

  test('is one thing: of two approvers at once the second finds it decided', async () => {
    const { plan, request, ticket } = await asked(shop)
    const results = await Promise.allSettled([
      shop.bob.ledger.decide(aDecision(plan, request)),
      manager.ledger.decide(aDecision(plan, request, { decision: 'reject', comment: 'not today' })),
    ])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'conflict' },
    })
    const actions = await actionsOf(shop, ticket)
    expect(actions.filter((action) => /approved|rejected/.test(action))).toHaveLength(1)
  })

  test('is rejected by one person, with a reason', async () => {
    const { plan, request } = await asked(shop)
    const reject = (comment: string) =>
      decided(shop, shop.bob, { plan, request }, { decision: 'reject', comment })
    await expect(reject(' ')).rejects.toMatchObject({ code: 'comment_required' })
    expect(await reject('too risky')).toMatchObject({ state: 'rejected' })
    expect(await actionsOf(shop, plan.release_id)).toContain('release.rejected')
  })

  test('can be revoked by an approver and withdrawn by the requester, not by others', async () => {
    const one = await approved(shop)
    const revoke = { decision: 'revoke', comment: 'found a bug' } as const
    expect(await decided(shop, manager, one, revoke)).toMatchObject({ state: 'cancelled' })
    const two = await asked(shop)
    const back = { release_id: two.plan.release_id, seen_revision: two.revision, comment: '' }
    await expect(shop.carol.ledger.withdraw({ ...back, command_id: newCommandId() })).rejects.toMatchObject({
      code: 'permission_denied',
      data: { grantors: ['alice'] },
    })
    expect(await twin.ledger.withdraw({ ...back, command_id: newCommandId() })).toMatchObject({
      state: 'cancelled',
    })
    await expect(shop.bob.ledger.decide(aDecision(two.plan, two.request))).rejects.toMatchObject({
      code: 'conflict',
      data: { status: 'cancelled' },
    })
  })
})

describe('time', () => {
  test('runs out for a ticket: the release is cancelled when anybody next touches it', async () => {
    const { plan, request, ticket } = await asked(shop)
    await shop.db.admin.query(
      "update pilothouse.approval_inbox_items set expires_at = clock_timestamp() - interval '1 second' where id = $1",
      [ticket],
    )
    const decision = aDecision(plan, request)
    await expect(shop.bob.ledger.decide(decision)).rejects.toMatchObject({ code: 'ticket_expired' })
    expect(await stateOf(plan.release_id)).toBe('cancelled')
    expect(await lastEvent(plan.release_id)).toMatchObject({ action: 'release.cancelled', actor: 'ledger' })
    expect(await lastEvent(ticket)).toMatchObject({ action: 'approval.expired', actor: 'ledger' })
    await expect(shop.bob.ledger.decide(decision)).rejects.toMatchObject({ code: 'ticket_expired' })
  })

  test('runs out for an approval that nobody used', async () => {
    const { plan, revision } = await approved(shop)
    await shop.db.admin.query(
      "update pilothouse.releases set approved_until = clock_timestamp() - interval '1 second' where id = $1",
      [plan.release_id],
    )
    await expect(shop.alice.ledger.takeLease(aLease(plan, revision))).rejects.toMatchObject({
      code: 'ticket_expired',
    })
    expect(await stateOf(plan.release_id)).toBe('cancelled')
  })
})

describe('a quorum', () => {
  test('needs every rule, each person counted once', async () => {
    const own = await openShop()
    const both = await own.db.member('erin', { roles: [{ role: 'approver' }, { role: 'release-manager' }] })
    const second = await own.db.member('frank', { roles: [{ role: 'release-manager' }] })
    await own.db.admin.query(`
      insert into pilothouse.approval_rules (id, policy_id, position, role, minimum)
      select pilothouse.uuid_v7(), id, 1, 'release-manager', 1 from pilothouse.approval_policies`)
    const { plan } = await planned(own, { policy_version: 3 })
    const request = aRequest(plan)
    await own.alice.ledger.requestApply(request)
    expect(await decided(own, both, { plan, request })).toMatchObject({ state: 'pending_approval' })
    await expect(both.ledger.decide(aDecision(plan, request))).rejects.toMatchObject({ code: 'conflict' })
    expect(await decided(own, second, { plan, request })).toMatchObject({ state: 'approved' })
    await own.db.close()
  })

  test('of two is filled once when both approve at the same moment', async () => {
    const own = await openShop()
    const dora = await own.db.member('dora', { roles: [{ role: 'approver' }] })
    await own.db.admin.query('update pilothouse.approval_rules set minimum = 2')
    const { plan } = await planned(own, { policy_version: 3 })
    const request = aRequest(plan)
    await own.alice.ledger.requestApply(request)
    await Promise.all([own.bob, dora].map((approver) => approver.ledger.decide(aDecision(plan, request))))
    expect(await standing(own, plan.release_id)).toMatchObject({ state: 'approved' })
    const told = await actionsOf(own, plan.release_id)
    expect(told.filter((action) => action === 'release.approved')).toHaveLength(1)
    await own.db.close()
  })

  test("asks for the service's own team beside a role, and is filled by nobody where there is none", async () => {
    const own = await openShop()
    const wren = await own.db.member('wren', { roles: [{ role: 'approver' }] })
    await own.db.admin.query(`
      with team as (insert into pilothouse.teams (id, project_id, name)
        select pilothouse.uuid_v7(), id, 'web' from pilothouse.projects returning id)
      insert into pilothouse.team_members (team_id, person_id)
      select team.id, m.person_id from team, pilothouse.members m where m.login = '${wren.login}'`)
    await own.db.admin.query(`update pilothouse.approval_rules set service_team = true`)
    const none = aRequest((await planned(own, { policy_version: 3 })).plan)
    await own.alice.ledger.requestApply(none)
    expect(await own.bob.reads.ticket(none.ticket_id)).toMatchObject({
      rules: [{ team: '?', candidates: [] }],
    })
    await own.db.admin.query(`update pilothouse.services set team_id = (select id from pilothouse.teams)`)
    const { plan } = await planned(own, { policy_version: 3 })
    const request = aRequest(plan)
    await own.alice.ledger.requestApply(request)
    expect(await own.bob.reads.ticket(request.ticket_id)).toMatchObject({
      rules: [{ team: 'web', minimum: 1, candidates: ['wren'] }],
    })
    expect(await decided(own, own.bob, { plan, request })).toMatchObject({ state: 'pending_approval' })
    expect(await decided(own, wren, { plan, request })).toMatchObject({ state: 'approved' })
    expect(await own.bob.reads.ticket(request.ticket_id)).toMatchObject({
      rules: [{ approved_by: ['wren'] }],
    })
    await own.db.close()
  })

  test('is judged by the rules that were asked for; new ones make decisions stale', async () => {
    const own = await openShop()
    const { plan, request } = await asked(own)
    await own.db.admin.query('update pilothouse.approval_rules set minimum = 2')
    await expect(own.bob.ledger.decide(aDecision(plan, request))).rejects.toMatchObject({
      code: 'decision_stale',
    })
    await own.db.close()
  })

  test.each([
    { rules: [{ team: 'a', minimum: 1 }], people: [{ teams: ['a'] }], filled: true },
    { rules: [{ team: 'a', minimum: 1 }], people: [{ roles: ['a'] }, { teams: [] }, {}], filled: false },
    { rules: [{ team: '?', minimum: 1 }], people: [{ teams: ['a'], roles: ['?'] }], filled: false },
    {
      rules: [
        { team: 'a', minimum: 1 },
        { role: 'x', minimum: 1 },
      ],
      people: [{ teams: ['a'], roles: ['x'] }],
      filled: false,
    },
    {
      rules: [
        { team: 'a', minimum: 1 },
        { role: 'x', minimum: 1 },
      ],
      people: [{ teams: ['a'], roles: ['x'] }, { teams: ['a'] }],
      filled: true,
    },
  ])('with teams, of $rules is filled by $people: $filled', async ({ rules, people, filled }) => {
    const approvals = people.map((hats) => ({ person: randomUUID(), ...hats }))
    const { rows } = await shop.db.admin.query<{ filled: boolean }>(
      'select pilothouse.quorum_filled($1, $2) as filled',
      [JSON.stringify(rules), JSON.stringify(approvals)],
    )
    expect(rows[0]?.filled).toBe(filled)
  })

  test.each([
    { rules: [[null, 1]], people: [['x']], filled: true },
    { rules: [[null, 2]], people: [['x']], filled: false },
    {
      rules: [
        ['x', 1],
        ['y', 1],
      ],
      people: [['x', 'y']],
      filled: false,
    },
    {
      rules: [
        ['x', 1],
        ['y', 1],
      ],
      people: [['x', 'y'], ['x']],
      filled: true,
    },
    {
      rules: [
        ['x', 1],
        ['y', 1],
        [null, 1],
      ],
      people: [['x'], ['y'], ['x', 'y']],
      filled: true,
    },
    {
      rules: [
        ['x', 2],
        ['y', 1],
      ],
      people: [['x'], ['x'], ['x']],
      filled: false,
    },
  ])('of $rules is filled by $people: $filled', async ({ rules, people, filled }) => {
    const { rows } = await shop.db.admin.query<{ filled: boolean }>(
      'select pilothouse.quorum_filled($1, $2) as filled',
      [
        JSON.stringify(rules.map(([role, minimum]) => ({ role, minimum }))),
        JSON.stringify(people.map((roles) => ({ person: randomUUID(), roles }))),
      ],
    )
    expect(rows[0]?.filled).toBe(filled)
  })
})

test('a ticket can be given to somebody who may decide it, and talked about', async () => {
  const { ticket } = await asked(shop)
  const { alice, bob, carol } = shop
  const to = (login: string | null) => ({ command_id: newCommandId(), ticket_id: ticket, to: login })
  await alice.ledger.assign(to(bob.login))
  await alice.ledger.assign(to(null))
  await expect(alice.ledger.assign(to(carol.login))).rejects.toMatchObject({ code: 'validation_error' })
  await carol.ledger.comment({ command_id: newCommandId(), ticket_id: ticket, comment: 'looks right' })
  expect(await actionsOf(shop, ticket)).toEqual([
    'approval.ticket_created',
    'approval.assigned',
    'approval.assigned',
    'approval.commented',
  ])
})

test('one person alone needs nobody; from the second on they do', async () => {
  const own = await openShop()
  const others = [own.bob.login, own.carol.login]
  const setActive = (active: boolean) =>
    own.db.admin.query(
      `select pilothouse.admin_set_active(jsonb_build_object('login', login, 'active', $2::boolean))
       from unnest($1::text[]) as login`,
      [others, active],
    )
  await setActive(false)
  const alone = aRequest((await planned(own)).plan)
  expect(await own.alice.ledger.requestApply(alone)).toMatchObject({ state: 'approved', ticket_id: null })
  await setActive(true)
  const together = aRequest((await planned(own)).plan)
  expect(await own.alice.ledger.requestApply(together)).toMatchObject({ state: 'pending_approval' })
  await own.db.close()
})
