import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { existsSync, rmSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import pg from 'pg'
import { afterAll } from 'vitest'
import type { Ledger } from '../../src-main/ports/ledger.ts'
import type { Reads } from '../../src-main/ports/reads.ts'
import { createLedger } from '../../src-main/ledger/client.ts'
import { connectLedger } from '../../src-main/ledger/connection.ts'
import { removeEmbedded, startEmbedded } from '../../src-main/ledger/embedded/embedded.ts'
import type { EmbeddedLedger } from '../../src-main/ledger/embedded/embedded.ts'
import { acceptInvitation } from '../../src-main/ledger/invitation.ts'
import type { LedgerAddress } from '../../src-main/ledger/invitation.ts'
import { addMember } from '../../src-main/ledger/members.ts'
import type { NewMember } from '../../src-main/ledger/members.ts'
import { migrateLedger } from '../../src-main/ledger/migrate.ts'
import { createReads } from '../../src-main/ledger/reads.ts'
import { ensureRoles } from '../../src-main/ledger/roles.ts'

/** A running server of the test file's own, with settings that trade crash safety for speed. */
export interface TestServer extends EmbeddedLedger {
  readonly home: string
}

export interface TestMember {
  /** The login as PostgreSQL has it: the asked one and a suffix, since logins belong to the server. */
  readonly login: string
  readonly pool: pg.Pool
  readonly ledger: Ledger
  readonly reads: Reads
  /** With the password, for a second connection or another process. */
  readonly url: string
}

export interface TestLedger {
  /** Pool of the superuser on this ledger's database. */
  readonly admin: pg.Pool
  readonly adminUrl: string
  readonly database: string
  readonly address: LedgerAddress
  /**
   * A new member with a connection of their own. `person` is a name; `samePersonAs` is the login of another member
   * of this ledger, as it was asked for or as PostgreSQL has it.
   */
  member(
    login: string,
    options?: {
      readonly person?: string
      readonly samePersonAs?: string
      readonly kind?: 'human' | 'agent' | 'service'
      readonly roles?: NewMember['roles']
    },
  ): Promise<TestMember>
  /** Ends all connections, drops the database and its members' logins. */
  close(): Promise<void>
}

const template = 'ledger_template'
let shared: Promise<TestServer> | undefined
let databases = 0

/** The test file's server, started at the first call and removed after the file's last test. */
export async function testServer(): Promise<TestServer> {
  shared ??= bringUp()
  return shared
}

async function bringUp(): Promise<TestServer> {
  const home = await mkdtemp(path.join(tmpdir(), 'pilothouse-ledger-'))
  // As root the server runs as another account, which has to get to its folder in here.
  await chmod(home, 0o711)
  const unsafe = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' }
  try {
    const server = await startEmbedded(home, { idleMs: 60_000, settings: unsafe })
    process.once('exit', () => abandon(home, server.pid))
    await onServer(server, 'postgres', (client) => client.query(`CREATE DATABASE ${template}`))
    await onServer(server, template, (client) => migrateLedger(client))
    return { ...server, home }
  } catch (error) {
    await remove(home)
    throw error
  }
}

async function remove(home: string): Promise<void> {
  await removeEmbedded(home)
  await rm(home, { recursive: true, force: true, maxRetries: 20 })
}

/** For a process that ends before its afterAll; where the home is gone, so is the server. */
function abandon(home: string, pid: number): void {
  if (!existsSync(home)) return
  process.kill(pid, 'SIGINT')
  rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
}

afterAll(async () => {
  // One that didn't start has told the tests that asked, and has cleared up after itself.
  const [started] = await Promise.allSettled([shared])
  shared = undefined
  if (started.status === 'fulfilled' && started.value !== undefined) await remove(started.value.home)
})

async function onServer<T>(
  server: TestServer | EmbeddedLedger,
  database: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(adminUrl(server, database))
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** The superuser's URL of one database, password included. */
export function adminUrl({ user, password, host, port }: EmbeddedLedger, database: string): string {
  return `postgres://${user}:${password}@${host}:${port}/${database}`
}

/** A new empty database of the test file's server: no roles prepared in it, nothing migrated. */
export async function emptyDatabase(): Promise<{ database: string; url: string }> {
  const server = await testServer()
  databases += 1
  const database = `empty_${databases}`
  await onServer(server, 'postgres', (client) => client.query(`CREATE DATABASE ${database}`))
  return { database, url: adminUrl(server, database) }
}

/** A fresh ledger, migrated and initialised, in a database of its own. */
export async function startTestLedger(): Promise<TestLedger> {
  const server = await testServer()
  databases += 1
  const database = `ledger_${databases}`
  await onServer(server, 'postgres', (client) =>
    client.query(`CREATE DATABASE ${database} TEMPLATE ${template}`),
  )
  const url = adminUrl(server, database)
  const admin = new pg.Pool({ connectionString: url, max: 4 })
  // Dropping the database ends connections that nobody uses any more.
  admin.on('error', (error) => process.emitWarning(error))
  // A pool that ends takes its own listener off a connection that the server may still be ending.
  admin.on('connect', (client) => client.on('error', (error) => process.emitWarning(error)))
  await withClient(admin, async (client) => {
    // A database's own grants aren't copied with a template.
    await ensureRoles(client)
    await client.query('SELECT pilothouse.initialise(true)')
  })
  const address = { host: server.host, port: server.port, database, tls: null, ca: null }
  const members = new Map<string, TestMember>()
  return {
    admin,
    adminUrl: url,
    database,
    address,
    member: (login, options = {}) => join(admin, address, members, login, options),
    close: () => close(server, database, admin, [...members.values()]),
  }
}

async function withClient<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    return await work(client)
  } finally {
    client.release()
  }
}

async function join(
  admin: pg.Pool,
  address: LedgerAddress,
  members: Map<string, TestMember>,
  asked: string,
  options: NonNullable<Parameters<TestLedger['member']>[1]>,
): Promise<TestMember> {
  const login = `${asked}_${randomBytes(3).toString('hex')}`
  const other = options.samePersonAs
  const who =
    other === undefined
      ? { person: options.person ?? asked }
      : { same_person_as: members.get(other)?.login ?? other }
  const invitation = await withClient(admin, (client) =>
    addMember(client, address, { login, kind: options.kind ?? 'human', roles: options.roles ?? [], ...who }),
  )
  const password = randomBytes(12).toString('hex')
  const connection = await acceptInvitation(invitation, password)
  const pool = await connectLedger({ ...connection, application_name: `pilothouse/test ${asked}` })
  const url = `postgres://${login}:${password}@${address.host}:${address.port}/${address.database}`
  const member = { login, pool, url, ledger: createLedger(pool), reads: createReads(pool) }
  members.set(asked, member)
  return member
}

async function close(
  server: TestServer,
  database: string,
  admin: pg.Pool,
  members: TestMember[],
): Promise<void> {
  const open = [admin, ...members.map(({ pool }) => pool)].filter((pool) => !pool.ended)
  await Promise.all(open.map((pool) => pool.end()))
  await onServer(server, 'postgres', async (client) => {
    await client.query(`DROP DATABASE ${database} WITH (FORCE)`)
    for (const { login } of members) await client.query(`DROP ROLE ${pg.escapeIdentifier(login)}`)
  })
}
