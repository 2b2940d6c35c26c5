import { stat } from 'node:fs/promises'
import process from 'node:process'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { z } from 'zod'
import { errorCodeOf, queryRow } from '../query.ts'
import { stopServer } from './embedded.ts'
import { isMissing } from './files.ts'
import { underLockFile } from './lockFile.ts'
import { idleWatchName } from './probe.ts'
import type { IdleWatchOrder } from './startIdleWatch.ts'
import { publishedFile } from './state.ts'

const order: z.ZodType<IdleWatchOrder> = z.object({
  home: z.string(),
  idle_ms: z.number().positive(),
  login: z.object({ host: z.literal('127.0.0.1'), port: z.int(), user: z.string(), password: z.string() }),
  server: z.object({
    place: z.string(),
    settings: z.record(z.string(), z.string()),
    binaries: z.object({ folder: z.string(), version: z.string(), major: z.string() }),
    account: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('self') }),
      z.object({ kind: z.literal('other'), uid: z.int(), gid: z.int() }),
    ]),
  }),
})

/** Clients other than this one, and when somebody last announced to connect. */
interface Activity {
  readonly clients: number
  readonly touched: number
}

async function observe(client: pg.Client, home: string): Promise<Activity> {
  const { clients } = await queryRow(
    client,
    z.object({ clients: z.int() }),
    `SELECT count(*)::int AS clients FROM pg_stat_activity
      WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
  )
  return { clients, touched: await touchedAt(home) }
}

async function touchedAt(home: string): Promise<number> {
  try {
    return (await stat(publishedFile(home))).mtimeMs
  } catch (error) {
    if (isMissing(error)) return 0
    throw error
  }
}

/** Waits until nobody has been here for the whole limit. Monotonic time: a suspended machine doesn't count as idle. */
async function untilIdle(client: pg.Client, { home, idle_ms }: IdleWatchOrder): Promise<Activity> {
  const pause = Math.min(Math.max(idle_ms / 10, 50), 15_000)
  let seen = await observe(client, home)
  let since = performance.now()
  while (performance.now() - since < idle_ms) {
    await sleep(pause)
    const now = await observe(client, home)
    if (now.clients > 0 || now.touched !== seen.touched) since = performance.now()
    seen = now
  }
  return seen
}

/** True when the server was stopped; false where somebody came while we waited for the lock. */
async function stopIfStillIdle(client: pg.Client, given: IdleWatchOrder, seen: Activity): Promise<boolean> {
  return underLockFile(given.home, async () => {
    const now = await observe(client, given.home)
    if (now.clients > 0 || now.touched !== seen.touched) return false
    client.removeAllListeners('end')
    await client.end()
    return stopServer(given.home, given.server)
  })
}

/** False where the server was stopped before this process had come up. */
async function connects(client: pg.Client): Promise<boolean> {
  try {
    await client.connect()
    return true
  } catch (error) {
    if (['ECONNREFUSED', 'ECONNRESET', '57P01', '57P03'].includes(errorCodeOf(error) ?? '')) return false
    throw error
  }
}

async function watch(): Promise<void> {
  const given = order.parse(JSON.parse(await text(process.stdin)))
  const client = new pg.Client({
    ...given.login,
    database: 'postgres',
    ssl: false,
    application_name: idleWatchName,
    keepAlive: true,
  })
  // The server is gone or going: nothing is left to watch.
  client.on('error', () => process.exit(0))
  client.on('end', () => process.exit(0))
  if (!(await connects(client))) return
  const { alone } = await queryRow(
    client,
    z.object({ alone: z.boolean() }),
    `SELECT pg_try_advisory_lock(hashtextextended('pilothouse idle watch', 0)) AS alone`,
  )
  if (!alone) return client.end()
  while (!(await stopIfStillIdle(client, given, await untilIdle(client, given))));
}

await watch()
