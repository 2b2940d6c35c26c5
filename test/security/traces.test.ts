import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandId } from '../../src-preload/contract/vocabulary.ts'
import { calling } from './attack.ts'
import { approve, askFor, planCommand, twoProjects } from './twoProjects.ts'
import type { TwoProjects, Waiting } from './twoProjects.ts'

describe('the trace of what was tried', () => {
  let world: TwoProjects
  let waiting: Waiting
  beforeAll(async () => {
    world = await twoProjects()
    waiting = await askFor(world.alice, world.shop)
  })
  afterAll(() => world.ledger.close())

  const decide = (id: string) =>
    calling('decide', {
      command_id: id,
      ticket_id: waiting.ticket,
      decision: 'approve',
      seen_revision: 1,
      seen_context_hash: waiting.contextHash,
      comment: '',
    })

  async function denials(login: string): Promise<Record<string, unknown>[]> {
    const { rows } = await world.ledger.admin.query<Record<string, unknown>>(
      `SELECT action, resource_type, resource_id, detail ->> 'code' AS code FROM pilothouse.timeline_events
        WHERE actor = $1 AND action LIKE '%.denied' ORDER BY occurred_at`,
      [login],
    )
    return rows
  }

  it('is left by each denial, however often it is repeated', async () => {
    for (const id of [randomUUID(), randomUUID(), randomUUID()]) await world.alice.pool.query(decide(id))
    const denial = { action: 'approval.denied', resource_type: 'ticket', resource_id: waiting.ticket }
    expect(await denials(world.alice.login)).toEqual(
      Array(3).fill({ ...denial, code: 'self_approval_denied' }),
    )
  })

  it('is left once by one command, which gets its first answer again', async () => {
    const id = randomUUID()
    const first = await world.aliceToo.pool.query<Record<string, unknown>>(decide(id))
    const again = await world.aliceToo.pool.query<Record<string, unknown>>(decide(id))
    expect(again.rows).toEqual(first.rows)
    expect(await denials(world.aliceToo.login)).toHaveLength(1)
  })

  it('can be read by those who oversee the project, and names who tried', async () => {
    const seen = await world.boss.reads.events({ action: 'approval.denied', limit: 10 })
    expect(seen.map(({ actor }) => actor)).toContain(world.aliceToo.login)
  })

  it('bears the time at which it happened, not that at which a held transaction began', async () => {
    const client = new pg.Client(world.bob.url)
    await client.connect()
    try {
      await client.query('BEGIN')
      const { rows } = await client.query<{ began: Date }>('SELECT now() AS began, pg_sleep(1.5)')
      await client.query(
        calling('comment', { command_id: randomUUID(), ticket_id: waiting.ticket, comment: 'long ago' }),
      )
      await client.query('COMMIT')
      const [event] = await world.bob.reads.events({ action: 'approval.commented', limit: 1 })
      const began = rows[0]?.began.getTime() ?? Number.NaN
      expect(Date.parse(event?.occurred_at ?? '')).toBeGreaterThanOrEqual(began + 1500)
    } finally {
      await client.end()
    }
  })

  it('does not let a member choose whose name it bears', async () => {
    const client = new pg.Client({
      connectionString: world.bob.url,
      application_name: 'pilothouse/assistant',
    })
    await client.connect()
    try {
      await client.query(`SET ROLE NONE; SET application_name = 'pilothouse/scheduler'`)
      await client.query(
        calling('comment', {
          command_id: randomUUID(),
          ticket_id: waiting.ticket,
          comment: 'x',
          actor: world.alice.login,
          login: world.alice.login,
        }),
      )
      const [event] = await world.bob.reads.events({ action: 'approval.commented', limit: 1 })
      expect(event).toMatchObject({ actor: world.bob.login, actor_person: 'Bob', actor_kind: 'human' })
    } finally {
      await client.end()
    }
  })
})

describe('access that was taken away', () => {
  let world: TwoProjects
  beforeAll(async () => {
    world = await twoProjects()
  })
  afterAll(() => world.ledger.close())

  it('ends what a member sees on a connection that is still open, and what they can do', async () => {
    const { alice, bob, ledger, shop } = world
    const waiting = await askFor(alice, shop)
    expect(await bob.reads.releases({ limit: 10 })).toHaveLength(1)
    const client = new pg.Client(bob.url)
    await client.connect()
    try {
      await ledger.admin.query(`SELECT pilothouse.admin_set_active($1)`, [
        JSON.stringify({ login: bob.login, active: false }),
      ])
      const seen = await client.query('SELECT FROM pilothouse_read.releases')
      expect(seen.rowCount).toBe(0)
      const { rows } = await client.query<Record<string, unknown>>(
        calling('decide', {
          command_id: commandId.parse(randomUUID()),
          ticket_id: waiting.ticket,
          decision: 'approve',
          seen_revision: 1,
          seen_context_hash: waiting.contextHash,
          comment: '',
        }),
      )
      expect(rows).toMatchObject([{ answer: { ok: false, code: 'identity_unknown' } }])
    } finally {
      await client.end()
    }
  })

  it('counts from the end that a binding was given', async () => {
    const { alice, ledger, shop } = world
    await alice.ledger.recordPreview(planCommand(shop, { image: 'web:2' }))
    const guest = await ledger.member('guest', {
      roles: [{ role: 'viewer', project: 'shop', until: new Date(Date.now() + 3_600_000).toISOString() }],
    })
    expect(await guest.reads.projects()).toEqual([{ id: shop.id, name: 'shop' }])
    await ledger.admin.query(
      `UPDATE pilothouse.role_bindings b SET until = clock_timestamp() - interval '1 second'
         FROM pilothouse.members m WHERE m.id = b.member_id AND m.login = $1`,
      [guest.login],
    )
    expect(await guest.reads.projects()).toEqual([])
    expect(await guest.reads.releases({ limit: 10 })).toEqual([])
    expect((await guest.reads.me()).grants).toEqual([])
    await expect(approve(guest, await askFor(alice, shop, { image: 'web:3' }))).rejects.toMatchObject({
      code: 'project_scope_denied',
    })
  })
})
