import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newTicketId, newCommandId } from '../support/releaseBuilder.ts'
import { newestEvents, oneRow, waiting } from './changing.ts'
import { actionsOf, approved, asked, openShop, standing } from './shop.ts'
import type { Shop } from './shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await openShop()
})
afterAll(async () => {
  await shop.db.close()
})

const past = "clock_timestamp() - interval '1 second'"
const tend = () => shop.carol.ledger.tend([])

describe('time', () => {
  test('ends tickets and approvals, told once and by the ledger, whoever asks first', async () => {
    const [one, other] = [await asked(shop), await approved(shop)]
    const change = await waiting(shop.alice, {
      kind: 'policy',
      project: 'shop',
      stage: 'production',
      runtime: '*',
      rules: [],
    })
    await shop.db.admin.query(
      `update pilothouse.approval_inbox_items set expires_at = ${past} where id = any ($1)`,
      [[one.ticket, change.id]],
    )
    await shop.db.admin.query(`update pilothouse.releases set approved_until = ${past} where id = $1`, [
      other.plan.release_id,
    ])
    expect(await tend()).toMatchObject({ expired: 3, escalated: 0 })
    expect(await tend()).toMatchObject({ expired: 0, escalated: 0 })
    for (const { plan } of [one, other])
      expect(await standing(shop, plan.release_id)).toMatchObject({ state: 'cancelled' })
    expect(await actionsOf(shop, change.id)).toEqual(['approval.ticket_created', 'approval.expired'])
    expect(await actionsOf(shop, one.ticket)).toEqual(['approval.ticket_created', 'approval.expired'])
    const events = await newestEvents(shop.db, 4)
    expect(events.map(({ actor }) => actor)).toEqual(Array(4).fill('ledger'))
  })

  test('escalates what nobody answered, once and visibly, to those who could', async () => {
    const { ticket, plan } = await asked(shop)
    await shop.db.admin.query(
      `update pilothouse.approval_inbox_items set sla_due_at = ${past} where id = $1`,
      [ticket],
    )
    expect(await tend()).toMatchObject({ expired: 0, escalated: 1 })
    expect(await tend()).toMatchObject({ expired: 0, escalated: 0 })
    const found = await shop.bob.reads.ticket(ticket)
    expect(found).toMatchObject({ priority: 'p0', status: 'pending', overdue: true })
    expect(found.escalated_at).not.toBeNull()
    expect(found.actions.at(-1)).toMatchObject({ action: 'escalated', actor: 'ledger', person: null })
    expect(await newestEvents(shop.db, 1)).toMatchObject([
      { action: 'approval.escalated', actor: 'ledger', detail: { candidates: ['bob'], priority: 'p0' } },
    ])
    expect(await standing(shop, plan.release_id)).toMatchObject({ state: 'pending_approval' })
  })

  test('escalates changes and reviews as well, and reviews never end', async () => {
    const rita = await shop.db.member('rita', { roles: [{ role: 'incident-responder' }] })
    const emergency = await asked(shop)
    const review = newTicketId()
    await rita.ledger.breakGlass({
      command_id: newCommandId(),
      release_id: emergency.plan.release_id,
      seen_revision: emergency.revision,
      reason: 'down',
      incident_link: 'https://incidents.example/1',
      ticket_id: review,
    })
    const change = await waiting(shop.alice, { kind: 'team', project: 'shop', team: 'web', people: [] })
    await shop.db.admin.query(
      `update pilothouse.approval_inbox_items set sla_due_at = clock_timestamp() - interval '1 year' where id = any ($1)`,
      [[review, change.id]],
    )
    expect(await tend()).toMatchObject({ expired: 0, escalated: 2 })
    expect(await actionsOf(shop, change.id)).toEqual(['approval.ticket_created', 'approval.escalated'])
    expect(await actionsOf(shop, review)).toEqual(['approval.ticket_created', 'approval.escalated'])
    expect(await shop.bob.reads.ticket(review)).toMatchObject({ status: 'pending', overdue: true })
  })

  test('is told once when everybody asks at the same moment', async () => {
    const { ticket } = await asked(shop)
    await shop.db.admin.query(
      `update pilothouse.approval_inbox_items set expires_at = ${past} where id = $1`,
      [ticket],
    )
    const told = await Promise.all(
      [shop.alice, shop.bob, shop.carol].map(({ ledger }) => ledger.tend([]).then(({ expired }) => expired)),
    )
    expect(told.reduce((sum, expired) => sum + expired)).toBe(1)
    expect((await actionsOf(shop, ticket)).filter((action) => action === 'approval.expired')).toHaveLength(1)
    expect((await shop.alice.ledger.verifyChains()).broken).toEqual([])
  })
})

describe('who carries releases out', () => {
  test('is known while they say so, for the runtimes where they may', async () => {
    await shop.alice.ledger.tend(['compose'])
    await shop.bob.ledger.tend(['compose', 'k8s'])
    await shop.carol.ledger.tend([])
    expect(await shop.bob.reads.executors()).toMatchObject([
      { login: shop.alice.login, person: 'alice', runtimes: ['compose'], online: true },
    ])
    await shop.db.admin.query(
      `update pilothouse.executors set seen_at = clock_timestamp() - interval '3 minutes'`,
    )
    expect(await shop.bob.reads.executors()).toMatchObject([{ online: false }])
  })

  test('is told to readers when it changes, not at every look at the clock', async () => {
    const changes = () =>
      oneRow(shop.db, `select count(*)::int as n from pilothouse.change_log where entity = 'executors'`)
    await shop.alice.ledger.tend(['compose'])
    const before = await changes()
    await shop.alice.ledger.tend(['compose'])
    expect(await changes()).toEqual(before)
    await shop.carol.ledger.tend(['compose'])
    expect(await changes()).not.toEqual(before)
  })
})
