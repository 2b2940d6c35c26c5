import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { enginePing } from './engineSocket.ts'

const run = promisify(execFile)
const startLimitMs = 60_000
const stopLimitMs = 30_000

/** A Docker Engine of this test run. */
export interface OwnEngine {
  /** Such as `unix:///tmp/pilothouse-dockerd-x/docker.sock`. */
  address: string
  stop: () => Promise<void>
}

interface Place {
  folder: string
  address: string
  bridge: string
  /** The second number of a 10.x network that no route of this machine uses. */
  network: number
}

/** The first free x of 10.x.0.0/16, from 200 on; tests' containers get addresses in it. */
export function freeNetwork(routes: string): number {
  for (let network = 200; network < 255; network += 1) {
    if (!new RegExp(`\\b10\\.${network}\\.`).test(routes)) return network
  }
  throw new RangeError('no free network between 10.200.0.0 and 10.254.0.0')
}

/**
 * dockerd's arguments: everything in one folder, and no rule in the machine's firewall. Published ports
 * work through docker's own proxy; containers reach each other over the bridge, but not the world.
 */
export function dockerdArguments({ folder, address, bridge, network }: Place): string[] {
  return [
    `--host=${address}`,
    `--config-file=${path.join(folder, 'daemon.json')}`,
    `--data-root=${path.join(folder, 'data')}`,
    `--exec-root=${path.join(folder, 'exec')}`,
    `--pidfile=${path.join(folder, 'dockerd.pid')}`,
    `--bridge=${bridge}`,
    `--default-address-pool=base=10.${network}.128.0/17,size=24`,
    '--iptables=false',
    '--ip-forward=false',
    '--ip-masq=false',
    '--log-level=warn',
  ]
}

async function choosePlace(): Promise<Place> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pilothouse-dockerd-'))
  const network = freeNetwork((await run('ip', ['-4', 'route', 'show', 'table', 'all'])).stdout)
  return {
    folder,
    address: `unix://${path.join(folder, 'docker.sock')}`,
    bridge: `ph${process.pid}`,
    network,
  }
}

async function preparePlace({ folder, bridge, network }: Place): Promise<void> {
  await writeFile(path.join(folder, 'daemon.json'), '{}')
  await run('ip', ['link', 'add', 'name', bridge, 'type', 'bridge'])
  await run('ip', ['address', 'add', `10.${network}.0.1/24`, 'dev', bridge])
  await run('ip', ['link', 'set', bridge, 'up'])
}

/** Takes back what is left of an engine that has ended: mounts, bridge, folder. */
async function clearPlace({ folder, bridge }: Place): Promise<void> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8'))
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((mount) => mount.startsWith(`${folder}/`))
  for (const mount of mounts.reverse()) await run('umount', [mount])
  if (existsSync(`/sys/class/net/${bridge}`)) await run('ip', ['link', 'delete', bridge])
  await rm(folder, { recursive: true, force: true, maxRetries: 3 })
}

async function untilReady(address: string, dockerd: ChildProcess, log: string): Promise<void> {
  const end = Date.now() + startLimitMs
  while ((await enginePing(address)) !== undefined) {
    if (dockerd.exitCode !== null || Date.now() > end) {
      throw new Error(`dockerd did not start:\n${(await readFile(log, 'utf8')).slice(-2000)}`)
    }
    await sleep(100)
  }
}

/** Removes what tests left in the engine, so that no network interface outlives it. */
async function emptyEngine(address: string): Promise<void> {
  const docker = async (...args: string[]): Promise<string[]> =>
    (await run('docker', ['--host', address, ...args])).stdout.split('\n').filter(Boolean)
  const containers = await docker('ps', '--all', '--quiet')
  if (containers.length > 0) await docker('rm', '--force', '--volumes', ...containers)
  const networks = await docker('network', 'ls', '--quiet', '--filter', 'type=custom')
  if (networks.length > 0) await docker('network', 'rm', ...networks)
}

async function end(dockerd: ChildProcess): Promise<void> {
  if (dockerd.pid === undefined || dockerd.exitCode !== null || dockerd.signalCode !== null) return
  const exit = once(dockerd, 'exit')
  dockerd.kill('SIGTERM')
  const late = await Promise.race([exit.then(() => false), sleep(stopLimitMs, true, { ref: false })])
  if (late) {
    dockerd.kill('SIGKILL')
    await exit
  }
}

async function spawnDockerd(place: Place, log: string): Promise<ChildProcess> {
  const output = await open(log, 'a')
  try {
    const dockerd = spawn('setpriv', ['--pdeathsig', 'TERM', 'dockerd', ...dockerdArguments(place)], {
      detached: true,
      stdio: ['ignore', output.fd, output.fd],
    })
    await once(dockerd, 'spawn')
    return dockerd
  } finally {
    await output.close()
  }
}

/**
 * Starts a Docker Engine in a folder of its own. It needs root. Whoever starts it must call `stop`; should the
 * process be killed before that, the engine still ends with it (setpriv's parent-death signal), but its
 * folder and bridge stay.
 */
export async function startDockerd(): Promise<OwnEngine> {
  const place = await choosePlace()
  let dockerd: ChildProcess | undefined
  const stop = async (): Promise<void> => {
    if (dockerd !== undefined) await end(dockerd)
    await clearPlace(place)
  }
  try {
    await preparePlace(place)
    const log = path.join(place.folder, 'dockerd.log')
    dockerd = await spawnDockerd(place, log)
    await untilReady(place.address, dockerd, log)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    address: place.address,
    stop: async () => {
      await emptyEngine(place.address)
      await stop()
    },
  }
}
