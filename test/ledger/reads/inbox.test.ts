import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { idRange } from '../../../src-main/ledger/reads/inbox.ts'
import type { TicketFilter } from '../../../src-main/ports/reads.ts'
import { commandId } from '../../../src-preload/contract/vocabulary.ts'
import { approve, askFor, planCommand, twoProjects } from '../../security/twoProjects.ts'
import type { TwoProjects, Waiting } from '../../security/twoProjects.ts'
import type { TestMember } from '../../support/ledger.ts'

describe('the inbox of a member', () => {
  let world: TwoProjects
  let low: Waiting
  let critical: Waiting
  let laterCritical: Waiting
  beforeAll(async () => {
    world = await twoProjects()
    const { alice, shop } = world
    low = await askFor(alice, shop, { image: 'web:1', risk: 'low' })
    critical = await askFor(alice, shop, { image: 'web:2', risk: 'critical' })
    laterCritical = await askFor(alice, shop, { image: 'web:3', risk: 'critical' })
  })
  afterAll(() => world.ledger.close())

  const labels = async (member: TestMember, filter: Partial<TicketFilter>) =>
    (await member.reads.tickets({ view: 'all', limit: 10, ...filter })).tickets.map((ticket) =>
      'release' in ticket ? ticket.release : ticket.scope_type,
    )

  it('has what is most urgent first: priority, then what ends first', async () => {
    expect(await labels(world.bob, { view: 'pending' })).toEqual(['shop-web-2', 'shop-web-3', 'shop-web-1'])
    await world.ledger.admin.query(
      `UPDATE pilothouse.approval_inbox_items SET expires_at = expires_at - interval '1 minute' WHERE id = $1`,
      [laterCritical.ticket],
    )
    expect(await labels(world.bob, { view: 'pending' })).toEqual(['shop-web-3', 'shop-web-2', 'shop-web-1'])
    expect(await labels(world.bob, { limit: 1 })).toEqual(['shop-web-3'])
  })

  it('is mine for who asked and for who may decide, and empty for who only looks', async () => {
    expect(await labels(world.bob, { view: 'mine' })).toHaveLength(3)
    expect(await labels(world.alice, { view: 'mine' })).toHaveLength(3)
    expect(await labels(world.aliceToo, { view: 'mine' })).toHaveLength(3)
    expect(await labels(world.vera, { view: 'mine' })).toEqual([])
    expect(await labels(world.vera, { view: 'all' })).toHaveLength(3)
    expect(await labels(world.mallory, { view: 'all' })).toEqual([])
  })

  it('can be narrowed by project, risk and status', async () => {
    expect(await labels(world.bob, { project: 'shop', risk: 'low' })).toEqual(['shop-web-1'])
    expect(await labels(world.bob, { status: 'rejected' })).toEqual([])
    await expect(world.bob.reads.tickets({ view: 'all', project: 'bank', limit: 1 })).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  it("says who may decide a ticket: none of the requester's logins, nobody without the permission", async () => {
    const decides = async (member: TestMember) => (await member.reads.ticket(low.ticket)).can_decide
    expect(await decides(world.bob)).toBe(true)
    expect(await decides(world.alice)).toBe(false)
    expect(await decides(world.aliceToo)).toBe(false)
    expect(await decides(world.vera)).toBe(false)
  })

  it('shows a ticket with its plan, its rules and what was done to it', async () => {
    const { bob, alice } = world
    await bob.ledger.viewed(low.ticket)
    await bob.ledger.comment({
      command_id: commandId.parse(randomUUID()),
      ticket_id: low.ticket,
      comment: 'why?',
    })
    const found = await bob.reads.ticket('shop-web-1')
    expect(found).toMatchObject({
      id: low.ticket,
      scope_type: 'release',
      scope_id: low.release_id,
      project: 'shop',
      stage: 'production',
      target: 'main',
      status: 'pending',
      requested_by: alice.login,
      requested_by_person: 'Alice',
      context_hash: low.contextHash,
      document_digest: low.plan.document_digest,
      revision: 1,
      overdue: false,
      rules: [{ role: null, minimum: 1, candidates: ['Bob'], approved_by: [] }],
    })
    expect(found.actions.map(({ action, person, comment }) => [action, person, comment])).toEqual([
      ['created', 'Alice', 'a test'],
      ['viewed', 'Bob', null],
      ['commented', 'Bob', 'why?'],
    ])
  })

  it('counts what is pending, overdue and about to end, whatever the page holds', async () => {
    const { admin } = world.ledger
    await admin.query(
      'UPDATE pilothouse.approval_inbox_items SET sla_due_at = clock_timestamp() WHERE id = $1',
      [critical.ticket],
    )
    await admin.query(
      `UPDATE pilothouse.approval_inbox_items SET expires_at = clock_timestamp() + interval '10 minutes' WHERE id = $1`,
      [low.ticket],
    )
    const { stats, tickets } = await world.bob.reads.tickets({ view: 'mine', limit: 1 })
    expect(stats).toEqual({ pending: 3, overdue: 1, expiring: 1 })
    expect(tickets).toHaveLength(1)
    expect(await world.bob.reads.ticket(critical.ticket)).toMatchObject({ overdue: true, status: 'pending' })
  })

  it('shows what can no longer be decided as expired, before anybody wrote it down', async () => {
    await world.ledger.admin.query(
      'UPDATE pilothouse.approval_inbox_items SET expires_at = clock_timestamp() WHERE id = $1',
      [critical.ticket],
    )
    const found = await world.bob.reads.ticket(critical.ticket)
    expect(found).toMatchObject({ status: 'expired', overdue: false, can_decide: false })
    expect(await labels(world.bob, { view: 'pending' })).toEqual(['shop-web-3', 'shop-web-1'])
    expect(await labels(world.bob, { view: 'all' })).toEqual(['shop-web-3', 'shop-web-1', 'shop-web-2'])
  })

  it('names who approved by the rule that they filled', async () => {
    await approve(world.bob, laterCritical)
    const found = await world.alice.reads.ticket(laterCritical.ticket)
    expect(found).toMatchObject({ status: 'approved', decided_by: world.bob.login, can_decide: false })
    expect(found.rules).toMatchObject([{ approved_by: ['Bob'] }])
    expect(await labels(world.bob, { view: 'mine' })).not.toContain('shop-web-3')
  })

  it('puts what was assigned to somebody among theirs', async () => {
    const command_id = commandId.parse(randomUUID())
    await world.alice.ledger.assign({ command_id, ticket_id: low.ticket, to: world.bob.login })
    expect(await world.bob.reads.ticket(low.ticket)).toMatchObject({ assigned_to: world.bob.login })
    expect(await labels(world.bob, { view: 'mine' })).toContain('shop-web-1')
  })
})

describe('a ticket that is named', () => {
  let world: TwoProjects
  let ticket: Waiting
  beforeAll(async () => {
    world = await twoProjects()
    ticket = await askFor(world.alice, world.shop)
  })
  afterAll(() => world.ledger.close())

  it('is found by its id, by a beginning that only it has, and by its release', async () => {
    const { reads } = world.bob
    const found = await reads.ticket(ticket.ticket)
    expect(await reads.ticket(ticket.ticket.slice(0, 13))).toEqual(found)
    expect(await reads.ticket(ticket.ticket.slice(0, 8).toUpperCase())).toEqual(found)
    expect(await reads.ticket('shop-web-1')).toEqual(found)
  })

  it('is asked for again where a beginning is not enough', async () => {
    const [first = ''] = ticket.ticket
    for (let image = 2; ; image += 1) {
      const other = await askFor(world.alice, world.shop, { image: `web:${image}` })
      if (other.ticket.startsWith(first)) break
    }
    await expect(world.bob.reads.ticket(first)).rejects.toMatchObject({
      code: 'validation_error',
      data: { problems: [{ path: 'ticket', problem: 'ambiguous' }] },
    })
  })

  it('is missing for those who do not see its project, and where there is none', async () => {
    for (const reference of [ticket.ticket, ticket.ticket.slice(0, 13), 'shop-web-1'])
      await expect(world.mallory.reads.ticket(reference)).rejects.toMatchObject({ code: 'ticket_not_found' })
    for (const reference of [randomUUID(), 'nothing', '', '%', `${ticket.ticket}0`])
      await expect(world.bob.reads.ticket(reference)).rejects.toMatchObject({ code: 'ticket_not_found' })
  })

  it('is the newest of a release that was planned and asked for again', async () => {
    const { alice, bob, shop } = world
    const { revision } = await alice.reads.release('shop-web-1')
    const again = planCommand(shop, { id: ticket.release_id, seen: revision, image: 'web:again' })
    await alice.ledger.recordPreview(again)
    expect(await bob.reads.ticket('shop-web-1')).toMatchObject({ id: ticket.ticket, status: 'superseded' })
    expect(await bob.reads.ticket(ticket.ticket)).toMatchObject({ can_decide: false })
  })
})

describe('the beginning of an id', () => {
  const uuid = fc.uuid()

  it('spans exactly the ids that begin so', () => {
    fc.assert(
      fc.property(uuid, uuid, fc.integer({ min: 1, max: 36 }), (id, other, length) => {
        const beginning = id.slice(0, length)
        const [from, to] = idRange(beginning) ?? ['', '']
        expect(from <= id && id <= to).toBe(true)
        expect(from <= other && other <= to).toBe(other.startsWith(beginning))
      }),
    )
  })

  it('is none for what no id begins with', () => {
    expect(['', 'g', 'shop-web-1', '0123456-', '01234567a', '0'.repeat(37)].map(idRange)).toEqual(
      Array(6).fill(null),
    )
  })
})
