import { createHash, randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChangeNotice } from '../../../src-preload/contract/events.ts'
import type { ExportedEvent } from '../../../src-preload/contract/audit.ts'
import { commandId, position } from '../../../src-preload/contract/vocabulary.ts'
import { calling } from '../../security/attack.ts'
import { apply, approve, askFor, twoProjects } from '../../security/twoProjects.ts'
import type { TwoProjects, Waiting } from '../../security/twoProjects.ts'
import type { TestMember } from '../../support/ledger.ts'

const comment = (waiting: Waiting, text = 'x') => ({
  command_id: commandId.parse(randomUUID()),
  ticket_id: waiting.ticket,
  comment: text,
})

describe('the record as a member reads it', () => {
  let world: TwoProjects
  let shopRelease: Waiting
  let bankRelease: Waiting
  beforeAll(async () => {
    world = await twoProjects()
    const { alice, bob, mallory, shop, bank } = world
    shopRelease = await askFor(alice, shop)
    bankRelease = await askFor(mallory, bank)
    await apply(alice, shopRelease, (await approve(bob, shopRelease)).revision)
  })
  afterAll(() => world.ledger.close())

  it('tells a release from its draft to its end, with its ticket', async () => {
    const timeline = await world.vera.reads.timeline(shopRelease.release_id)
    expect(timeline.map(({ action }) => action)).toEqual([
      'release.draft_created',
      'release.previewed',
      'release.apply_requested',
      'approval.ticket_created',
      'release.pending_approval',
      'approval.approved',
      'release.approved',
      'release.applying',
      'release.step_started',
      'release.step_succeeded',
      'release.applied',
    ])
    await expect(world.vera.reads.timeline(bankRelease.release_id)).rejects.toMatchObject({
      code: 'release_not_found',
    })
  })

  it('lists events newest first, by project, action and actor', async () => {
    const { reads, login } = world.vera
    const all = await reads.events({ limit: 1000 })
    const times = all.map(({ occurred_at }) => Date.parse(occurred_at))
    expect(times).toEqual([...times].sort((one, other) => other - one))
    expect(all.every(({ project_id }) => project_id === world.shop.id)).toBe(true)
    expect(await reads.events({ project: 'shop', limit: 2 })).toEqual(all.slice(0, 2))
    const approvals = await reads.events({ action: 'approval.approved', actor: world.bob.login, limit: 5 })
    expect(approvals).toMatchObject([{ resource_type: 'ticket', actor_person: 'Bob' }])
    expect(await reads.events({ actor: login, limit: 5 })).toEqual([])
  })

  it('shows what concerns access to those who oversee it, and to nobody else', async () => {
    const granted = { action: 'access.granted', limit: 100 }
    expect(await world.vera.reads.events(granted)).toEqual([])
    const { length } = await world.boss.reads.events(granted)
    const { rows } = await world.ledger.admin.query(
      `SELECT FROM pilothouse.timeline_events WHERE action = 'access.granted'`,
    )
    expect(length).toBe(rows.length)
  })

  it('is exported chain by chain with the bytes that each hash covers, page after page', async () => {
    const { boss, bob } = world
    const chatter = await askFor(world.alice, world.shop, {
      image: 'web:2',
      previous: shopRelease.plan.document_digest,
    })
    for (let index = 0; index < 510; index += 1) await bob.ledger.comment(comment(chatter))
    const exported: ExportedEvent[] = []
    for await (const line of boss.reads.exportEvents()) exported.push(line)
    const { rows } = await world.ledger.admin.query('SELECT FROM pilothouse.timeline_events')
    expect(exported).toHaveLength(rows.length)
    let before: ExportedEvent['event'] | null = null
    for (const { event, bytes } of exported) {
      const first = before === null || before.resource_id !== event.resource_id
      expect([event.chain_seq, event.prev_hash]).toEqual(
        first ? [1, '0'.repeat(64)] : [(before?.chain_seq ?? 0) + 1, before?.hash],
      )
      const hash = createHash('sha256')
        .update(Buffer.from(event.prev_hash, 'hex'))
        .update(bytes)
        .digest('hex')
      expect(hash).toBe(event.hash)
      expect(JSON.parse(bytes)).toMatchObject({ id: event.id, action: event.action, detail: event.detail })
      before = event
    }
  })

  it('is exported by project, and only by those who may', async () => {
    const ofBank: ExportedEvent[] = []
    for await (const line of world.boss.reads.exportEvents('bank')) ofBank.push(line)
    expect(ofBank.length).toBeGreaterThan(0)
    expect(ofBank.every(({ event }) => event.project_id === world.bank.id)).toBe(true)
    for await (const line of world.alice.reads.exportEvents()) expect.unreachable(line.bytes)
    await expect(world.alice.reads.exportEvents('bank')[Symbol.asyncIterator]().next()).rejects.toMatchObject(
      {
        code: 'not_found',
      },
    )
  })
})

describe('the changes that a member follows', () => {
  let world: TwoProjects
  let tickets: Waiting[]
  beforeAll(async () => {
    world = await twoProjects()
    const { alice, shop } = world
    tickets = []
    for (const image of ['web:1', 'web:2', 'web:3', 'web:4'])
      tickets.push(await askFor(alice, shop, { image }))
  })
  afterAll(() => world.ledger.close())

  const start = position.parse('0:0')

  async function visible(): Promise<string[]> {
    const { rows } = await world.ledger.admin.query<{ at: string }>(
      `SELECT xid::text || ':' || seq AS at FROM pilothouse.change_log
        WHERE project_id = $1 OR project_id IS NULL ORDER BY xid, seq`,
      [world.shop.id],
    )
    return rows.map(({ at }) => at)
  }

  /** Commands in transactions of one's own, on a connection that can be held open. */
  async function connected<T>(member: TestMember, work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client(member.url)
    await client.connect()
    try {
      return await work(client)
    } finally {
      await client.end()
    }
  }

  it('are all of them from the start, in order, of their own projects only', async () => {
    const { notices } = await world.vera.reads.changesAfter(start)
    expect(notices.map((notice) => notice.position)).toEqual(await visible())
    expect(notices.every(({ project_id }) => project_id === null || project_id === world.shop.id)).toBe(true)
    const [ticket] = tickets
    expect(notices).toContainEqual(
      expect.objectContaining({
        entity: 'approval_inbox_items',
        ticket_id: ticket?.ticket,
        release_id: ticket?.release_id,
      }),
    )
  })

  it('are none at first for who only wants to know where to begin', async () => {
    const now = await world.vera.reads.changesAfter(null)
    expect(now.notices).toEqual([])
    const [ticket] = tickets
    if (ticket === undefined) expect.unreachable('no ticket was made')
    const { position: committed } = await world.bob.ledger.comment(comment(ticket))
    const { notices } = await world.vera.reads.changesAfter(now.head)
    expect(notices.map((notice) => notice.position)).toContain(committed)
  })

  it('never skip a writer that commits late: it holds everything back that began after it', async () => {
    const [first, second] = tickets
    if (first === undefined || second === undefined) expect.unreachable('no tickets were made')
    const { head } = await world.vera.reads.changesAfter(null)
    const seen: ChangeNotice[] = []
    let after = head
    const pull = async () => {
      const page = await world.vera.reads.changesAfter(after)
      seen.push(...page.notices)
      after = page.head
    }
    await connected(world.bob, async (late) => {
      await late.query('BEGIN')
      await late.query(calling('comment', comment(first, 'late')))
      await world.alice.ledger.comment(comment(second, 'early'))
      await pull()
      await world.alice.ledger.comment(comment(second, 'early again'))
      await pull()
      expect(seen).toEqual([])
      await late.query('COMMIT')
    })
    await pull()
    const written = seen
      .filter(({ entity }) => entity === 'approval_inbox_items')
      .map(({ ticket_id }) => ticket_id)
    expect(written).toEqual([first.ticket, second.ticket, second.ticket])
    const mark = seen.length
    await pull()
    expect(seen).toHaveLength(mark)
  })

  it('reach a reader exactly once, whatever order concurrent writers commit in', async () => {
    const { head } = await world.vera.reads.changesAfter(null)
    const before = await visible()
    let writing = true
    const writers = Promise.all(
      tickets.map((ticket, writer) =>
        connected(world.bob, async (client) => {
          for (let turn = 0; turn < 15; turn += 1) {
            await client.query('BEGIN')
            await client.query(calling('comment', comment(ticket)))
            await client.query('SELECT pg_sleep($1)', [((turn * 7 + writer * 3) % 10) / 250])
            await client.query('COMMIT')
          }
        }),
      ),
    ).finally(() => {
      writing = false
    })
    const seen: string[] = []
    let after = head
    for (let last = false; !last;) {
      last = !writing
      const page = await world.vera.reads.changesAfter(after)
      seen.push(...page.notices.map((notice) => notice.position))
      after = page.head
    }
    await writers
    expect(seen).toEqual((await visible()).slice(before.length))
    expect(seen.length).toBeGreaterThanOrEqual(4 * 15)
  })

  it('come in pages that together leave nothing out', async () => {
    const [ticket] = tickets
    if (ticket === undefined) expect.unreachable('no ticket was made')
    while ((await visible()).length <= 1000) await world.bob.ledger.comment(comment(ticket))
    const first = await world.vera.reads.changesAfter(start)
    const second = await world.vera.reads.changesAfter(first.head)
    expect(first.notices).toHaveLength(1000)
    expect([...first.notices, ...second.notices].map((notice) => notice.position)).toEqual(await visible())
  })
})
