import type pg from 'pg'
import { z } from 'zod'
import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import { connectError } from '../connectError.ts'
import { queryRows } from '../query.ts'

/** A member's own connections, on which everything is read. */
export type ReadPool = pg.Pool

/**
 * Runs one statement and parses its rows; a row of another shape is a bug and throws zod's error. A connection that
 * is lost is `ledger_unavailable`.
 */
export async function readRows<Row>(
  pool: ReadPool,
  row: z.ZodType<Row>,
  sql: string,
  params: unknown[] = [],
): Promise<Row[]> {
  try {
    return await queryRows(pool, row, sql, params)
  } catch (error) {
    const { host = '', port = 0, database = '', user = '' } = pool.options
    throw connectError(error, { host, port, database, user })
  }
}

/** The column `body` of a view of `pilothouse_read`, in the contract's shape. */
export async function readBodies<Body>(
  pool: ReadPool,
  body: z.ZodType<Body>,
  sql: string,
  params: unknown[] = [],
): Promise<Body[]> {
  const rows = await readRows(pool, z.object({ body }), sql, params)
  return rows.map((row) => row.body)
}

/** The only one of `found`; more than one is `validation_error`, none is what `missing` says. */
export function theOne<T>(found: readonly T[], missing: PilothouseError, path: string): T {
  const [first, second] = found
  if (first === undefined) throw missing
  if (second === undefined) return first
  throw new PilothouseError('validation_error', { problems: [{ path, problem: 'ambiguous' }] })
}

const uuid = z.uuid()

/** Whether a reference is written as an id. */
export function isId(reference: string): boolean {
  return uuid.safeParse(reference).success
}

/** A pattern of LIKE for text that contains this, whatever it is; null for no text. Pure. */
export function containing(text: string | undefined): string | null {
  return text === undefined ? null : `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
}
