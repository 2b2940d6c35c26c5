import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { next } from '../../src-main/lifecycle/transitions.ts'
import { lifecycleEvents, lifecycleStates } from '../../src-preload/contract/vocabulary.ts'
import type { LifecycleState } from '../../src-preload/contract/vocabulary.ts'
import { approved, openShop, planned } from './shop.ts'
import type { Shop } from './shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await openShop()
})
afterAll(async () => {
  await shop.db.close()
})

const pairs = lifecycleStates.flatMap((state) => lifecycleEvents.map((event) => ({ state, event })))

/** Puts a release into a state without asking anybody, as only a superuser can. */
async function place(release: string, state: LifecycleState): Promise<void> {
  const client = await shop.db.admin.connect()
  try {
    await client.query('set session_replication_role = replica')
    await client.query('update pilothouse.releases set lifecycle_state = $2 where id = $1', [release, state])
    await client.query('reset session_replication_role')
  } finally {
    client.release()
  }
}

async function stateOf(release: string): Promise<unknown> {
  const { rows } = await shop.db.admin.query<{ lifecycle_state: string }>(
    'select lifecycle_state from pilothouse.releases where id = $1',
    [release],
  )
  return rows[0]?.lifecycle_state
}

test('the ledger holds the same state table as the desktops', async () => {
  const { rows } = await shop.db.admin.query<{ state: string; event: string; next: string }>(
    'select state, event, next from pilothouse.lifecycle_transitions',
  )
  const expected = pairs.flatMap(({ state, event }) => {
    const to = next(state, event)
    return to === null ? [] : [{ state, event, next: to }]
  })
  expect(rows.map((row) => JSON.stringify(row)).sort()).toEqual(
    expected.map((row) => JSON.stringify(row)).sort(),
  )
})

describe('each state and event', () => {
  test('lead in the ledger where the table says, or are refused', async () => {
    const { plan } = await planned(shop)
    for (const { state, event } of pairs) {
      await place(plan.release_id, state)
      const moved = await shop.db.admin
        .query<{ to: string }>('select pilothouse.transition($1, $2, $3) as to', [
          plan.release_id,
          event,
          '{}',
        ])
        .then(
          ({ rows }) => rows[0]?.to ?? null,
          (error: unknown) => {
            expect(error).toMatchObject({ code: 'PH001', message: 'release_state_invalid' })
            return null
          },
        )
      expect({ state, event, moved }).toEqual({ state, event, moved: next(state, event) })
    }
  })

  test('are guarded on the row itself, against everybody whom its triggers bind', async () => {
    const { plan } = await planned(shop)
    for (const from of lifecycleStates) {
      for (const to of lifecycleStates) {
        await place(plan.release_id, from)
        const reachable = from === to || lifecycleEvents.some((event) => next(from, event) === to)
        const update = shop.db.admin.query(
          'update pilothouse.releases set lifecycle_state = $2 where id = $1',
          [plan.release_id, to],
        )
        const allowed = await update.then(
          () => true,
          () => false,
        )
        expect({ from, to, allowed }).toEqual({ from, to, allowed: reachable })
        expect(await stateOf(plan.release_id)).toBe(reachable ? to : from)
      }
    }
  })
})

test('a release can neither begin further on nor become another one', async () => {
  const { plan } = await planned(shop)
  const admin = shop.db.admin
  const copy = (change: string) =>
    admin.query(
      `insert into pilothouse.releases select (jsonb_populate_record(r, $2::jsonb)).*
       from pilothouse.releases r where r.id = $1`,
      [plan.release_id, change],
    )
  await expect(
    copy('{"id": "00000000-0000-7000-8000-000000000001", "number": 900, "revision": 0}'),
  ).rejects.toThrow('begins as a draft')
  for (const change of ["created_by = 'mallory'", "kind = 'rollback'", 'revision = 0', 'number = 77'])
    await expect(
      admin.query(`update pilothouse.releases set ${change} where id = $1`, [plan.release_id]),
    ).rejects.toThrow()
})

test('a decided ticket stays decided, and a target stays the place that it is', async () => {
  const { ticket } = await approved(shop)
  const admin = shop.db.admin
  for (const change of ["status = 'pending'", "status = 'rejected'", 'revision = 9', "rules = '[]'"])
    await expect(
      admin.query(`update pilothouse.approval_inbox_items set ${change} where id = $1`, [ticket]),
    ).rejects.toThrow(/can not go|keeps what it is about/)
  for (const change of ['fence = -1', "identity = 'sha256:' || repeat('0', 64)", "runtime = 'k8s'"])
    await expect(admin.query(`update pilothouse.targets set ${change}`)).rejects.toThrow('keeps what it is')
})
