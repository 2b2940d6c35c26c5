import type pg from 'pg'
import type { UmzugStorage } from 'umzug'
import { z } from 'zod'
import { PilothouseError } from '../../src-preload/contract/errors.ts'
import type { AppliedMigration, MigrationFile } from './migrationFiles.ts'
import { queryRow, queryRows, rollBack } from './query.ts'

/**
 * Makes the record of applied migrations. Members read the names through the view: a desktop has to know whether it
 * understands this schema.
 */
export async function createHistory(client: pg.ClientBase): Promise<void> {
  if (await hasHistory(client)) return
  await client.query(`BEGIN;
    SET LOCAL ROLE pilothouse_owner;
    CREATE SCHEMA pilothouse_migrations;
    CREATE TABLE pilothouse_migrations.applied (
      name text PRIMARY KEY,
      up_sha256 text NOT NULL,
      down_sha256 text NOT NULL,
      breaking boolean NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      applied_by text NOT NULL DEFAULT session_user
    );
    CREATE VIEW pilothouse_migrations.schema_history WITH (security_barrier) AS
      SELECT name, breaking FROM pilothouse_migrations.applied;
    GRANT USAGE ON SCHEMA pilothouse_migrations TO pilothouse_member;
    GRANT SELECT ON pilothouse_migrations.schema_history TO pilothouse_member;
    COMMIT`)
}

/** Asked of the catalog, which answers those too who may not use the schema before they are its owner. */
async function hasHistory(client: pg.ClientBase): Promise<boolean> {
  const { exists } = await queryRow(
    client,
    z.object({ exists: z.boolean() }),
    `SELECT EXISTS (SELECT FROM pg_class WHERE relname = 'applied' AND relnamespace =
       (SELECT oid FROM pg_namespace WHERE nspname = 'pilothouse_migrations')) AS exists`,
  )
  return exists
}

const appliedRow = z
  .object({
    name: z.string(),
    up_sha256: z.string(),
    down_sha256: z.string(),
    breaking: z.boolean(),
    applied_at: z.string(),
  })
  .transform((row) => ({
    name: row.name,
    upHash: row.up_sha256,
    downHash: row.down_sha256,
    breaking: row.breaking,
    appliedAt: row.applied_at,
  }))

/** What was applied, in order; nothing for a database that was never migrated. */
export async function readApplied(
  client: pg.ClientBase,
): Promise<(AppliedMigration & { appliedAt: string })[]> {
  if (!(await hasHistory(client))) return []
  try {
    await client.query('BEGIN; SET LOCAL ROLE pilothouse_owner')
    return await queryRows(
      client,
      appliedRow,
      `SELECT name, up_sha256, down_sha256, breaking,
              to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS applied_at
         FROM pilothouse_migrations.applied ORDER BY name COLLATE "C"`,
    )
  } finally {
    await rollBack(client)
  }
}

/** Runs a migration's SQL as the owner, in a transaction that `MigrationHistory` commits together with its row. */
export async function execute(client: pg.ClientBase, sql: string): Promise<void> {
  await client.query('BEGIN; SET LOCAL ROLE pilothouse_owner; SET LOCAL search_path = pg_catalog, pg_temp')
  const before = await transactionOf(client)
  await client.query(sql)
  if ((await transactionOf(client)) !== before)
    throw new PilothouseError('validation_error', {
      problems: [{ path: 'sql', problem: 'a migration may not end its own transaction' }],
    })
}

async function transactionOf(client: pg.ClientBase): Promise<string> {
  const { id } = await queryRow(
    client,
    z.object({ id: z.string() }),
    'SELECT pg_catalog.pg_current_xact_id()::text AS id',
  )
  return id
}

/** Umzug's storage: a row a migration, written in the migration's own transaction. */
export class MigrationHistory implements UmzugStorage<pg.ClientBase> {
  readonly #files: ReadonlyMap<string, MigrationFile>

  constructor(files: readonly MigrationFile[]) {
    this.#files = new Map(files.map((file) => [file.name, file]))
  }

  async executed({ context }: { context: pg.ClientBase }): Promise<string[]> {
    return (await readApplied(context)).map(({ name }) => name)
  }

  async logMigration({ name, context }: { name: string; context: pg.ClientBase }): Promise<void> {
    const file = this.#files.get(name)
    if (file === undefined) throw new TypeError(`umzug ran a migration that was not given to it: ${name}`)
    await context.query('SET LOCAL ROLE pilothouse_owner')
    await context.query(
      `INSERT INTO pilothouse_migrations.applied (name, up_sha256, down_sha256, breaking) VALUES ($1, $2, $3, $4)`,
      [name, file.upHash, file.downHash, file.breaking],
    )
    await context.query('COMMIT')
  }

  async unlogMigration({ name, context }: { name: string; context: pg.ClientBase }): Promise<void> {
    await context.query('SET LOCAL ROLE pilothouse_owner')
    await context.query('DELETE FROM pilothouse_migrations.applied WHERE name = $1', [name])
    await context.query('COMMIT')
  }
}
