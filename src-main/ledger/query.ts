import pg from 'pg'
import type { z } from 'zod'

/** Anything that runs a statement: a client in a transaction, or a pool. */
export type Queryable = Pick<pg.ClientBase, 'query'> | Pick<pg.Pool, 'query'>

/** Runs one statement and parses every row; a row of another shape is a bug and throws zod's error. */
export async function queryRows<Row>(
  db: Queryable,
  row: z.ZodType<Row>,
  sql: string,
  params: unknown[] = [],
): Promise<Row[]> {
  const result = await db.query<Record<string, unknown>>(sql, params)
  return row.array().parse(result.rows)
}

/** Like `queryRows`, for statements that give exactly one row. */
export async function queryRow<Row>(
  db: Queryable,
  row: z.ZodType<Row>,
  sql: string,
  params: unknown[] = [],
): Promise<Row> {
  const [first] = await queryRows(db, row, sql, params)
  if (first === undefined) throw new TypeError(`a statement gave no row: ${sql}`)
  return first
}

/** The SQLSTATE (or Node's error code) of whatever the database or the network threw; null where there is none. */
export function errorCodeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}

/** Runs `work` between BEGIN and COMMIT, and rolls back if it throws. */
export async function inTransaction<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN')
  try {
    const result = await work()
    await client.query('COMMIT')
    return result
  } catch (error) {
    await rollBack(client)
    throw error
  }
}

/** Rolls back; false where the connection is gone, and with it the transaction. */
export async function rollBack(client: pg.ClientBase): Promise<boolean> {
  return client.query('ROLLBACK').then(
    () => true,
    () => false,
  )
}
