import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AccessChange } from '../../src-preload/contract/access.ts'
import type { TestMember } from '../support/ledger.ts'
import { newCommandId, newTicketId } from '../support/releaseBuilder.ts'
import { ask, confirmed, deciding, inMinutes, newestEvents, oneRow, waiting } from './changing.ts'
import { actionsOf, asked, everything, openShop, record } from './shop.ts'
import type { Shop } from './shop.ts'

let shop: Shop
let twin: TestMember
let agent: TestMember
beforeAll(async () => {
  shop = await openShop()
  twin = await shop.db.member('alice_too', {
    samePersonAs: 'alice',
    roles: [{ role: 'admin' }, { role: 'approver' }],
  })
  agent = await shop.db.member('helper', { kind: 'agent', samePersonAs: 'bob', roles: [{ role: 'agent' }] })
})
afterAll(async () => {
  await shop.db.close()
})

const policy = (
  rules: Extract<AccessChange, { kind: 'policy' }>['rules'],
  project = 'shop',
): AccessChange => ({
  kind: 'policy',
  project,
  stage: 'production',
  runtime: '*',
  rules,
})
const two = policy([{ kind: 'anyone', minimum: 2 }])

describe('a change of policy or access', () => {
  test('waits for another person, who sees what would differ, and is done when they approve', async () => {
    const ticket = await waiting(shop.alice, two, 'an audit')
    expect(ticket).toMatchObject({
      scope_type: 'policy',
      project: 'shop',
      risk_level: 'high',
      priority: 'p1',
      status: 'pending',
      requested_by: shop.alice.login,
      reason: 'an audit',
      revision: 1,
      change: two,
      fields: [{ path: 'rules.1', before: '1 × anyone', after: '2 × anyone' }],
      summary: [{ text: 'change.policy', params: { stage: 'production', rules: '2 × anyone' } }],
      rules: [{ role: null, team: null, minimum: 1, candidates: ['bob'], approved_by: [] }],
      can_decide: false,
    })
    expect(await shop.bob.reads.ticket(ticket.id)).toMatchObject({ can_decide: true })
    const before = await oneRow(
      shop.db,
      'select pilothouse.policy_version(stage_id) as v from pilothouse.targets',
    )
    await shop.bob.ledger.decide(deciding(ticket))
    expect(await oneRow(shop.db, 'select minimum, role from pilothouse.approval_rules')).toEqual({
      minimum: 2,
      role: null,
    })
    const after = await oneRow(
      shop.db,
      'select pilothouse.policy_version(stage_id) as v from pilothouse.targets',
    )
    expect(Number(after['v'])).toBeGreaterThan(Number(before['v']))
    expect(await actionsOf(shop, ticket.id)).toEqual(['approval.ticket_created', 'approval.approved'])
    expect(await newestEvents(shop.db, 1)).toMatchObject([
      {
        action: 'policy.changed',
        actor: shop.bob.login,
        detail: { ticket: ticket.id, requested_by: shop.alice.login },
      },
    ])
    expect(await shop.alice.reads.ticket(ticket.id)).toMatchObject({
      status: 'approved',
      decided_by: shop.bob.login,
      rules: [{ approved_by: ['bob'] }],
    })
    await confirmed(shop.alice, shop.bob, policy([{ kind: 'anyone', minimum: 1 }]))
  })

  test('makes what waits for the old policy stale', async () => {
    const version = async () =>
      Number(
        (await oneRow(shop.db, 'select pilothouse.policy_version(stage_id) as v from pilothouse.targets'))[
          'v'
        ],
      )
    const { plan, request } = await asked(shop, { policy_version: await version() })
    await confirmed(shop.alice, shop.bob, two)
    const seen = { seen_revision: 1, seen_context_hash: request.context_hash ?? plan.document_digest }
    await expect(
      shop.bob.ledger.decide({
        command_id: newCommandId(),
        ticket_id: request.ticket_id,
        decision: 'approve',
        comment: '',
        ...seen,
      }),
    ).rejects.toMatchObject({ code: 'decision_stale' })
    await confirmed(shop.alice, shop.bob, policy([{ kind: 'anyone', minimum: 1 }]))
  })

  test('is never decided by the person who asked, whichever login they use', async () => {
    const ticket = await waiting(shop.alice, two)
    const before = await everything(shop, record)
    for (const by of [shop.alice, twin])
      for (const decision of ['approve', 'reject'] as const)
        await expect(by.ledger.decide(deciding(ticket, { decision, comment: 'x' }))).rejects.toMatchObject({
          code: 'self_approval_denied',
          data: { candidates: ['bob'] },
        })
    await expect(shop.carol.ledger.decide(deciding(ticket))).rejects.toMatchObject({
      code: 'permission_denied',
    })
    await expect(agent.ledger.decide(deciding(ticket))).rejects.toMatchObject({ code: 'agent_not_allowed' })
    expect(await everything(shop, record)).toEqual(before)
    await shop.bob.ledger.decide(deciding(ticket, { decision: 'reject', comment: 'not now' }))
    expect(await actionsOf(shop, ticket.id)).toContain('approval.rejected')
    expect(await oneRow(shop.db, 'select minimum from pilothouse.approval_rules')).toEqual({ minimum: 1 })
  })

  test('is taken back by who asked, with any of their logins, and by nobody else without a word', async () => {
    const ticket = await waiting(shop.alice, two)
    const revoke = (comment: string) => deciding(ticket, { decision: 'revoke', comment })
    await expect(shop.carol.ledger.decide(revoke('no'))).rejects.toMatchObject({ code: 'permission_denied' })
    await expect(shop.bob.ledger.decide(revoke(''))).rejects.toMatchObject({ code: 'comment_required' })
    await twin.ledger.decide(revoke(''))
    expect(await shop.bob.reads.ticket(ticket.id)).toMatchObject({ status: 'cancelled', can_decide: false })
    expect(await newestEvents(shop.db, 1)).toMatchObject([
      { action: 'approval.superseded', detail: { reason: 'withdrawn' } },
    ])
    await expect(shop.bob.ledger.decide(deciding(ticket))).rejects.toMatchObject({ code: 'conflict' })
    const done = await confirmed(shop.alice, shop.bob, two)
    await expect(
      shop.bob.ledger.decide(deciding(done, { decision: 'revoke', comment: 'no' })),
    ).rejects.toMatchObject({
      code: 'conflict',
    })
    await confirmed(shop.alice, shop.bob, policy([{ kind: 'anyone', minimum: 1 }]))
  })

  test('is not decided once what counts has changed since, or on another hash', async () => {
    const old = await waiting(shop.alice, policy([]))
    await confirmed(shop.alice, shop.bob, two)
    await expect(shop.bob.ledger.decide(deciding(old))).rejects.toMatchObject({ code: 'decision_stale' })
    await confirmed(shop.alice, shop.bob, policy([{ kind: 'anyone', minimum: 1 }]))
    const seen = { seen_context_hash: (await waiting(shop.alice, two)).context_hash }
    await expect(shop.bob.ledger.decide(deciding(old, seen))).rejects.toMatchObject({
      code: 'decision_stale',
    })
    await shop.bob.ledger.decide(deciding(old, { decision: 'reject', comment: 'old' }))
  })

  test('runs out after seven days', async () => {
    const ticket = await waiting(shop.alice, policy([{ kind: 'role', role: 'approver', minimum: 1 }]))
    const days = (Date.parse(ticket.expires_at) - Date.parse(ticket.created_at)) / 86_400_000
    expect(days).toBe(7)
    await shop.db.admin.query(
      "update pilothouse.approval_inbox_items set expires_at = clock_timestamp() - interval '1 second' where id = $1",
      [ticket.id],
    )
    expect(await shop.bob.reads.ticket(ticket.id)).toMatchObject({ status: 'expired', can_decide: false })
    await expect(shop.bob.ledger.decide(deciding(ticket))).rejects.toMatchObject({ code: 'ticket_expired' })
    expect(await actionsOf(shop, ticket.id)).toEqual(['approval.ticket_created', 'approval.expired'])
  })
})

describe('asking for a change', () => {
  test('takes who manages access there, and a person', async () => {
    for (const by of [shop.bob, shop.carol])
      await expect(ask(by, two)).rejects.toMatchObject({
        code: 'permission_denied',
        data: { permission: 'access:write' },
      })
    await expect(ask(agent, two)).rejects.toMatchObject({ code: 'agent_not_allowed' })
    const local = await shop.db.member('lena', { roles: [{ role: 'admin', project: 'shop' }] })
    await expect(
      ask(local, {
        kind: 'grant',
        to: { kind: 'member', login: local.login },
        role: 'admin',
        project: null,
        until: null,
      }),
    ).rejects.toMatchObject({ code: 'permission_denied' })
    await expect(ask(local, policy([], 'nowhere'))).rejects.toMatchObject({
      code: 'project_scope_denied',
    })
    await expect(ask(shop.alice, policy([], 'nowhere'))).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  test('is asking for something, and for nothing that waits already', async () => {
    await expect(ask(shop.alice, policy([{ kind: 'anyone', minimum: 1 }]))).rejects.toMatchObject({
      code: 'validation_error',
      data: { problems: [{ path: 'change', problem: 'unchanged' }] },
    })
    const ticket = await waiting(shop.alice, policy([{ kind: 'anyone', minimum: 3 }]))
    await expect(ask(shop.alice, policy([{ kind: 'anyone', minimum: 3 }]))).rejects.toMatchObject({
      code: 'conflict',
      data: { ticket: ticket.id },
    })
  })

  test('twice with one command is asking once', async () => {
    const command = {
      command_id: newCommandId(),
      ticket_id: newTicketId(),
      change: policy([{ kind: 'anyone', minimum: 4 }]),
      reason: '',
      source: 'desktop',
    } as const
    const first = await shop.alice.ledger.change(command)
    expect(await shop.alice.ledger.change(command)).toEqual(first)
    expect(await shop.bob.reads.ticket(command.ticket_id)).toMatchObject({ source: 'desktop' })
  })
})

test('a ticket without a project is read by who asked, could decide it, or oversees everything', async () => {
  const other = await shop.db.member('olga', { roles: [{ role: 'viewer', project: 'shop' }] })
  const auditor = await shop.db.member('audrey', { roles: [{ role: 'auditor' }] })
  const ticket = await waiting(shop.alice, {
    kind: 'grant',
    to: { kind: 'member', login: shop.carol.login },
    role: 'viewer',
    project: null,
    until: inMinutes(60),
  })
  expect(ticket).toMatchObject({
    project: null,
    project_id: null,
    scope_type: 'access',
    risk_level: 'medium',
  })
  for (const reader of [shop.alice, twin, shop.bob, auditor])
    expect(await reader.reads.ticket(ticket.id)).toMatchObject({ id: ticket.id })
  for (const reader of [other, shop.carol])
    await expect(reader.reads.ticket(ticket.id)).rejects.toMatchObject({ code: 'ticket_not_found' })
  await expect(
    other.ledger.comment({ command_id: newCommandId(), ticket_id: ticket.id, comment: 'me?' }),
  ).rejects.toMatchObject({ code: 'permission_denied' })
  await auditor.ledger.comment({ command_id: newCommandId(), ticket_id: ticket.id, comment: 'seen' })
  await auditor.ledger.viewed(ticket.id)
  await shop.alice.ledger.assign({ command_id: newCommandId(), ticket_id: ticket.id, to: shop.bob.login })
  await expect(
    shop.alice.ledger.assign({ command_id: newCommandId(), ticket_id: ticket.id, to: shop.carol.login }),
  ).rejects.toMatchObject({ code: 'validation_error' })
  expect(await actionsOf(shop, ticket.id)).toEqual([
    'approval.ticket_created',
    'access.denied',
    'approval.commented',
    'approval.viewed',
    'approval.assigned',
  ])
})

test('somebody who works alone changes policy and access at once', async () => {
  const own = await openShop()
  for (const { login } of [own.bob, own.carol])
    await own.db.admin.query('select pilothouse.admin_set_active($1)', [
      JSON.stringify({ login, active: false }),
    ])
  expect(await ask(own.alice, policy([]))).toBeNull()
  expect(await newestEvents(own.db, 1)).toMatchObject([{ action: 'policy.changed', actor: own.alice.login }])
  expect(await oneRow(own.db, 'select count(*)::int as n from pilothouse.approval_rules')).toEqual({ n: 0 })
  expect(await oneRow(own.db, 'select done_at is not null as done from pilothouse.access_changes')).toEqual({
    done: true,
  })
  expect((await own.alice.ledger.verifyChains()).broken).toEqual([])
  await own.db.close()
})
