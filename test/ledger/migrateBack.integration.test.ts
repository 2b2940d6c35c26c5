import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { migrationNames } from '../../src-main/ledger/migrationFiles.ts'
import { migrateLedger, revertLedger } from '../../src-main/ledger/migrate.ts'
import { emptyDatabase } from '../support/ledger.ts'

/** Everything that says what a ledger is, but its rows. */
const definitions = `
  select 'function ' || oid::regprocedure || ' ' || proowner::regrole || ' ' || prosecdef || ' ' || provolatile::text || ' '
    || array(select acl::text from unnest(proacl) as acl order by 1)::text || md5(prosrc) as line
  from pg_proc where pronamespace::regnamespace::text like 'pilothouse%'
  union all select 'view ' || viewname || md5(definition) from pg_views where schemaname like 'pilothouse%'
  union all select 'policy ' || tablename || policyname || roles::text || qual from pg_policies
  union all select 'trigger ' || pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
  union all select 'relation ' || relname || relkind::text || array(select acl::text from unnest(relacl) as acl order by 1)::text
  from pg_class where relnamespace::regnamespace::text like 'pilothouse%' and relkind in ('r', 'v', 'i')
  union all select 'column ' || attrelid::regclass || ' ' || attname || ' ' || atttypid::regtype || attnotnull
    || array(select acl::text from unnest(attacl) as acl order by 1)::text
  from pg_attribute a join pg_class c on c.oid = a.attrelid
  where c.relnamespace::regnamespace::text like 'pilothouse%' and attnum > 0 and not attisdropped and relkind = 'r'
  union all select 'constraint ' || conrelid::regclass || conname || pg_get_constraintdef(oid) from pg_constraint
  where connamespace::regnamespace::text = 'pilothouse'`

test('each migration that is taken back leaves what was there before it, right down to who may do what', async () => {
  const { url } = await emptyDatabase()
  const client = new pg.Client(url)
  await client.connect()
  onTestFinished(() => client.end())
  const lines = async () => {
    const { rows } = await client.query<{ line: string }>(
      `select line from (${definitions}) as d order by line`,
    )
    return rows.map(({ line }) => line)
  }
  const names = (await migrationNames()).filter((name) => name >= '0104')
  const [first = ''] = names
  await migrateLedger(client, { to: first })
  const before = new Map<string, string[]>()
  for (const name of names) {
    await migrateLedger(client, { to: name })
    before.set(name, await lines())
  }
  for (const name of names.toReversed()) {
    await revertLedger(client, { to: name })
    expect({ name, lines: await lines() }).toEqual({ name, lines: before.get(name) })
  }
})
