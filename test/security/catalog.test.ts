import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestLedger } from '../support/ledger.ts'
import type { TestLedger } from '../support/ledger.ts'

/** Functions behind the views that PostgreSQL checks against the reader; without USAGE they can't be named. */
const behindViews = [
  'decidable',
  'grantors',
  'holds_everywhere',
  'is_due',
  'is_solo',
  'may',
  'own_logins',
  'own_member',
  'own_person',
  'own_policy',
  'policy_rules',
  'readable_projects',
]

describe('the definitions that the ledger rests on', () => {
  let ledger: TestLedger
  beforeAll(async () => {
    ledger = await startTestLedger()
  })
  afterAll(() => ledger.close())

  async function names(sql: string): Promise<string[]> {
    const { rows } = await ledger.admin.query<{ name: string }>(sql)
    return rows.map(({ name }) => name)
  }

  it('have row security on every table, forced on the owner too', async () => {
    expect(
      await names(`SELECT relname AS name FROM pg_class
        WHERE relnamespace = 'pilothouse'::regnamespace AND relkind IN ('r', 'p')
          AND NOT (relrowsecurity AND relforcerowsecurity)`),
    ).toEqual([])
  })

  it('give members and the public no right on any table or sequence', async () => {
    expect(
      await names(`SELECT relname AS name FROM pg_class, aclexplode(relacl) AS acl
        WHERE relnamespace IN ('pilothouse'::regnamespace, 'pilothouse_migrations'::regnamespace)
          AND relname <> 'schema_history'
          AND acl.grantee IN (0, 'pilothouse_member'::regrole, 'pilothouse_runner'::regrole)`),
    ).toEqual([])
  })

  it('give the role of the views no right but to read', async () => {
    expect(
      await names(`SELECT relname || ' ' || acl.privilege_type AS name FROM pg_class, aclexplode(relacl) AS acl
        WHERE relnamespace = 'pilothouse'::regnamespace AND acl.grantee = 'pilothouse_reader'::regrole
          AND acl.privilege_type <> 'SELECT'`),
    ).toEqual([])
  })

  it('let members only read views, each a security barrier that runs as its owner', async () => {
    expect(
      await names(`SELECT relname AS name FROM pg_class
        WHERE relnamespace = 'pilothouse_read'::regnamespace
          AND (relkind <> 'v' OR relowner <> 'pilothouse_reader'::regrole
            OR NOT 'security_barrier=true' = ANY (coalesce(reloptions, '{}'))
            OR 'security_invoker=true' = ANY (coalesce(reloptions, '{}'))
            OR EXISTS (SELECT FROM aclexplode(relacl) AS acl WHERE acl.grantee <> relowner
              AND (acl.grantee <> 'pilothouse_member'::regrole OR acl.privilege_type <> 'SELECT' OR acl.is_grantable)))`),
    ).toEqual([])
  })

  it('fix the path of every function, with pg_temp last', async () => {
    expect(
      await names(`SELECT oid::regprocedure::text AS name FROM pg_proc
        WHERE pronamespace::regnamespace::text LIKE 'pilothouse%'
          AND NOT 'search_path=pg_catalog, pg_temp' = ANY (coalesce(proconfig, '{}'))`),
    ).toEqual([])
  })

  it('let the public call no function', async () => {
    expect(
      await names(`SELECT oid::regprocedure::text AS name FROM pg_proc
        WHERE pronamespace::regnamespace::text LIKE 'pilothouse%'
          AND EXISTS (SELECT FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) AS acl WHERE acl.grantee = 0)`),
    ).toEqual([])
  })

  it('let members call the commands, and what views need', async () => {
    expect(
      await names(`SELECT DISTINCT proname AS name FROM pg_proc, aclexplode(proacl) AS acl
        WHERE pronamespace = 'pilothouse'::regnamespace AND acl.grantee = 'pilothouse_member'::regrole ORDER BY 1`),
    ).toEqual(behindViews)
    expect(
      await names(`SELECT proname AS name FROM pg_proc WHERE pronamespace = 'pilothouse_api'::regnamespace
        AND (NOT prosecdef OR proowner <> 'pilothouse_api'::regrole)`),
    ).toEqual([])
  })

  it('keep members out of the schema of tables, and from making anything anywhere', async () => {
    const { rows } = await ledger.admin.query(
      `SELECT has_schema_privilege('pilothouse_member', 'pilothouse', 'USAGE') AS tables,
              has_database_privilege('pilothouse_member', current_database(), 'CREATE') AS schemas,
              has_database_privilege('pilothouse_member', current_database(), 'TEMP') AS temporary,
              EXISTS (SELECT FROM pg_namespace
                WHERE has_schema_privilege('pilothouse_member', oid, 'CREATE')) AS objects,
              EXISTS (SELECT FROM pg_namespace WHERE nspname IN ('pilothouse_api', 'pilothouse_read')
                AND (has_schema_privilege('pilothouse_api', oid, 'CREATE')
                  OR has_schema_privilege('pilothouse_reader', oid, 'CREATE'))) AS functions`,
    )
    expect(rows).toEqual([
      { tables: false, schemas: false, temporary: false, objects: false, functions: false },
    ])
  })

  it('make each member a login that can become nobody else', async () => {
    const member = await ledger.member('plain', { roles: [{ role: 'admin' }, { role: 'approver' }] })
    const { rows } = await ledger.admin.query(
      `SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls,
              (SELECT array_agg(roleid::regrole::text || ' ' || set_option || ' ' || admin_option)
                 FROM pg_auth_members WHERE member = r.oid) AS groups
         FROM pg_roles r WHERE rolname = $1`,
      [member.login],
    )
    const no = {
      rolsuper: false,
      rolcreaterole: false,
      rolcreatedb: false,
      rolreplication: false,
      rolbypassrls: false,
    }
    expect(rows).toEqual([{ ...no, groups: ['pilothouse_member false false'] }])
  })
})
