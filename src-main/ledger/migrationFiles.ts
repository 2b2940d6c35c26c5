import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { PilothouseError } from '../../src-preload/contract/errors.ts'

/** Where this program's own migrations are. */
export const migrationsFolder = path.resolve(import.meta.dirname, '../../migrations/ledger')

/** One numbered pair of files. The hashes are SHA-256 of the files' bytes, 64 hex digits. */
export interface MigrationFile {
  readonly name: string
  readonly up: string
  readonly down: string
  readonly upHash: string
  readonly downHash: string
  /** A program that doesn't know this migration can't work with the ledger any more. */
  readonly breaking: boolean
}

/** What a ledger recorded when it applied a migration. */
export interface AppliedMigration {
  readonly name: string
  readonly upHash: string
  readonly downHash: string
  readonly breaking: boolean
}

export type MigrationProblem = 'migration_edited' | 'migration_out_of_order' | 'migration_missing'

/**
 * Reads `NNNN_name.up.sql` and `NNNN_name.down.sql`, in order. Other files are left alone.
 * Throws `validation_error` for a file without its other half and for two migrations with one number.
 */
export async function readMigrations(folder: string = migrationsFolder): Promise<MigrationFile[]> {
  const entries = await readdir(folder)
  const names = entries.flatMap((entry) => /^(\d{4}_\w+)\.(?:up|down)\.sql$/.exec(entry)?.[1] ?? [])
  const unique = [...new Set(names)].sort()
  const problems = namingProblems(unique, new Set(entries))
  if (problems.length > 0) throw new PilothouseError('validation_error', { problems })
  return Promise.all(unique.map((name) => readMigration(folder, name)))
}

function namingProblems(names: string[], entries: ReadonlySet<string>): { path: string; problem: string }[] {
  const halves = names
    .flatMap((name) => [`${name}.up.sql`, `${name}.down.sql`])
    .filter((file) => !entries.has(file))
    .map((file) => ({ path: file, problem: 'missing' }))
  const twice = names
    .filter((name, index) => names[index - 1]?.slice(0, 4) === name.slice(0, 4))
    .map((name) => ({ path: name, problem: 'number used twice' }))
  return [...halves, ...twice]
}

async function readMigration(folder: string, name: string): Promise<MigrationFile> {
  const [up, down] = await Promise.all([
    readFile(path.join(folder, `${name}.up.sql`)),
    readFile(path.join(folder, `${name}.down.sql`)),
  ])
  return {
    name,
    up: up.toString('utf8'),
    down: down.toString('utf8'),
    upHash: sha256(up),
    downHash: sha256(down),
    breaking: /^-- breaking\b/.test(up.toString('utf8')),
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** The names of this program's own migrations, in order. */
export async function migrationNames(folder: string = migrationsFolder): Promise<string[]> {
  const entries = await readdir(folder)
  return entries.flatMap((entry) => /^(\d{4}_\w+)\.up\.sql$/.exec(entry)?.[1] ?? []).sort()
}

/**
 * What keeps these files from being applied to a ledger with this history; null where nothing does. A history that
 * goes on after the last file is not a problem of the files: see `unknownLater`.
 */
export function findProblem(
  files: readonly MigrationFile[],
  applied: readonly AppliedMigration[],
): { problem: MigrationProblem; migrations: string[] } | null {
  const byName = new Map(files.map((file) => [file.name, file]))
  const later = new Set(unknownLater(files, applied).map(({ name }) => name))
  const known = applied.filter(({ name }) => !later.has(name))
  const missing = known.filter(({ name }) => !byName.has(name))
  const edited = known.filter((entry) => {
    const file = byName.get(entry.name)
    return file !== undefined && (file.upHash !== entry.upHash || file.downHash !== entry.downHash)
  })
  const done = new Set(applied.map(({ name }) => name))
  const last = applied.at(-1)?.name ?? ''
  const outOfOrder = files.filter(({ name }) => !done.has(name) && name < last)
  if (missing.length > 0) return { problem: 'migration_missing', migrations: namesOf(missing) }
  if (edited.length > 0) return { problem: 'migration_edited', migrations: namesOf(edited) }
  if (outOfOrder.length > 0) return { problem: 'migration_out_of_order', migrations: namesOf(outOfOrder) }
  return null
}

/** Applied migrations after the last one that these files know: a newer program has been here. */
export function unknownLater<Applied extends { readonly name: string }>(
  files: readonly { readonly name: string }[],
  applied: readonly Applied[],
): Applied[] {
  const last = files.at(-1)?.name ?? ''
  return applied.filter(({ name }) => name > last)
}

/** Those whose names aren't among the known ones. */
export function unknownTo<Named extends { readonly name: string }>(
  known: readonly string[],
  migrations: readonly Named[],
): Named[] {
  return migrations.filter(({ name }) => !known.includes(name))
}

function namesOf(migrations: readonly { name: string }[]): string[] {
  return migrations.map(({ name }) => name)
}
