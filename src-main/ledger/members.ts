import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { z } from 'zod'
import { PilothouseError, errorCode } from '../../src-preload/contract/errors.ts'
import { instant, json, login, name } from '../../src-preload/contract/vocabulary.ts'
import type { Invitation, LedgerAddress } from './invitation.ts'
import { errorCodeOf, inTransaction, queryRow, queryRows } from './query.ts'
import { scramVerifier } from './scram.ts'

/**
 * Who joins: a new person, by name, or with `same_person_as` the one behind another login. A role without a project
 * counts for all of them.
 */
export const newMember = z
  .object({
    login,
    person: z.string().min(1).max(200).optional(),
    same_person_as: login.optional(),
    kind: z.enum(['human', 'agent', 'service']).default('human'),
    roles: z.array(
      z.object({ role: z.string(), project: name.nullable().default(null), until: instant.optional() }),
    ),
  })
  .refine(({ person, same_person_as: other }) => (person === undefined) !== (other === undefined), {
    error: 'either a person or a login of the same person',
    path: ['person'],
  })
export type NewMember = z.input<typeof newMember>

/** Enough for a desktop, a command line and a runner of one member; a runaway program can't take all there are. */
const connectionLimit = 20

/**
 * Gives a person a login of their own: a PostgreSQL role in `pilothouse_member` and the ledger's rows, both or none.
 * Runs on an administrator's connection, outside of a transaction; the ledger has to be migrated.
 *
 * Throws `conflict` (hint `login_taken`), `validation_error`, `permission_denied`, and what the ledger refuses with.
 */
export async function addMember(
  admin: pg.ClientBase,
  ledger: LedgerAddress,
  given: NewMember,
): Promise<Invitation> {
  const member = parsed(given)
  const password = randomBytes(24).toString('base64url')
  const verifier = await scramVerifier(password)
  await inTransaction(admin, async () => {
    await createLogin(admin, member.login, verifier)
    await asOwner(admin, 'admin_add_member', member)
  })
  return { version: 1, ledger, login: member.login, one_time_password: password }
}

/** Gives a member a new one-time password, which ends the one that they had. */
export async function renewInvitation(
  admin: pg.ClientBase,
  ledger: LedgerAddress,
  of: string,
): Promise<Invitation> {
  const password = randomBytes(24).toString('base64url')
  const verifier = await scramVerifier(password)
  await alterLogin(admin, of, `PASSWORD ${pg.escapeLiteral(verifier)}`)
  return { version: 1, ledger, login: of, one_time_password: password }
}

/**
 * Lets a member in or shuts them out; what they did stays in the record. Shutting out also ends their connections
 * where the administrator's login may do that; where it may not, the ledger refuses each command of theirs anyway.
 *
 * @returns how many connections were ended
 */
export async function setMemberActive(admin: pg.ClientBase, of: string, active: boolean): Promise<number> {
  await inTransaction(admin, async () => {
    await alterLogin(admin, of, active ? 'LOGIN' : 'NOLOGIN')
    await asOwner(admin, 'admin_set_active', { login: of, active })
  })
  return active ? 0 : endConnections(admin, of)
}

function parsed(given: NewMember): z.output<typeof newMember> {
  const result = newMember.safeParse(given)
  if (result.success) return result.data
  const problems = result.error.issues.map((issue) => ({
    path: issue.path.join('.'),
    problem: issue.message,
  }))
  throw new PilothouseError('validation_error', { problems })
}

async function createLogin(admin: pg.ClientBase, as: string, verifier: string): Promise<void> {
  const role = pg.escapeIdentifier(as)
  try {
    await admin.query(
      `CREATE ROLE ${role} LOGIN NOCREATEDB NOCREATEROLE INHERIT CONNECTION LIMIT ${connectionLimit}
         PASSWORD ${pg.escapeLiteral(verifier)}`,
    )
  } catch (error) {
    if (errorCodeOf(error) === '42710')
      throw new PilothouseError('conflict', { login: as }, { cause: error, hint: 'login_taken' })
    throw administratorOnly(error)
  }
  // Without SET: a member acts as nobody but themselves.
  await admin.query(`GRANT pilothouse_member TO ${role} WITH INHERIT TRUE, SET FALSE, ADMIN FALSE`)
}

async function alterLogin(admin: pg.ClientBase, of: string, change: string): Promise<void> {
  const [member] = await queryRows(
    admin,
    z.object({ rolname: z.string() }),
    `SELECT rolname FROM pg_roles
      WHERE rolname = $1 AND NOT rolsuper AND pg_has_role(oid, 'pilothouse_member', 'MEMBER')`,
    [of],
  )
  if (member === undefined) throw new PilothouseError('not_found', { login: of })
  try {
    await admin.query(`ALTER ROLE ${pg.escapeIdentifier(member.rolname)} ${change}`)
  } catch (error) {
    throw administratorOnly(error)
  }
}

function administratorOnly(error: unknown): unknown {
  if (errorCodeOf(error) !== '42501') return error
  return new PilothouseError(
    'permission_denied',
    { permission: 'CREATEROLE', grantors: [] },
    { cause: error, hint: 'ledger_administrator' },
  )
}

const answer = z.union([
  z.object({ ok: z.literal(false), code: errorCode, data: z.record(z.string(), json).default({}) }),
  z.looseObject({ ok: z.literal(true) }),
])

/** These functions belong to the owner alone: members can't reach them, whatever they are granted. */
async function asOwner(
  admin: pg.ClientBase,
  command: 'admin_add_member' | 'admin_set_active',
  argument: object,
): Promise<void> {
  await admin.query('SET LOCAL ROLE pilothouse_owner')
  const { result } = await queryRow(
    admin,
    z.object({ result: answer }),
    `SELECT pilothouse.${command}($1::jsonb) AS result`,
    [JSON.stringify(argument)],
  )
  await admin.query('RESET ROLE')
  if (result.ok === false) throw new PilothouseError(result.code, result.data)
}

async function endConnections(admin: pg.ClientBase, of: string): Promise<number> {
  try {
    const { ended } = await queryRow(
      admin,
      z.object({ ended: z.int() }),
      `SELECT count(*) FILTER (WHERE pg_terminate_backend(pid))::int AS ended
         FROM pg_stat_activity WHERE usename = $1`,
      [of],
    )
    return ended
  } catch (error) {
    if (errorCodeOf(error) === '42501') return 0
    throw error
  }
}
