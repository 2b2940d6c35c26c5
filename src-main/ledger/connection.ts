import { randomUUID } from 'node:crypto'
import { BlockList, isIP } from 'node:net'
import process from 'node:process'
import pg from 'pg'
import { z } from 'zod'
import { PilothouseError } from '../../src-preload/contract/errors.ts'
import { connectError } from './connectError.ts'
import { migrationNames, unknownTo } from './migrationFiles.ts'
import { passwordFromFile } from './passfile.ts'
import { queryRows } from './query.ts'

/**
 * How to reach a ledger. `ca`, `cert` and `key` are PEM text. Without `tls`, every host that isn't loopback gets
 * TLS with the certificate and its name verified; `require` encrypts without verifying, `insecure` doesn't encrypt.
 */
export interface ConnectionOptions {
  readonly connectionString: string
  readonly password?: string | undefined
  readonly ca?: string | undefined
  readonly cert?: string | undefined
  readonly key?: string | undefined
  readonly tls?: 'verify-full' | 'require' | 'insecure' | undefined
  /** Shown in pg_stat_activity; `pilothouse/cli` where none is given. */
  readonly application_name?: string | undefined
  /** Told of every connection that breaks while nobody waits for it; the pool replaces it by itself. */
  readonly onBroken?: ((error: Error) => void) | undefined
}

/** An administrator's URL, how to reach the ledger as one, or a connection that is open already. */
export type Administrator = string | ConnectionOptions | pg.ClientBase

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** Whether a host never leaves this machine: a loopback address, `localhost`, or a socket's folder. */
export function isLoopback(host: string): boolean {
  const version = isIP(host)
  if (version === 0) return host === 'localhost' || host.startsWith('/')
  return loopback.check(host, version === 4 ? 'ipv4' : 'ipv6')
}

/** The parts of a `postgres://` URL; throws `validation_error`, which never repeats the URL (it may hold a password). */
export function parseAddress(connectionString: string): {
  host: string
  port: number
  database: string
  user: string
  password: string | null
} {
  if (!URL.canParse(connectionString)) throw invalidAddress('not a URL')
  const url = new URL(connectionString)
  if (!['postgres:', 'postgresql:'].includes(url.protocol)) throw invalidAddress('not a postgres:// URL')
  const weaker = [...url.searchParams].find(([key, value]) => key !== 'sslmode' || value !== 'verify-full')
  if (weaker) throw invalidAddress(`parameter ${weaker[0]} is set outside the URL`)
  const database = decodeURIComponent(url.pathname.slice(1))
  const host = decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1')
  const user = decodeURIComponent(url.username)
  if (host === '' || database === '' || user === '')
    throw invalidAddress('host, user and database are needed')
  const password = url.password === '' ? null : decodeURIComponent(url.password)
  return { host, port: url.port === '' ? 5432 : Number(url.port), database, user, password }
}

function invalidAddress(problem: string): PilothouseError<'validation_error'> {
  return new PilothouseError('validation_error', { problems: [{ path: 'ledger', problem }] })
}

/** What node-postgres gets for one connection: TLS, limits (milliseconds) and keepalive. Pure. */
export function connectionConfig(options: ConnectionOptions): pg.ClientConfig {
  const { host, port, database, user, password } = parseAddress(options.connectionString)
  const known = options.password ?? password
  return {
    host,
    port,
    database,
    user,
    ...(known === null ? {} : { password: known }),
    ssl: tlsConfig(host, options),
    application_name: options.application_name ?? 'pilothouse/cli',
    connectionTimeoutMillis: 10_000,
    statement_timeout: 60_000,
    // Longer than the server's own limit: it is for a network that swallows the answer.
    query_timeout: 75_000,
    lock_timeout: 15_000,
    idle_in_transaction_session_timeout: 30_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  }
}

function tlsConfig(host: string, options: ConnectionOptions): pg.ClientConfig['ssl'] {
  const wanted = options.tls ?? (isLoopback(host) ? 'insecure' : 'verify-full')
  if (wanted === 'insecure') return false
  return {
    rejectUnauthorized: wanted === 'verify-full',
    minVersion: 'TLSv1.2',
    ...(options.ca === undefined ? {} : { ca: options.ca }),
    ...(options.cert === undefined ? {} : { cert: options.cert }),
    ...(options.key === undefined ? {} : { key: options.key }),
  }
}

/**
 * A server that asks gets an answer in any case: node-postgres would leave a connection without password open until
 * the server gives up on it, a minute later. A random one is wrong, and said to be.
 */
async function withPassword(options: ConnectionOptions): Promise<pg.ClientConfig> {
  const config = connectionConfig(options)
  if (config.password !== undefined) return config
  const password =
    process.env['PGPASSWORD'] ?? (await passwordFromFile(parseAddress(options.connectionString)))
  return { ...config, password: password ?? randomUUID() }
}

/**
 * Opens a pool on a ledger and checks that this program understands its schema.
 *
 * Throws `ledger_unavailable` (hints: `unreachable`, `tls`, `starting`, `too_many_connections`, `database_missing`,
 * `not_migrated`, `migrate_needed`), `permission_denied` (hints: `ledger_password`, `ledger_login`, `not_a_member`),
 * `ledger_schema_newer`, `validation_error` for an address that is none.
 */
export async function connectLedger(options: ConnectionOptions): Promise<pg.Pool> {
  const pool = new pg.Pool({ ...(await withPassword(options)), max: 8, idleTimeoutMillis: 30_000 })
  const heard = options.onBroken ?? ignoreBroken
  pool.on('error', heard)
  pool.on('connect', (client) => client.on('error', heard))
  try {
    await checkSchema(pool)
    return pool
  } catch (error) {
    await pool.end()
    throw connectError(error, parseAddress(options.connectionString))
  }
}

/** The statement that was running rejects by itself, and the pool makes a new connection for the next one. */
const ignoreBroken = (): void => undefined

/** Throws unless the ledger's schema is one that this program works with. */
export async function checkSchema(pool: pg.Pool | pg.ClientBase): Promise<void> {
  const known = await migrationNames()
  const applied = await queryRows(
    pool,
    z.object({ name: z.string(), breaking: z.boolean() }),
    'SELECT name, breaking FROM pilothouse_migrations.schema_history ORDER BY name COLLATE "C"',
  )
  const breaking = unknownTo(known, applied).filter((migration) => migration.breaking)
  if (breaking.length > 0)
    throw new PilothouseError('ledger_schema_newer', { migrations: breaking.map(({ name }) => name) })
  const missing = unknownTo(
    applied.map(({ name }) => name),
    known.map((name) => ({ name })),
  )
  if (missing.length > 0)
    throw new PilothouseError(
      'ledger_unavailable',
      { migrations: missing.map(({ name }) => name) },
      { hint: 'migrate_needed' },
    )
}

/** Runs `work` on an administrator's connection: the one given, or one that is opened for it and closed after. */
export async function withAdministrator<T>(
  admin: Administrator,
  work: (client: pg.ClientBase) => Promise<T>,
): Promise<T> {
  if (typeof admin === 'object' && 'query' in admin) return work(admin)
  const options = typeof admin === 'string' ? { connectionString: admin } : admin
  const config = await withPassword({ application_name: 'pilothouse/ledger', ...options })
  // A migration may take longer than any desktop's command.
  const client = new pg.Client({ ...config, query_timeout: 0 })
  client.on('error', options.onBroken ?? ignoreBroken)
  try {
    await client.connect()
  } catch (error) {
    throw connectError(error, parseAddress(options.connectionString))
  }
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
