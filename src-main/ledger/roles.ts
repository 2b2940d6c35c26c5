import pg from 'pg'
import { z } from 'zod'
import { PilothouseError } from '../../src-preload/contract/errors.ts'
import { errorCodeOf, inTransaction, queryRow, queryRows } from './query.ts'

/** The roles that every ledger on a server shares. None can log in; members' logins are in `pilothouse_member`. */
export const ledgerRoles = [
  'pilothouse_owner',
  'pilothouse_api',
  'pilothouse_reader',
  'pilothouse_member',
  'pilothouse_runner',
] as const

/** Two databases of one server may be prepared at once, and roles belong to the server. */
const collisions = new Set(['42710', '23505', 'XX000', '40001', '40P01'])
const attempts = 5

/**
 * Makes the ledger's roles and sets up the connected database for them; changes nothing that is already right.
 *
 * The login is a superuser, or has CREATEROLE and owns the database (or was granted CREATE on it with grant option,
 * after its owner revoked TEMP from PUBLIC). Afterwards it may `SET ROLE pilothouse_owner`, and that role may give
 * objects to `pilothouse_api` and `pilothouse_reader` and replace them there.
 *
 * Throws `permission_denied` naming what is missing, or `conflict` for a role of that name that may do too much.
 */
export async function ensureRoles(admin: pg.ClientBase): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await inTransaction(admin, () => prepare(admin))
      return
    } catch (error) {
      const code = errorCodeOf(error)
      if (code === '42501') throw denied('CREATEROLE', error)
      if (code === null || !collisions.has(code) || attempt === attempts) throw error
    }
  }
}

async function prepare(admin: pg.ClientBase): Promise<void> {
  await createMissing(admin)
  await refuseOverpowered(admin)
  for (const owned of ['pilothouse_api', 'pilothouse_reader']) {
    // Both: SET to give objects away (ALTER … OWNER TO), INHERIT to replace them later.
    if (!(await holds(admin, 'pilothouse_owner', owned, 'USAGE'))) await grantMembership(admin, owned)
  }
  await letAdminBecomeOwner(admin)
  await openDatabase(admin)
}

async function createMissing(admin: pg.ClientBase): Promise<void> {
  const missing = await queryRows(
    admin,
    z.object({ role: z.string() }),
    `SELECT role FROM unnest($1::text[]) AS role WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role)`,
    [ledgerRoles],
  )
  for (const { role } of missing) await admin.query(`CREATE ROLE ${pg.escapeIdentifier(role)} NOLOGIN`)
}

async function refuseOverpowered(admin: pg.ClientBase): Promise<void> {
  const found = await queryRows(
    admin,
    z.object({ rolname: z.string() }),
    `SELECT rolname FROM pg_roles WHERE rolname = ANY($1)
        AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolcanlogin OR rolreplication OR rolbypassrls)`,
    [ledgerRoles],
  )
  if (found.length === 0) return
  throw new PilothouseError(
    'conflict',
    { roles: found.map((row) => row.rolname) },
    { hint: 'role_overpowered' },
  )
}

async function holds(
  admin: pg.ClientBase,
  member: string,
  role: string,
  right: 'USAGE' | 'SET',
): Promise<boolean> {
  const { held } = await queryRow(
    admin,
    z.object({ held: z.boolean() }),
    'SELECT pg_has_role($1::name, $2::name, $3) AS held',
    [member, role, right],
  )
  return held
}

async function grantMembership(admin: pg.ClientBase, role: string): Promise<void> {
  await admin.query(
    `GRANT ${pg.escapeIdentifier(role)} TO pilothouse_owner WITH INHERIT TRUE, SET TRUE, ADMIN FALSE`,
  )
}

/**
 * Creating a role gives its creator (PostgreSQL 16 and later) only ADMIN over it. INHERIT stays off: the
 * administrator's login acts as the owner only where it says so.
 */
async function letAdminBecomeOwner(admin: pg.ClientBase): Promise<void> {
  const { login } = await queryRow(admin, z.object({ login: z.string() }), 'SELECT current_user AS login')
  if (await holds(admin, login, 'pilothouse_owner', 'SET')) return
  await admin.query('GRANT pilothouse_owner TO CURRENT_USER WITH INHERIT FALSE, SET TRUE')
}

const databaseState = z.object({
  database: z.string(),
  owner_creates: z.boolean(),
  public_writes: z.boolean(),
  members_connect: z.boolean(),
})

/** `public_writes`: 0 is PUBLIC in an ACL; a null ACL is the default, which lets PUBLIC make temporary tables. */
const readDatabaseState = `
  SELECT datname AS database,
         has_database_privilege('pilothouse_owner', oid, 'CREATE') AS owner_creates,
         EXISTS (SELECT FROM aclexplode(coalesce(datacl, acldefault('d', datdba))) AS acl
                  WHERE acl.grantee = 0 AND acl.privilege_type IN ('TEMPORARY', 'CREATE')) AS public_writes,
         EXISTS (SELECT FROM aclexplode(datacl) AS acl
                  WHERE acl.grantee = 'pilothouse_member'::regrole
                    AND acl.privilege_type = 'CONNECT') AS members_connect
    FROM pg_database WHERE datname = current_database()`

async function openDatabase(admin: pg.ClientBase): Promise<void> {
  const before = await queryRow(admin, databaseState, readDatabaseState)
  const database = pg.escapeIdentifier(before.database)
  if (!before.owner_creates) await admin.query(`GRANT CREATE ON DATABASE ${database} TO pilothouse_owner`)
  if (before.public_writes) await admin.query(`REVOKE CREATE, TEMPORARY ON DATABASE ${database} FROM PUBLIC`)
  if (!before.members_connect) await admin.query(`GRANT CONNECT ON DATABASE ${database} TO pilothouse_member`)
  // A login without grant option gets a warning and no change, so that only looking again tells.
  const after = await queryRow(admin, databaseState, readDatabaseState)
  if (!after.owner_creates || after.public_writes) throw denied(`OWNER OF DATABASE ${before.database}`)
}

function denied(missing: string, cause?: unknown): PilothouseError<'permission_denied'> {
  return new PilothouseError(
    'permission_denied',
    { permission: missing, grantors: [] },
    { cause, hint: 'ledger_administrator' },
  )
}
