import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrateLedger, revertLedger } from '../../src-main/ledger/migrate.ts'
import { emptyDatabase } from '../support/ledger.ts'

let client: pg.Client
beforeAll(async () => {
  client = new pg.Client((await emptyDatabase()).url)
  await client.connect()
})
afterAll(() => client.end())

/** Everything that the schemas define, as text: functions with their owners and callers, policies, columns, constraints, views. */
async function definitions(): Promise<string[]> {
  const { rows } = await client.query<{ definition: string }>(`
    with ours as (select oid, nspname from pg_namespace where nspname like 'pilothouse%' and nspname not like '%migrations')
    select definition from (
      select pg_get_functiondef(p.oid) || p.proowner::regrole::text || ' '
        || array_to_string(array(select a::text from unnest(p.proacl) as a order by 1), ' ') as definition
        from pg_proc p join ours on ours.oid = pronamespace
      union all
      select concat_ws(' ', schemaname, tablename, policyname, cmd, roles::text, qual, with_check) from pg_policies
       where schemaname like 'pilothouse%'
      union all
      select concat_ws(' ', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull,
          pg_get_expr(adbin, adrelid))
        from pg_attribute join pg_class c on c.oid = attrelid join ours on ours.oid = relnamespace
        left join pg_attrdef on adrelid = attrelid and adnum = attnum
       where attnum > 0 and not attisdropped and relkind in ('r', 'v')
      union all
      select concat_ws(' ', coalesce(nullif(conrelid, 0)::regclass::text, contypid::regtype::text), conname,
          replace(pg_get_constraintdef(c.oid), ' NOT VALID', ''))
        from pg_constraint c join ours on ours.oid = connamespace where contype <> 'n'
      union all
      select concat_ws(' ', c.oid::regclass, relkind, relowner::regrole,
          array_to_string(array(select a::text from unnest(relacl) as a order by 1), ' '),
          case relkind when 'v' then pg_get_viewdef(c.oid) when 'i' then pg_get_indexdef(c.oid) end)
        from pg_class c join ours on ours.oid = relnamespace where relkind <> 't'
      union all
      select concat_ws(' ', tgrelid::regclass, tgname, tgenabled, pg_get_triggerdef(t.oid))
        from pg_trigger t join pg_class c on c.oid = tgrelid join ours on ours.oid = relnamespace where not tgisinternal
    ) as all_of_them order by definition collate "C"`)
  return rows.map(({ definition }) => definition)
}

test('taking the people and their access back leaves every definition as it was before', async () => {
  await migrateLedger(client, { to: '0103_inbox_views' })
  const before = await definitions()
  const filled = await content()
  await migrateLedger(client)
  expect((await definitions()).length).toBeGreaterThan(before.length)
  await revertLedger(client, { to: '0103_inbox_views' })
  expect(await definitions()).toEqual(before)
  expect(await content()).toEqual(filled)
})

/** The rows that the migrations themselves put in. */
async function content(): Promise<unknown[]> {
  const { rows } = await client.query<{ row: unknown }>(`
    select to_jsonb(r) as row from pilothouse.roles r union all
    select to_jsonb(r) from pilothouse.role_permissions r union all
    select to_jsonb(r) from pilothouse.event_actions r union all
    select to_jsonb(r) from pilothouse.lifecycle_transitions r order by 1`)
  return rows.map(({ row }) => row)
}
