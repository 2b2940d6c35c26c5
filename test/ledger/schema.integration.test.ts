import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commandNames } from '../../src-main/ledger/commands.ts'
import { migrateLedger, revertLedger } from '../../src-main/ledger/migrate.ts'
import { freezeId } from '../../src-preload/contract/vocabulary.ts'
import { newCommandId, newReleaseId, newTicketId } from '../support/releaseBuilder.ts'
import { confirmed, inMinutes, waiting } from './changing.ts'
import { applied, asked, openShop } from './shop.ts'
import type { Shop } from './shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await openShop()
})
afterAll(async () => {
  await shop.db.close()
})

async function rows(sql: string): Promise<Record<string, unknown>[]> {
  const result = await shop.db.admin.query<Record<string, unknown>>(sql)
  return result.rows
}

const ours = "pronamespace in ('pilothouse'::regnamespace, 'pilothouse_api'::regnamespace)"

describe('the functions of the ledger', () => {
  test('are one a command, owned by pilothouse_api, for members alone', async () => {
    expect(
      await rows(`
        select proname as name, proowner::regrole::text as owner, prosecdef as definer,
          (select string_agg(grantee::regrole::text, ' ') from aclexplode(proacl) where grantee <> proowner) as callers
        from pg_proc where pronamespace = 'pilothouse_api'::regnamespace and provolatile = 'v' order by proname`),
    ).toEqual(
      [...commandNames]
        .sort()
        .map((name) => ({ name, owner: 'pilothouse_api', definer: true, callers: 'pilothouse_member' })),
    )
  })

  test('can not be led astray by a search path, nor called by everybody', async () => {
    expect(
      await rows(`select proname from pg_proc where ${ours}
        and (coalesce(array_to_string(proconfig, ','), '') <> 'search_path=pg_catalog, pg_temp'
          or proacl is null or exists (select from aclexplode(proacl) where grantee = 0))`),
    ).toEqual([])
  })

  test('judge by the clock, and take nobody at another name than their login', async () => {
    expect(
      await rows(
        `select proname from pg_proc where ${ours} and prosrc ~* '\\m(now\\(|current_timestamp|current_user)'`,
      ),
    ).toEqual([])
  })
})

test('every table has its row security forced, the owner included', async () => {
  expect(
    await rows(`select relname from pg_class where relnamespace = 'pilothouse'::regnamespace and relkind = 'r'
      and not (relrowsecurity and relforcerowsecurity)`),
  ).toEqual([])
})

test('ids made by the ledger are of version 7 and begin with the time', async () => {
  const [row] = await rows(`select pilothouse.uuid_v7()::text as id,
    (extract(epoch from clock_timestamp()) * 1000)::bigint::text as ms`)
  const id = String(row?.['id'])
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  const made = parseInt(id.replaceAll('-', '').slice(0, 12), 16)
  expect(Math.abs(Number(row?.['ms']) - made)).toBeLessThan(60_000)
})

/** Leaves a row of everything that policy and access are made of. */
async function leavePolicy({ alice, bob, db }: Shop): Promise<void> {
  const span = { from: inMinutes(0), until: inMinutes(60) }
  const place = { project: 'shop', stage: 'production' }
  const freeze_id = freezeId.parse(newReleaseId())
  await alice.ledger.freeze({ command_id: newCommandId(), freeze_id, ...place, ...span, reason: 'x' })
  await confirmed(alice, bob, { kind: 'team', project: 'shop', team: 'web', people: [bob.login] })
  await confirmed(alice, bob, { kind: 'service_team', project: 'shop', service: 'web', team: 'web' })
  const rules = [{ kind: 'service_team', minimum: 1 } as const]
  await confirmed(alice, bob, { kind: 'policy', ...place, runtime: 'compose', rules })
  const to = { kind: 'team', project: 'shop', team: 'web' } as const
  await confirmed(alice, bob, { kind: 'grant', to, role: 'incident-responder', project: 'shop', until: null })
  await confirmed(bob, alice, { kind: 'delegate', person: bob.login, to: alice.login, ...span })
  await waiting(alice, { kind: 'lift_freeze', freeze: freeze_id })
  await alice.ledger.tend(['compose'])
  await db.admin.query(
    `update pilothouse.cd_configs set start = 'at_time', start_time = '03:00', start_zone = 'UTC'`,
  )
}

test('migrations lead down and up again with data in the tables', async () => {
  const own = await openShop()
  const { digest } = await applied(own)
  const rita = await own.db.member('rita', { roles: [{ role: 'incident-responder' }] })
  const { plan, revision } = await asked(own, { previous: digest })
  await rita.ledger.breakGlass({
    command_id: newCommandId(),
    release_id: plan.release_id,
    seen_revision: revision,
    reason: 'down',
    incident_link: 'https://incidents.example/1',
    ticket_id: newTicketId(),
  })
  await leavePolicy(own)
  const client = await own.db.admin.connect()
  const down = await revertLedger(client, { to: '0001_tables' })
  expect(down.length).toBeGreaterThan(10)
  const { rows: kept } = await client.query('select lifecycle_state from pilothouse.releases order by number')
  expect(kept).toEqual([{ lifecycle_state: 'applied' }, { lifecycle_state: 'approved' }])
  await revertLedger(client, { to: null })
  expect((await migrateLedger(client)).length).toBe(down.length + 1)
  client.release()
  await own.db.close()
})

test('a connection that breaks while a command waits leaves the ledger unavailable, not a riddle', async () => {
  const { ticket, plan } = await asked(shop)
  const blocker = await shop.db.admin.connect()
  await blocker.query('begin')
  await blocker.query('select from pilothouse.releases where id = $1 for update', [plan.release_id])
  const viewed = expect(shop.bob.ledger.viewed(ticket)).rejects.toMatchObject({ code: 'ledger_unavailable' })
  await expect
    .poll(() => rows("select 1 from pg_stat_activity where wait_event_type = 'Lock'"), { timeout: 30_000 })
    .not.toEqual([])
  await blocker.query("select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock'")
  await viewed
  await blocker.query('rollback')
  blocker.release()
  await expect(shop.bob.ledger.viewed(ticket)).resolves.toBeUndefined()
})
