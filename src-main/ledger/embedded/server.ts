import { execFile } from 'node:child_process'
import { open, rename, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import { identityOf } from './account.ts'
import type { Account } from './account.ts'
import { program } from './binaries.ts'
import type { Binaries } from './binaries.ts'
import { textIfThere } from './files.ts'
import { livePostmaster, releaseReusedPid } from './postmaster.ts'
import type { Postmaster } from './postmaster.ts'
import { serverAccess, serverSettings } from './settings.ts'

const run = promisify(execFile)

/** The superuser of every embedded server. */
export const superuser = 'pilothouse_admin'

/** One embedded server: who runs it, from which binaries, and the folder that holds all it writes. */
export interface Server {
  readonly account: Account
  readonly binaries: Binaries
  readonly place: string
  /** Settings beside our own, for tests. */
  readonly settings: Readonly<Record<string, string>>
}

/** PostgreSQL's data folder. */
export function dataFolder(server: Pick<Server, 'place'>): string {
  return path.join(server.place, 'data')
}

/** Whether there is a whole data folder. */
export async function isInitialised(server: Pick<Server, 'place'>): Promise<boolean> {
  return (await textIfThere(path.join(dataFolder(server), 'PG_VERSION'))) !== undefined
}

/**
 * Makes the data folder if there is none. A half-made one is thrown away: it gets its name only when it is whole.
 * Throws `ledger_unavailable` (hints `embedded_other_major`, `embedded_init_failed`).
 */
export async function initialise(server: Server, password: string): Promise<void> {
  const major = (await textIfThere(path.join(dataFolder(server), 'PG_VERSION')))?.trim()
  if (major === server.binaries.major) return
  if (major !== undefined)
    throw new PilothouseError(
      'ledger_unavailable',
      { data: major, program: server.binaries.major },
      { hint: 'embedded_other_major' },
    )
  const unfinished = `${dataFolder(server)}.new`
  const passwordFile = path.join(server.place, 'initial-password')
  await rm(unfinished, { recursive: true, force: true })
  await writeOwned(server, passwordFile, password)
  try {
    const args = initArguments(unfinished, passwordFile)
    if (server.settings['fsync'] === 'off') args.push('--no-sync')
    await runProgram(server, 'initdb', args, 'embedded_init_failed')
  } finally {
    await rm(passwordFile, { force: true })
  }
  await rename(unfinished, dataFolder(server))
}

/** The locale is PostgreSQL's own, so that text sorts alike wherever the ledger runs. */
function initArguments(data: string, passwordFile: string): string[] {
  return [
    ...['-D', data, '-U', superuser, '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8'],
    ...['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-instructions'],
  ]
}

const startAttempts = 10

/**
 * Starts the server detached, on a free port, and waits until it takes connections.
 * Throws `ledger_unavailable` (hint `embedded_start_failed`) with the end of the server's first log.
 */
export async function start(server: Server): Promise<Postmaster> {
  await releaseReusedPid(dataFolder(server))
  await startSomewhere(server)
  const live = await livePostmaster(dataFolder(server))
  if (live !== null) return live
  throw new PilothouseError('ledger_unavailable', { program: 'postgres' }, { hint: 'embedded_start_failed' })
}

async function startSomewhere(server: Server): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(server, await freePort())
    } catch (error) {
      if (attempt === startAttempts || !(await mayPass(server))) throw error
      await sleep(500)
    }
  }
}

function firstLog(server: Server): string {
  return path.join(server.place, 'start.log')
}

/** Another program took the port meanwhile; processes of a killed server are just ending. */
async function mayPass(server: Server): Promise<boolean> {
  const log = (await textIfThere(firstLog(server))) ?? ''
  return /could not bind|could not create any TCP|pre-existing shared memory/.test(log)
}

async function startOnce(server: Server, port: number): Promise<void> {
  const data = dataFolder(server)
  await writeOwned(server, path.join(data, 'postgresql.conf'), serverSettings(port, server.settings))
  await writeOwned(server, path.join(data, 'pg_hba.conf'), serverAccess)
  await writeOwned(server, firstLog(server), '')
  const args = ['start', '-D', data, '-l', firstLog(server), '-w', '-t', '300', '-s']
  await runProgram(server, 'pg_ctl', args, 'embedded_start_failed')
}

/** Ends all connections and stops the server; waits until it is down. */
export async function stop(server: Server): Promise<void> {
  const args = ['stop', '-D', dataFolder(server), '-m', 'fast', '-w', '-t', '120', '-s']
  await runProgram(server, 'pg_ctl', args, 'embedded_stop_failed')
}

async function runProgram(
  server: Server,
  name: 'initdb' | 'pg_ctl',
  args: string[],
  hint: string,
): Promise<void> {
  const { PATH = '', SystemRoot = '', TEMP = '' } = process.env
  const env = { PATH, LC_ALL: 'C', TZ: 'UTC', ...(process.platform === 'win32' ? { SystemRoot, TEMP } : {}) }
  const options = { cwd: server.place, env, windowsHide: true, ...identityOf(server.account) }
  try {
    await run(program(server.binaries, name), args, options)
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
    const log = (await textIfThere(firstLog(server)))?.slice(-2000) ?? ''
    throw new PilothouseError('ledger_unavailable', { program: name, said, log }, { cause: error, hint })
  }
}

/** Writes a new file that only the server's account (and root) can read, in place of an old one. */
async function writeOwned(server: Server, file: string, content: string): Promise<void> {
  await rm(file, { force: true })
  const handle = await open(file, 'wx', 0o600)
  try {
    await handle.writeFile(content)
    if (server.account.kind === 'other') await handle.chown(server.account.uid, server.account.gid)
  } finally {
    await handle.close()
  }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  return new Promise((resolve, reject) => {
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port)
        else reject(new TypeError('a listening socket has no port'))
      })
    })
  })
}
