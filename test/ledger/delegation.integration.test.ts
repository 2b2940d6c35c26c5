import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AccessChange } from '../../src-preload/contract/access.ts'
import { delegationId } from '../../src-preload/contract/vocabulary.ts'
import type { TestMember } from '../support/ledger.ts'
import { aDecision, aPreview, aRequest, newCommandId, newReleaseId } from '../support/releaseBuilder.ts'
import { ask, confirmed, deciding, inMinutes, newestEvents, oneRow, waiting } from './changing.ts'
import { asked, decided, openShop } from './shop.ts'
import type { Shop } from './shop.ts'

let shop: Shop
let fred: TestMember
let manager: TestMember
let robot: TestMember
beforeAll(async () => {
  shop = await openShop()
  fred = await shop.db.member('fred', { roles: [{ role: 'viewer' }] })
  manager = await shop.db.member('mona', {
    roles: [{ role: 'release-manager' }, { role: 'operator-compose' }],
  })
  robot = await shop.db.member('robot', { kind: 'agent', samePersonAs: 'fred', roles: [{ role: 'agent' }] })
})
afterAll(async () => {
  await shop.db.close()
})

const delegate = (
  person: TestMember,
  to: TestMember,
  changes: { from?: string; until?: string } = {},
): AccessChange => ({
  kind: 'delegate',
  person: person.login,
  to: to.login,
  from: inMinutes(0),
  until: inMinutes(60),
  ...changes,
})
async function endAll(): Promise<void> {
  const { rows } = await shop.db.admin.query<{ id: string }>(
    'select id from pilothouse.delegations where ended_at is null and until > clock_timestamp()',
  )
  for (const { id } of rows)
    await shop.alice.ledger.endDelegation({ command_id: newCommandId(), delegation: delegationId.parse(id) })
}

describe('a delegate', () => {
  test('decides in the place of an approver, once another person agreed, for as long as it was given', async () => {
    const ticket = await waiting(shop.bob, delegate(shop.bob, fred))
    expect(ticket).toMatchObject({
      scope_type: 'access',
      project: null,
      fields: [
        { path: 'person', after: 'bob' },
        { path: 'to', after: 'fred' },
        { path: 'from' },
        { path: 'until' },
      ],
    })
    const { plan, request } = await asked(shop)
    await expect(fred.ledger.decide(aDecision(plan, request))).rejects.toMatchObject({
      code: 'permission_denied',
    })
    await expect(shop.bob.ledger.decide(deciding(ticket))).rejects.toMatchObject({
      code: 'self_approval_denied',
    })
    await shop.alice.ledger.decide(deciding(ticket))
    expect(await newestEvents(shop.db, 1)).toMatchObject([
      {
        action: 'access.delegated',
        actor: shop.alice.login,
        resource_type: 'member',
        detail: { to: fred.login },
      },
    ])
    expect(await fred.reads.ticket(request.ticket_id)).toMatchObject({ can_decide: true })
    expect(await decided(shop, fred, { plan, request })).toMatchObject({ state: 'approved' })
    await endAll()
    expect(await newestEvents(shop.db, 1)).toMatchObject([
      { action: 'access.delegated', detail: { ended: true } },
    ])
    const next = await asked(shop)
    await expect(fred.ledger.decide(aDecision(next.plan, next.request))).rejects.toMatchObject({
      code: 'permission_denied',
    })
  })

  test('of the requester decides nothing that the requester wants, and may not hand it back', async () => {
    await confirmed(manager, shop.alice, delegate(manager, fred))
    const plan = aPreview(shop.subject)
    await manager.ledger.recordPreview(plan)
    const request = aRequest(plan)
    await manager.ledger.requestApply(request)
    expect(await fred.reads.ticket(request.ticket_id)).toMatchObject({ can_decide: false })
    await expect(fred.ledger.decide(aDecision(plan, request))).rejects.toMatchObject({
      code: 'self_approval_denied',
    })
    await confirmed(shop.bob, shop.alice, delegate(shop.bob, manager))
    await expect(manager.ledger.decide(aDecision(plan, request))).rejects.toMatchObject({
      code: 'self_approval_denied',
    })
    await endAll()
  })

  test('is another person, a human with a login in use, and not for the past', async () => {
    const twin = await shop.db.member('bob_too', { samePersonAs: 'bob' })
    const refused = (change: AccessChange, problem: object) =>
      expect(ask(shop.bob, change)).rejects.toMatchObject(problem)
    const wrong = (path: string, problem: string) => ({
      code: 'validation_error',
      data: { problems: [{ path, problem }] },
    })
    await refused(delegate(shop.bob, twin), wrong('change.to', 'same_person'))
    await refused(delegate(shop.bob, robot), { code: 'agent_not_allowed' })
    await refused(delegate(shop.bob, fred, { from: inMinutes(-60) }), wrong('change.from', 'in_the_past'))
    await refused(delegate(shop.bob, fred, { until: inMinutes(-1) }), wrong('change.until', 'over'))
    await refused(delegate(fred, shop.bob), { code: 'permission_denied' })
    await expect(ask(fred, delegate(fred, shop.bob))).rejects.toMatchObject({ code: 'permission_denied' })
  })

  test('counts from the confirmation at the earliest', async () => {
    const ticket = await waiting(shop.bob, delegate(shop.bob, fred, { from: inMinutes(-3) }))
    await shop.alice.ledger.decide(deciding(ticket))
    expect(
      await oneRow(
        shop.db,
        `select starts_at >= (select decided_at from pilothouse.approval_inbox_items where id = $1) as later
         from pilothouse.delegations order by created_at desc limit 1`,
        [ticket.id],
      ),
    ).toEqual({ later: true })
    await endAll()
  })
})

test('either of the two ends a delegation, and so does who manages everything; nobody else, and once', async () => {
  const newest = async () => {
    const { id } = await oneRow(
      shop.db,
      'select id from pilothouse.delegations order by created_at desc limit 1',
    )
    return delegationId.parse(id)
  }
  for (const by of [shop.bob, fred, shop.alice]) {
    await confirmed(shop.bob, shop.alice, delegate(shop.bob, fred))
    const delegation = await newest()
    await expect(
      shop.carol.ledger.endDelegation({ command_id: newCommandId(), delegation }),
    ).rejects.toMatchObject({
      code: 'permission_denied',
    })
    await by.ledger.endDelegation({ command_id: newCommandId(), delegation })
    await expect(by.ledger.endDelegation({ command_id: newCommandId(), delegation })).rejects.toMatchObject({
      code: 'conflict',
    })
  }
  const delegation = delegationId.parse(newReleaseId())
  await expect(
    shop.bob.ledger.endDelegation({ command_id: newCommandId(), delegation }),
  ).rejects.toMatchObject({
    code: 'permission_denied',
  })
})
