import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFile,
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)
const startLimitMs = 20_000

/** A real sshd of this test on loopback, with keys of its own and one user: whoever runs the test. */
export interface Sshd extends AsyncDisposable {
  readonly port: number
  readonly user: string
  /** The private key that it lets in. */
  readonly identity: string
  /** Its host keys' fingerprints, as `ssh-keygen -l` tells them. */
  readonly hostKeys: Readonly<Record<'ed25519' | 'rsa', string>>
  readonly folder: string
  /** Makes one more key pair, which nobody lets in, with a passphrase where one is given; gives the private key's path. */
  keyPair(name: string, passphrase?: string): Promise<string>
  /** Lets in whoever has the private key at this path. */
  admit(identity: string): Promise<void>
  /** Kills every open connection's process on the host, as if the cable were cut; gives how many there were. */
  cut(): Promise<number>
  /** Refuses new connections until `resume`; open ones stay. */
  pause(): Promise<void>
  resume(): Promise<void>
}

export interface SshdOptions {
  /** What sessions get as environment, beyond sshd's own. */
  readonly environment?: Readonly<Record<string, string>>
}

/** A port of loopback that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new TypeError('no port')
  return address.port
}

async function makeKey(file: string, type: string, passphrase = ''): Promise<void> {
  await run('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', path.basename(file), '-f', file])
}

async function fingerprint(file: string): Promise<string> {
  const { stdout } = await run('ssh-keygen', ['-lf', `${file}.pub`])
  return /SHA256:\S+/.exec(stdout)?.[0] ?? ''
}

function configOf(folder: string, port: number, environment: Readonly<Record<string, string>>): string {
  const sets = Object.entries(environment).map(([name, value]) => `"${name}=${value}"`)
  const lines = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${path.join(folder, 'host_ed25519')}`,
    `HostKey ${path.join(folder, 'host_rsa')}`,
    'PidFile none',
    `AuthorizedKeysFile ${path.join(folder, 'authorized_keys')}`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    'PrintMotd no',
    ...(sets.length > 0 ? [`SetEnv ${sets.join(' ')}`] : []),
  ]
  return `${lines.join('\n')}\n`
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'data')
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false
    throw error
  } finally {
    socket.destroy()
  }
}

async function launch(folder: string, port: number): Promise<ChildProcess> {
  const sshd = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', path.join(folder, 'sshd_config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let log = ''
  sshd.stderr?.on('data', (text: Buffer) => (log += text.toString()))
  const end = Date.now() + startLimitMs
  while (!(await answers(port))) {
    if (sshd.exitCode !== null || Date.now() > end)
      throw new TypeError(`sshd did not start:\n${log.slice(-2000)}`)
    await sleep(20)
  }
  return sshd
}

async function childrenOf(pid: number): Promise<number[]> {
  const listed = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(gone)
  return listed.split(' ').filter(Boolean).map(Number)
}

/** A process may end while it is looked at. */
function gone(error: unknown): string {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
    return ''
  throw error
}

async function sessionsOf(listener: number): Promise<number[]> {
  const found: number[] = []
  for (const pid of await childrenOf(listener)) {
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(gone)
    if (name.startsWith('sshd')) found.push(...(await sessionsOf(pid)), pid)
  }
  return found
}

/** A session may end by itself between being listed and being killed. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

async function end(sshd: ChildProcess): Promise<void> {
  if (sshd.exitCode !== null || sshd.signalCode !== null) return
  const exit = once(sshd, 'exit')
  sshd.kill('SIGTERM')
  await exit
}

/** Ends when it is disposed of: the listener, its connections, its folder. Needs the part sshd. */
export async function startSshd({ environment = {} }: SshdOptions = {}): Promise<Sshd> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pilothouse-sshd-'))
  const port = await freePort()
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true })
  await makeKey(path.join(folder, 'host_ed25519'), 'ed25519')
  await makeKey(path.join(folder, 'host_rsa'), 'rsa')
  await makeKey(path.join(folder, 'identity'), 'ed25519')
  await writeFile(
    path.join(folder, 'authorized_keys'),
    await readFile(path.join(folder, 'identity.pub'), 'utf8'),
  )
  await writeFile(path.join(folder, 'sshd_config'), configOf(folder, port, environment))
  let sshd = await launch(folder, port)
  const cut = async (): Promise<number> => {
    const sessions = sshd.pid === undefined ? [] : await sessionsOf(sshd.pid)
    for (const pid of sessions) killIfThere(pid)
    return sessions.length
  }
  return {
    port,
    folder,
    user: userInfo().username,
    identity: path.join(folder, 'identity'),
    hostKeys: {
      ed25519: await fingerprint(path.join(folder, 'host_ed25519')),
      rsa: await fingerprint(path.join(folder, 'host_rsa')),
    },
    keyPair: async (name, passphrase) => {
      await makeKey(path.join(folder, name), 'ed25519', passphrase)
      return path.join(folder, name)
    },
    admit: async (identity) =>
      appendFile(path.join(folder, 'authorized_keys'), await readFile(`${identity}.pub`, 'utf8')),
    cut,
    pause: () => end(sshd),
    resume: async () => {
      sshd = await launch(folder, port)
    },
    [Symbol.asyncDispose]: async () => {
      await cut()
      await end(sshd)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A folder for PATH with every program of the machine but these; removed when it is disposed of. */
export async function programsWithout(...missing: string[]): Promise<AsyncDisposable & { folder: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pilothouse-path-'))
  const seen = new Set(missing)
  for (const place of ['/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin']) {
    for (const name of await readdir(place)) {
      if (seen.has(name)) continue
      seen.add(name)
      await symlink(path.join(place, name), path.join(folder, name))
    }
  }
  await chmod(folder, 0o755)
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}
