import type pg from 'pg'
import { Umzug } from 'umzug'
import { PilothouseError, isPilothouseError } from '../../src-preload/contract/errors.ts'
import { findProblem, migrationsFolder, readMigrations, unknownLater } from './migrationFiles.ts'
import type { MigrationFile } from './migrationFiles.ts'
import { withAdministrator } from './connection.ts'
import type { Administrator } from './connection.ts'
import { createHistory, execute, MigrationHistory, readApplied } from './migrationHistory.ts'
import { errorCodeOf, rollBack } from './query.ts'
import { ensureRoles } from './roles.ts'

/** `to` is a migration's full name; `folder` is only for other migrations than the program's own. */
export interface MigrateOptions {
  readonly to?: string
  readonly folder?: string
}

export interface MigrationStatus {
  /** The last applied migration; null for a database that was never migrated. */
  readonly schema_version: string | null
  readonly applied: { readonly name: string; readonly breaking: boolean; readonly applied_at: string }[]
  readonly pending: { readonly name: string; readonly breaking: boolean }[]
}

/** Any two migrators of one database wait for each other here. */
const lockKey = "hashtextextended('pilothouse migrations', 0)"

/**
 * Applies what is pending, each migration in a transaction of its own as `pilothouse_owner`, and prepares roles and
 * database before the first. `admin` is an administrator's connection (which stays open) or its URL.
 *
 * Throws `conflict` for edited, missing or out-of-order files (hints `migration_*`) and for a migration that fails
 * (hint `migration_failed`; what came before it stays applied), `ledger_schema_newer`, `permission_denied`.
 *
 * @returns the names that were applied now, in order
 */
export async function migrateLedger(admin: Administrator, options: MigrateOptions = {}): Promise<string[]> {
  return withAdministrator(admin, (client) =>
    underLock(client, async () => {
      await ensureRoles(client)
      await createHistory(client)
      const { files, applied } = await readBoth(client, options.folder)
      const newer = unknownLater(files, applied)
      if (newer.length > 0) throw schemaNewer(newer)
      const to = options.to === undefined ? undefined : known(files, options.to)
      const names = files.map(({ name }) => name)
      const pending = names.filter((name) => !applied.some((entry) => entry.name === name))
      const wanted = to === undefined ? pending : pending.filter((name) => name <= to)
      if (wanted.length > 0) await run(client, files, (umzug) => umzug.up({ migrations: wanted }))
      return wanted
    }),
  )
}

/**
 * Takes back migrations, last first, until `to` is the last applied one; null takes back all. Data that only they
 * hold is lost. Errors as in `migrateLedger`.
 *
 * @returns the names that were taken back, in that order
 */
export async function revertLedger(
  admin: Administrator,
  options: { readonly to: string | null; readonly folder?: string },
): Promise<string[]> {
  return withAdministrator(admin, (client) =>
    underLock(client, async () => {
      await createHistory(client)
      const { files, applied } = await readBoth(client, options.folder)
      const newer = unknownLater(files, applied)
      if (newer.length > 0) throw schemaNewer(newer)
      const to = options.to === null ? '' : known(files, options.to)
      const wanted = applied
        .map(({ name }) => name)
        .filter((name) => name > to)
        .reverse()
      if (wanted.length > 0) await run(client, files, (umzug) => umzug.down({ migrations: wanted }))
      return wanted
    }),
  )
}

/** What is applied and what is pending; changes nothing. Throws `conflict` as `migrateLedger` does. */
export async function migrationStatus(
  admin: Administrator,
  options: { readonly folder?: string } = {},
): Promise<MigrationStatus> {
  return withAdministrator(admin, async (client) => {
    const { files, applied } = await readBoth(client, options.folder)
    return {
      schema_version: applied.at(-1)?.name ?? null,
      applied: applied.map(({ name, breaking, appliedAt }) => ({ name, breaking, applied_at: appliedAt })),
      pending: files
        .filter(({ name }) => !applied.some((entry) => entry.name === name))
        .map(({ name, breaking }) => ({ name, breaking })),
    }
  })
}

async function underLock<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  // A migration may take long, and so may waiting for another migrator.
  await client.query(`SET statement_timeout = 0; SET lock_timeout = 0`)
  await client.query(`SELECT pg_advisory_lock(${lockKey})`)
  try {
    return await work()
  } finally {
    await rollBack(client)
    await client.query(`SELECT pg_advisory_unlock(${lockKey}); RESET statement_timeout; RESET lock_timeout`)
  }
}

async function readBoth(client: pg.ClientBase, folder: string = migrationsFolder) {
  const files = await readMigrations(folder)
  const applied = await readApplied(client)
  const found = findProblem(files, applied)
  if (found) throw new PilothouseError('conflict', { migrations: found.migrations }, { hint: found.problem })
  return { files, applied }
}

function known(files: readonly MigrationFile[], name: string): string {
  if (files.some((file) => file.name === name)) return name
  throw new PilothouseError('not_found', { migration: name })
}

/** Also what `connection.ts` throws; data names the migrations that this program doesn't know. */
function schemaNewer(newer: readonly { name: string }[]): PilothouseError<'ledger_schema_newer'> {
  return new PilothouseError('ledger_schema_newer', { migrations: newer.map(({ name }) => name) })
}

async function run(
  client: pg.ClientBase,
  files: readonly MigrationFile[],
  work: (umzug: Umzug<pg.ClientBase>) => Promise<unknown>,
): Promise<void> {
  const umzug = new Umzug<pg.ClientBase>({
    context: client,
    logger: undefined,
    storage: new MigrationHistory(files),
    migrations: files.map((file) => ({
      name: file.name,
      up: () => execute(client, file.up),
      down: () => execute(client, file.down),
    })),
  })
  try {
    await work(umzug)
  } catch (error) {
    await rollBack(client)
    throw migrationFailed(error)
  }
}

function migrationFailed(error: unknown): unknown {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (isPilothouseError(cause)) return cause
  const migration = error instanceof Error ? (error.message.split('\n')[0] ?? '') : ''
  const detail = cause instanceof Error ? cause.message : String(cause)
  return new PilothouseError(
    'conflict',
    { migration, detail, sqlstate: errorCodeOf(cause) },
    { cause, hint: 'migration_failed' },
  )
}
