import { realpath } from 'node:fs/promises'
import pg from 'pg'
import { z } from 'zod'
import { errorCodeOf, queryRow } from '../query.ts'

/** The superuser's way in. */
export interface Login {
  readonly host: '127.0.0.1'
  readonly port: number
  readonly user: string
  readonly password: string
}

/** Whether the server at a port serves a data folder; where it does, whether it needs a database or an idle watch. */
export type Answer =
  | { readonly kind: 'ours'; readonly hasDatabase: boolean; readonly watched: boolean }
  /** A server answers, but not to this password, or it is another one. */
  | { readonly kind: 'refused'; readonly error: unknown }
  | { readonly kind: 'silent'; readonly error: unknown }

/** The name under which the idle watch shows in pg_stat_activity. */
export const idleWatchName = 'pilothouse/idle-watch'

const facts = z.object({ folder: z.string(), has_database: z.boolean(), watched: z.boolean() })

/** Asks the server at that port what it serves. */
export async function probe(login: Login, data: string, database: string): Promise<Answer> {
  try {
    const { folder, has_database, watched } = await asSuperuser(login, (client) =>
      queryRow(
        client,
        facts,
        `SELECT current_setting('data_directory') AS folder,
                EXISTS (SELECT FROM pg_database WHERE datname = $1) AS has_database,
                EXISTS (SELECT FROM pg_stat_activity WHERE application_name = $2) AS watched`,
        [database, idleWatchName],
      ),
    )
    const same = (await realpath(folder)) === (await realpath(data))
    if (!same) return { kind: 'refused', error: new RangeError(`it serves ${folder}`) }
    return { kind: 'ours', hasDatabase: has_database, watched }
  } catch (error) {
    const code = errorCodeOf(error)
    const refused = code === '28P01' || code === '28000'
    return { kind: refused ? 'refused' : 'silent', error }
  }
}

/** Makes the ledger's database. */
export async function createDatabase(login: Login, database: string): Promise<void> {
  await asSuperuser(login, (client) => client.query(`CREATE DATABASE ${pg.escapeIdentifier(database)}`))
}

async function asSuperuser<T>(login: Login, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    ...login,
    database: 'postgres',
    ssl: false,
    connectionTimeoutMillis: 5000,
    statement_timeout: 30_000,
    application_name: 'pilothouse/embedded',
  })
  // Whatever breaks the connection also rejects what waits for it.
  let broken: Error | undefined
  client.on('error', (error) => {
    broken = error
  })
  await client.connect()
  try {
    return await work(client)
  } finally {
    if (broken === undefined) await client.end()
  }
}
