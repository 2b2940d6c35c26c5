import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { containing } from '../../../src-main/ledger/reads/bodies.ts'
import type { ReleaseFilter, TicketFilter } from '../../../src-main/ports/reads.ts'
import type { TicketId } from '../../../src-preload/contract/vocabulary.ts'
import { commandId, releaseId, ticketId } from '../../../src-preload/contract/vocabulary.ts'
import { approve, askFor, planCommand, twoProjects } from '../../security/twoProjects.ts'
import type { TwoProjects, Waiting } from '../../security/twoProjects.ts'
import type { TestMember } from '../../support/ledger.ts'
import { ask, inMinutes } from '../changing.ts'

let world: TwoProjects
let low: Waiting
let high: Waiting
let critical: Waiting
let change: TicketId
let review: TicketId
let dana: TestMember
beforeAll(async () => {
  world = await twoProjects()
  const { alice, bob, boss, shop, ledger } = world
  dana = await ledger.member('dana', {
    person: 'Dana 100%',
    roles: [{ role: 'operator-compose', project: 'shop' }],
  })
  const rita = await ledger.member('rita', {
    person: 'Rita',
    roles: [{ role: 'incident-responder', project: 'shop' }],
  })
  low = await askFor(alice, shop, { image: 'web:1', risk: 'low' })
  high = await askFor(dana, shop, { image: 'web:2', risk: 'high' })
  critical = await askFor(alice, shop, { image: 'web:3', risk: 'critical' })
  const emergency = await askFor(dana, shop, { image: 'web:4', risk: 'low' })
  review = ticketId.parse(randomUUID())
  await rita.ledger.breakGlass({
    command_id: commandId.parse(randomUUID()),
    release_id: emergency.release_id,
    seen_revision: emergency.revision,
    reason: 'the 50% sale is down',
    incident_link: 'https://incidents.example/5',
    ticket_id: review,
  })
  const asked = await ask(boss, {
    kind: 'grant',
    to: { kind: 'member', login: dana.login },
    role: 'approver',
    project: 'shop',
    until: inMinutes(60),
  })
  change = ticketId.parse(asked)
  await bob.ledger.assign({ command_id: commandId.parse(randomUUID()), ticket_id: low.ticket, to: bob.login })
})
afterAll(() => world.ledger.close())

const tickets = async (filter: Partial<TicketFilter>) => {
  const found = await world.bob.reads.tickets({ view: 'pending', limit: 50, ...filter })
  return found.tickets.map(({ id }) => id)
}

describe('the inbox can be narrowed', () => {
  it('by kind, runtime, risk, priority, assignee and requester', async () => {
    expect(await tickets({})).toEqual([critical.ticket, high.ticket, change, low.ticket, review])
    expect(await tickets({ scope: 'access' })).toEqual([change])
    expect(await tickets({ scope: 'review' })).toEqual([review])
    expect(await tickets({ scope: 'policy' })).toEqual([])
    expect(await tickets({ runtime: 'compose' })).toEqual([critical.ticket, high.ticket, low.ticket, review])
    expect(await tickets({ runtime: 'k8s' })).toEqual([])
    expect(await tickets({ priority: 'p3' })).toEqual([low.ticket, review])
    expect(await tickets({ risk: 'critical' })).toEqual([critical.ticket])
    expect(await tickets({ assignee: world.bob.login })).toEqual([low.ticket])
    expect(await tickets({ requester: world.alice.login })).toEqual([critical.ticket, low.ticket])
    expect(await tickets({ requester: 'ALI' })).toEqual([critical.ticket, low.ticket])
    expect(await tickets({ project: 'shop', scope: 'release' })).toEqual([
      critical.ticket,
      high.ticket,
      low.ticket,
    ])
  })

  it('by text as it is written, whatever signs are in it', async () => {
    expect(await tickets({ text: '50% SALE' })).toEqual([review])
    expect(await tickets({ text: '%' })).toEqual([review])
    expect(await tickets({ text: '5_%' })).toEqual([])
    expect(await tickets({ text: '\\' })).toEqual([])
    expect(await tickets({ text: 'SHOP-WEB-3' })).toEqual([critical.ticket])
    expect(await tickets({ text: 'main' })).toHaveLength(4)
    expect(await tickets({ requester: '100%' })).toEqual([high.ticket])
    expect(await tickets({ requester: '1_0%' })).toEqual([])
  })

  it('by when an answer is due', async () => {
    const due = async (ticket: string, minutes: number) =>
      world.ledger.admin.query(
        `update pilothouse.approval_inbox_items
         set sla_due_at = statement_timestamp() + $2 * interval '1 minute' where id = $1`,
        [ticket, minutes],
      )
    await world.ledger.admin.query(
      `update pilothouse.approval_inbox_items set sla_due_at = statement_timestamp() + interval '2 days'`,
    )
    await due(low.ticket, -5)
    await due(high.ticket, 10)
    await due(change, 50)
    expect(await tickets({ due: '15_minutes' })).toEqual([high.ticket, low.ticket])
    expect(await tickets({ due: '1_hour' })).toEqual([high.ticket, change, low.ticket])
    const today = await tickets({ due: 'today' })
    expect([today.includes(low.ticket), today.includes(critical.ticket)]).toEqual([true, false])
    expect(await world.bob.reads.tickets({ view: 'all', due: '15_minutes', limit: 1 })).toMatchObject({
      stats: { pending: 2, overdue: 1 },
    })
  })

  it('page by page, each ticket once, in the order of the list', async () => {
    for (const view of ['all', 'pending', 'mine'] as const) {
      const whole = await tickets({ view })
      const seen: TicketId[] = []
      for (;;) {
        const after = seen.at(-1)
        const page = await tickets({ view, limit: 2, ...(after === undefined ? {} : { after }) })
        if (page.length === 0) break
        seen.push(...page)
      }
      expect(seen).toEqual(whole)
    }
    expect(await tickets({ view: 'all' })).toHaveLength(6)
    await expect(tickets({ after: ticketId.parse(randomUUID()) })).rejects.toMatchObject({
      code: 'ticket_not_found',
    })
  })

  it('and shows a ticket without a project only where it is seen', async () => {
    expect(await world.vera.reads.tickets({ view: 'mine', limit: 9 })).toMatchObject({ tickets: [] })
    expect((await world.mallory.reads.tickets({ view: 'all', limit: 9 })).tickets).toEqual([])
  })
})

describe('releases can be narrowed', () => {
  const labels = async (filter: Partial<ReleaseFilter>) =>
    (await world.vera.reads.releases({ limit: 50, ...filter })).map(({ label }) => label)

  it('by stage, runtime, who made them, and text', async () => {
    const all = ['shop-web-4', 'shop-web-3', 'shop-web-2', 'shop-web-1']
    expect(await labels({ stage: 'production', runtime: 'compose' })).toEqual(all)
    expect(await labels({ stage: 'staging' })).toEqual([])
    expect(await labels({ runtime: 'k8s' })).toEqual([])
    expect(await labels({ requester: dana.login })).toEqual(['shop-web-4', 'shop-web-2'])
    expect(await labels({ requester: 'alic' })).toEqual(['shop-web-3', 'shop-web-1'])
    expect(await labels({ requester: '0%' })).toEqual(['shop-web-4', 'shop-web-2'])
    expect(await labels({ text: 'WEB-3' })).toEqual(['shop-web-3'])
    expect(await labels({ text: 'a test' })).toEqual(all)
    expect(await labels({ text: '%' })).toEqual([])
  })

  it('by when they were made', async () => {
    const { created_at } = await world.vera.reads.release('shop-web-2')
    expect(await labels({ since: created_at })).toEqual(['shop-web-4', 'shop-web-3', 'shop-web-2'])
    expect(await labels({ until: created_at })).toEqual(['shop-web-1'])
    expect(await labels({ since: created_at, until: created_at })).toEqual([])
  })

  it('by what their plan says of version and link', async () => {
    const plan = planCommand(world.shop, { id: releaseId.parse(randomUUID()), image: 'web:9' })
    await world.alice.ledger.recordPreview({
      ...plan,
      version_label: '2.0-rc',
      change_link: 'https://git.example/42',
    })
    expect(await labels({ text: '2.0-RC' })).toEqual(['shop-web-5'])
    expect(await labels({ text: 'git.example' })).toEqual(['shop-web-5'])
    expect(await world.vera.reads.release('shop-web-5')).toMatchObject({
      start: { rule: 'by_hand', due_at: null },
      break_glass: null,
    })
  })
})

it('what was decided leaves the pending ones', async () => {
  await approve(world.bob, low)
  expect(await tickets({})).not.toContain(low.ticket)
  expect(await tickets({ view: 'all', status: 'approved' })).toEqual([low.ticket])
})

describe('a text to look for', () => {
  it('stands for itself in a pattern', () => {
    expect(['a', '50%', 'a_b', '\\', undefined].map(containing)).toEqual([
      '%a%',
      '%50\\%%',
      '%a\\_b%',
      '%\\\\%',
      null,
    ])
  })
})
