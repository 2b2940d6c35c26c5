import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectLedger } from '../../src-main/ledger/connection.ts'
import { addMember } from '../../src-main/ledger/members.ts'
import { migrateLedger, migrationStatus, revertLedger } from '../../src-main/ledger/migrate.ts'
import { migrationNames } from '../../src-main/ledger/migrationFiles.ts'
import { emptyDatabase } from '../support/ledger.ts'

interface Pair {
  readonly up: string
  readonly down: string
}

const table = (name: string): Pair => ({
  up: `CREATE TABLE public.${name} (id int);`,
  down: `DROP TABLE public.${name};`,
})

describe('migrations of a ledger', () => {
  let folder: string
  let url: string
  let database: string
  let client: pg.Client

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'pilothouse-migrations-'))
    const empty = await emptyDatabase()
    url = empty.url
    database = empty.database
    client = new pg.Client(url)
    await client.connect()
    await client.query('GRANT CREATE ON SCHEMA public TO PUBLIC')
  })

  afterEach(async () => {
    await client.end()
    await rm(folder, { recursive: true, force: true })
  })

  async function put(name: string, { up, down }: Pair): Promise<void> {
    await writeFile(path.join(folder, `${name}.up.sql`), up)
    await writeFile(path.join(folder, `${name}.down.sql`), down)
  }

  async function tables(): Promise<string[]> {
    const { rows } = await client.query<{ tablename: string }>(
      `SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename`,
    )
    return rows.map((row) => row.tablename)
  }

  it('are applied once, in order, as the owner, up to where one asks', async () => {
    await put('0001_first', table('first'))
    await put('0002_second', table('second'))
    await put('0003_third', table('third'))
    expect(await migrateLedger(url, { folder, to: '0002_second' })).toEqual(['0001_first', '0002_second'])
    expect(await tables()).toEqual(['first', 'second'])
    expect(await migrateLedger(client, { folder })).toEqual(['0003_third'])
    expect(await migrateLedger(client, { folder })).toEqual([])
    const { rows } = await client.query(
      `SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'`,
    )
    expect(rows).toEqual([{ tableowner: 'pilothouse_owner' }])
    await expect(migrateLedger(url, { folder, to: '0009_none' })).rejects.toMatchObject({ code: 'not_found' })
  })

  it('are taken back down to where one asks, and tell where the ledger stands', async () => {
    await put('0001_first', table('first'))
    await put('0002_second', { ...table('second'), up: '-- breaking\nCREATE TABLE public.second (id int);' })
    expect(await migrationStatus(url, { folder })).toMatchObject({ schema_version: null, applied: [] })
    await migrateLedger(url, { folder })
    expect(await migrationStatus(url, { folder })).toMatchObject({
      schema_version: '0002_second',
      applied: [
        { name: '0001_first', breaking: false },
        { name: '0002_second', breaking: true },
      ],
      pending: [],
    })
    expect(await revertLedger(url, { folder, to: '0001_first' })).toEqual(['0002_second'])
    expect(await tables()).toEqual(['first'])
    expect(await migrationStatus(url, { folder })).toMatchObject({
      schema_version: '0001_first',
      pending: [{ name: '0002_second', breaking: true }],
    })
    expect(await revertLedger(url, { folder, to: null })).toEqual(['0001_first'])
    expect(await tables()).toEqual([])
  })

  it('are refused when a file was edited after it was applied, up or down', async () => {
    await put('0001_first', table('first'))
    await migrateLedger(url, { folder })
    const edited = { code: 'conflict', hint: 'migration_edited', data: { migrations: ['0001_first'] } }
    for (const half of ['up', 'down'] as const) {
      const file = path.join(folder, `0001_first.${half}.sql`)
      const before = await readFile(file, 'utf8')
      await writeFile(file, `${before}\n-- later thought`)
      await expect(migrateLedger(url, { folder })).rejects.toMatchObject(edited)
      await expect(migrationStatus(url, { folder })).rejects.toMatchObject(edited)
      await expect(revertLedger(url, { folder, to: null })).rejects.toMatchObject(edited)
      await writeFile(file, before)
    }
    expect(await migrateLedger(url, { folder })).toEqual([])
  })

  it('are refused when a new file is numbered below an applied one', async () => {
    await put('0001_first', table('first'))
    await put('0003_third', table('third'))
    await migrateLedger(url, { folder })
    await put('0002_second', table('second'))
    await expect(migrateLedger(url, { folder })).rejects.toMatchObject({
      code: 'conflict',
      hint: 'migration_out_of_order',
      data: { migrations: ['0002_second'] },
    })
    expect(await tables()).toEqual(['first', 'third'])
  })

  it('are refused when an applied file is gone, or when a newer program was here', async () => {
    for (const name of ['first', 'second', 'third'])
      await put(`000${name === 'first' ? 1 : name === 'second' ? 2 : 3}_${name}`, table(name))
    await migrateLedger(url, { folder })
    await rm(path.join(folder, '0003_third.up.sql'))
    await rm(path.join(folder, '0003_third.down.sql'))
    const newer = { code: 'ledger_schema_newer', data: { migrations: ['0003_third'] } }
    await expect(migrateLedger(url, { folder })).rejects.toMatchObject(newer)
    await expect(revertLedger(url, { folder, to: null })).rejects.toMatchObject(newer)
    await put('0003_third', table('third'))
    await rm(path.join(folder, '0002_second.up.sql'))
    await rm(path.join(folder, '0002_second.down.sql'))
    await expect(migrateLedger(url, { folder })).rejects.toMatchObject({
      code: 'conflict',
      hint: 'migration_missing',
      data: { migrations: ['0002_second'] },
    })
  })

  it('are refused when half of a pair is missing or a number is used twice', async () => {
    await put('0001_first', table('first'))
    await put('0001_other', table('other'))
    await rm(path.join(folder, '0001_other.down.sql'))
    await expect(migrateLedger(url, { folder })).rejects.toMatchObject({
      code: 'validation_error',
      data: {
        problems: [
          { path: '0001_other.down.sql', problem: 'missing' },
          { path: '0001_other', problem: 'number used twice' },
        ],
      },
    })
  })

  it('leave nothing of a file that fails, and all of those before it', async () => {
    await put('0001_first', table('first'))
    await put('0002_second', { up: 'CREATE TABLE public.half (id int); SELECT 1 / 0;', down: '' })
    await expect(migrateLedger(url, { folder })).rejects.toMatchObject({
      code: 'conflict',
      hint: 'migration_failed',
      data: { detail: 'division by zero', sqlstate: '22012' },
    })
    expect(await tables()).toEqual(['first'])
    await put('0002_second', { up: 'CREATE TABLE public.half (id int); COMMIT;', down: '' })
    await expect(migrateLedger(url, { folder })).rejects.toMatchObject({ code: 'validation_error' })
    expect(await migrationStatus(url, { folder })).toMatchObject({ schema_version: '0001_first' })
  })

  it('are applied once when two administrators start at the same moment', async () => {
    await put('0001_first', {
      ...table('first'),
      up: 'CREATE TABLE public.first (id int); SELECT pg_sleep(0.3);',
    })
    await put('0002_second', table('second'))
    const [one, other] = await Promise.all([migrateLedger(url, { folder }), migrateLedger(url, { folder })])
    expect([...one, ...other].sort()).toEqual(['0001_first', '0002_second'])
  })

  it('of this program go up, down and up again with data in the tables', async () => {
    const names = await migrationNames()
    expect(await migrateLedger(url)).toEqual(names)
    const { host, port } = client
    const fill = async (login: string) => {
      await client.query('SELECT pilothouse.initialise(false)')
      const address = { host, port, database, tls: null, ca: null }
      const roles = [{ role: 'admin' }, { role: 'operator-compose' }]
      await addMember(client, address, { login, person: 'Anna', roles })
      const { rows } = await client.query('SELECT login FROM pilothouse.members')
      expect(rows).toEqual([{ login }])
    }
    try {
      await fill('up_down_one')
      expect(await revertLedger(url, { to: null })).toEqual(names.toReversed())
      const left = await client.query(`SELECT nspname FROM pg_namespace WHERE nspname LIKE 'pilothouse%'`)
      expect(left.rows).toEqual([{ nspname: 'pilothouse_migrations' }])
      expect(await migrateLedger(url)).toEqual(names)
      await fill('up_down_two')
    } finally {
      await client.query('DROP ROLE IF EXISTS up_down_one, up_down_two')
    }
  })

  it('let a program connect that knows all that break, and no other', async () => {
    await migrateLedger(url)
    const applied = async (name: string, breaking: boolean) =>
      client.query(
        `INSERT INTO pilothouse_migrations.applied (name, up_sha256, down_sha256, breaking) VALUES ($1, '', '', $2)`,
        [name, breaking],
      )
    const connect = async () => (await connectLedger({ connectionString: url })).end()
    await connect()
    await applied('9998_harmless', false)
    await connect()
    await applied('9999_different', true)
    await expect(connect()).rejects.toMatchObject({
      code: 'ledger_schema_newer',
      data: { migrations: ['9999_different'] },
    })
    const names = await migrationNames()
    await client.query(`DELETE FROM pilothouse_migrations.applied WHERE name >= $1`, [names.at(-1)])
    await expect(connect()).rejects.toMatchObject({
      code: 'ledger_unavailable',
      hint: 'migrate_needed',
      data: { migrations: [names.at(-1)] },
    })
  })
})
