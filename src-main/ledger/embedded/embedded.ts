import { mkdir, realpath } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import { findBinaries, runnableBy } from './binaries.ts'
import { isMissing } from './files.ts'
import { underLockFile } from './lockFile.ts'
import { findPlace, makePlace, removePlace } from './place.ts'
import type { Place } from './place.ts'
import { livePostmaster } from './postmaster.ts'
import type { Postmaster } from './postmaster.ts'
import { createDatabase, probe } from './probe.ts'
import type { Answer, Login } from './probe.ts'
import { dataFolder, initialise, isInitialised, start, stop, superuser } from './server.ts'
import type { Server } from './server.ts'
import { startIdleWatch } from './startIdleWatch.ts'
import {
  passwordFiles,
  publish,
  randomPassword,
  readPublished,
  superuserSecret,
  touch,
  unpublish,
} from './state.ts'
import type { PasswordKeeper } from './state.ts'

const database = 'pilothouse'

/** A running embedded server and its superuser's login: whoever owns the data home owns the database. */
export interface EmbeddedLedger {
  readonly host: '127.0.0.1'
  readonly port: number
  readonly user: string
  readonly password: string
  /** The ledger's own database. */
  readonly database: string
  readonly pid: number
  readonly dataDir: string
  /** `postgres://…` of the database above, without the password. */
  readonly url: string
}

export interface EmbeddedOptions {
  /** Files of the data home where none is given. */
  readonly passwords?: PasswordKeeper
  /** Milliseconds without any connection after which the server stops; 10 minutes where none is given. */
  readonly idleMs?: number
  /** PostgreSQL settings beside our own, from the next start on. */
  readonly settings?: Readonly<Record<string, string>>
}

export type EmbeddedStatus =
  | { readonly state: 'absent' }
  | { readonly state: 'stopped'; readonly dataDir: string }
  | { readonly state: 'running'; readonly dataDir: string; readonly pid: number; readonly port: number }

/**
 * The embedded server of a data home: found where it runs, otherwise made and started, detached from this process.
 * Any number of processes may call this at once. Throws `ledger_unavailable` with hints `embedded_*`.
 */
export async function startEmbedded(home: string, options: EmbeddedOptions = {}): Promise<EmbeddedLedger> {
  await mkdir(home, { recursive: true, mode: 0o700 })
  const real = await realpath(home)
  return underLockFile(real, async () => {
    const place = (await findPlace(real)) ?? (await makePlace(real))
    const server = await serverIn(place, options.settings)
    const passwords = options.passwords ?? passwordFiles(real)
    const live = await livePostmaster(dataFolder(server))
    const password = await superuserPassword(passwords, await isInitialised(server))
    const running = live ?? (await bringUp(server, password))
    const login = { host: '127.0.0.1', port: running.port, user: superuser, password } as const
    const { hasDatabase, watched } = await answerOf(login, dataFolder(server))
    if (!hasDatabase) await createDatabase(login, database)
    await announce(real, server, running)
    if (!watched) await startIdleWatch(real, server, login, options.idleMs ?? 600_000)
    const url = `postgres://${superuser}@127.0.0.1:${running.port}/${database}`
    return { ...login, database, pid: running.pid, dataDir: dataFolder(server), url }
  })
}

/** Stops the server of a data home, ending its connections. False where none ran. */
export async function stopEmbedded(home: string): Promise<boolean> {
  return atPlace(home, false, async (real, place) => stopServer(real, await serverIn(place)))
}

/** Stops a server and takes its `ledger.json` away. Only under the lock file of its home. */
export async function stopServer(home: string, server: Server): Promise<boolean> {
  const live = await livePostmaster(dataFolder(server))
  if (live !== null) await stop(server)
  await unpublish(home)
  return live !== null
}

/** Whether a data home has an embedded server and whether it runs; starts nothing. */
export async function embeddedStatus(home: string): Promise<EmbeddedStatus> {
  const place = await realpath(home).then(findPlace, absentHome)
  if (place === null) return { state: 'absent' }
  const dataDir = dataFolder({ place: place.folder })
  const live = await livePostmaster(dataDir)
  if (live !== null) return { state: 'running', dataDir, ...live }
  return (await isInitialised({ place: place.folder })) ? { state: 'stopped', dataDir } : { state: 'absent' }
}

/** Stops the server and deletes all its data, for homes that are thrown away. The home itself stays. */
export async function removeEmbedded(home: string): Promise<void> {
  await atPlace(home, undefined, async (real, place) => {
    await stopServer(real, await serverIn(place))
    await removePlace(real, place)
    await passwordFiles(real).forget(superuserSecret)
  })
}

async function atPlace<T>(
  home: string,
  otherwise: T,
  work: (home: string, place: Place) => Promise<T>,
): Promise<T> {
  const real = await realpath(home).catch(absentHome)
  if (real === null) return otherwise
  return underLockFile(real, async () => {
    const place = await findPlace(real)
    return place === null ? otherwise : work(real, place)
  })
}

function absentHome(error: unknown): null {
  if (isMissing(error)) return null
  throw error
}

async function serverIn(place: Place, settings: Readonly<Record<string, string>> = {}): Promise<Server> {
  const binaries = await runnableBy(place.account, await findBinaries(), place.folder)
  return { account: place.account, place: place.folder, binaries, settings }
}

/** A new password would open nothing where there is data already: the old one is in it. */
async function superuserPassword(passwords: PasswordKeeper, initialised: boolean): Promise<string> {
  const kept = await passwords.read(superuserSecret)
  if (kept !== null) return kept
  if (initialised)
    throw new PilothouseError(
      'ledger_unavailable',
      { secret: superuserSecret },
      { hint: 'embedded_password_lost' },
    )
  const password = randomPassword()
  await passwords.keep(superuserSecret, password)
  return password
}

async function bringUp(server: Server, password: string): Promise<Postmaster> {
  await initialise(server, password)
  return start(server)
}

const patience = 60

/** A server found here may still be replaying what a crash left. */
async function answerOf(login: Login, data: string): Promise<Extract<Answer, { kind: 'ours' }>> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await probe(login, data, database)
    if (answer.kind === 'ours') return answer
    if (answer.kind === 'refused' || attempt === patience)
      throw new PilothouseError(
        'ledger_unavailable',
        { port: login.port },
        {
          cause: answer.error,
          hint: answer.kind === 'refused' ? 'embedded_password_lost' : 'embedded_silent',
        },
      )
    await sleep(500)
  }
}

async function announce(home: string, server: Server, { pid, port }: Postmaster): Promise<void> {
  const found = await readPublished(home)
  if (found?.pid === pid && found.port === port) return touch(home)
  const ledger = { version: 1, host: '127.0.0.1', port, pid, user: superuser, database } as const
  await publish(home, { ...ledger, data_dir: dataFolder(server) })
}
