import { createHash } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ErrorCode } from '../../src-preload/contract/errors.ts'
import type { CommandName } from '../../src-main/ledger/commands.ts'
import { errorCodeOf } from '../../src-main/ledger/query.ts'
import { governed } from './governed.ts'
import type { Governed } from './governed.ts'

/**
 * How an attack has to end: PostgreSQL refuses with one of these SQLSTATEs; the ledger refuses with this code, and
 * writes that down where it is `traced`; nothing is found; or it is let through and changes nothing that is governed.
 */
export type End =
  | { readonly error: readonly string[] }
  | { readonly refused: ErrorCode; readonly traced: boolean }
  | { readonly finds: 'nothing' }
  | { readonly harmless: true }

/** One attack, under a member's own login and on a plain connection; the last statement is the one that counts. */
export interface Attack<World extends Governed = Governed> {
  readonly name: string
  readonly as: (world: World) => { readonly url: string }
  readonly statements: (world: World) => readonly string[]
  readonly end: End
}

/** PostgreSQL's "insufficient privilege". */
export const denied: End = { error: ['42501'] }

/** A call of one of the functions that members have. */
export function calling(name: CommandName, command: object, document?: Uint8Array): string {
  const json = pg.escapeLiteral(JSON.stringify(command))
  const bytes = document === undefined ? '' : `, '\\x${Buffer.from(document).toString('hex')}'`
  return `SELECT pilothouse_api.${name}(${json}${bytes}) AS answer`
}

/** Runs each attack and proves that it failed and that what is governed is, byte for byte, what it was. */
export function describeAttacks(title: string, attacks: readonly Attack[]): void {
  describeAttacksOn(governed, title, attacks)
}

/** The same in a world of the attacks' own. */
export function describeAttacksOn<World extends Governed>(
  open: () => Promise<World>,
  title: string,
  attacks: readonly Attack<World>[],
): void {
  describe(title, () => {
    let world: World
    beforeAll(async () => {
      world = await open()
      await prepareSchemas(world)
    })
    afterAll(() => world.ledger.close())

    it.each(attacks)('$name', async (attack) => {
      const before = await fingerprint(world)
      const seen = await attempt(attack, world)
      const after = await fingerprint(world)
      judge(attack.end, seen)
      const traced = 'refused' in attack.end && attack.end.traced
      expect(after.denials - before.denials).toBe(traced ? 1 : 0)
      // An answered refusal may be remembered under its command's id, and a denial ends a chain.
      if ('refused' in attack.end) expect(after.lasting).toEqual(before.lasting)
      else expect(after).toEqual(before)
      expect((await world.boss.ledger.verifyChains()).broken).toEqual([])
    })
  })
}

interface Seen {
  readonly sqlstate: string | null
  readonly rows: Record<string, unknown>[]
}

async function attempt<World extends Governed>(
  { as, statements }: Attack<World>,
  world: World,
): Promise<Seen> {
  const client = new pg.Client(as(world).url)
  await client.connect()
  try {
    let rows: Record<string, unknown>[] = []
    for (const statement of statements(world))
      rows = (await client.query<Record<string, unknown>>(statement)).rows
    return { sqlstate: null, rows }
  } catch (error) {
    const sqlstate = errorCodeOf(error)
    if (sqlstate === null) throw error
    return { sqlstate, rows: [] }
  } finally {
    await client.end()
  }
}

function judge(end: End, { sqlstate, rows }: Seen): void {
  if ('error' in end) {
    expect(end.error).toContain(sqlstate)
    return
  }
  expect(sqlstate).toBeNull()
  if ('refused' in end) expect(rows).toMatchObject([{ answer: { ok: false, code: end.refused } }])
  else if ('finds' in end) expect(rows).toEqual([])
}

/**
 * What a careless administrator could have left lying around: a schema that members may write to, and a function
 * that tells its caller what it is shown and is so cheap that the planner wants to run it first.
 */
async function prepareSchemas({ ledger }: Governed): Promise<void> {
  await ledger.admin.query(`
    CREATE SCHEMA playground;
    GRANT ALL ON SCHEMA playground TO pilothouse_member;
    CREATE FUNCTION playground.spy(seen text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS
      $$ BEGIN RAISE EXCEPTION 'seen: %', seen USING ERRCODE = 'PH999'; END $$;
    GRANT EXECUTE ON FUNCTION playground.spy TO PUBLIC`)
}

interface Fingerprint {
  readonly denials: number
  /** Everything, by table, with the definitions of everything that guards it. */
  readonly all: Record<string, string>
  /** The same without what recording a refusal touches. */
  readonly lasting: Record<string, string>
}

const touchedByRefusals = ['chain_heads', 'change_log', 'commands', 'timeline_events']
const guards: Record<string, string> = {
  relations: `SELECT relname, relowner::regrole, relacl, relrowsecurity, relforcerowsecurity, reloptions
    FROM pg_class WHERE relnamespace::regnamespace::text ~ '^(pilothouse|public)'`,
  views: `SELECT viewname, definition FROM pg_views WHERE schemaname LIKE 'pilothouse%'`,
  functions: `SELECT oid::regprocedure, proowner::regrole, proacl, prosecdef, proconfig, prosrc
    FROM pg_proc WHERE pronamespace::regnamespace::text ~ '^(pilothouse|public)'`,
  triggers:
    'SELECT tgrelid::regclass, tgname, tgenabled, tgfoid::regproc FROM pg_trigger WHERE NOT tgisinternal',
  policies: 'SELECT * FROM pg_policies',
  rules: `SELECT schemaname, tablename, rulename, definition FROM pg_rules WHERE schemaname LIKE 'pilothouse%'`,
  schemas: `SELECT nspname, nspowner::regrole, nspacl FROM pg_namespace WHERE nspname !~ '^pg_(temp|toast)'`,
  databases: 'SELECT datname, datdba::regrole, datacl FROM pg_database',
  roles: 'SELECT * FROM pg_authid',
  memberships: 'SELECT * FROM pg_auth_members',
  settings: 'SELECT * FROM pg_db_role_setting',
  defaults: 'SELECT * FROM pg_default_acl',
  extensions: 'SELECT extname FROM pg_extension',
}

async function fingerprint({ ledger: { admin } }: Governed): Promise<Fingerprint> {
  const { rows } = await admin.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'pilothouse' ORDER BY 1`,
  )
  const tables = Object.fromEntries(rows.map(({ name }) => [name, `SELECT * FROM pilothouse.${name}`]))
  const all = await hashes(admin, { ...tables, ...guards })
  const undenied = `SELECT * FROM pilothouse.timeline_events WHERE action NOT LIKE '%.denied'`
  const kept = Object.entries(all).filter(([name]) => !touchedByRefusals.includes(name))
  const lasting = { ...Object.fromEntries(kept), ...(await hashes(admin, { undenied })) }
  const denials = await admin.query(`SELECT FROM pilothouse.timeline_events WHERE action LIKE '%.denied'`)
  return { denials: denials.rowCount ?? 0, all, lasting }
}

async function hashes(admin: pg.Pool, queries: Record<string, string>): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const [name, query] of Object.entries(queries)) {
    const { rows } = await admin.query<{ line: string }>(
      `SELECT t::text AS line FROM (${query}) AS t ORDER BY t::text COLLATE "C"`,
    )
    found[name] = createHash('sha256')
      .update(rows.map(({ line }) => line).join('\n'))
      .digest('hex')
  }
  return found
}
