import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../ports/clock.ts'
import { byHandOn } from './byHand.ts'
import type { ByHand } from './byHand.ts'
import { Commands } from './commands.ts'
import { SimulatedDocker } from './docker.ts'
import type { HostParts } from './hostParts.ts'
import { stateOf } from './hostState.ts'
import type { HostState } from './hostState.ts'
import { ImageStore } from './imageStore.ts'
import { makeKey } from './keys.ts'
import { Projects } from './project.ts'
import { SshServer } from './sshServer.ts'
import { Strangers } from './stranger.ts'
import { Switches } from './switches.ts'
import { usualTempo } from './tempo.ts'
import type { Tempo } from './tempo.ts'

/** Everything may be left out. */
export interface SimulatedHostOptions {
  readonly user?: string
  /** References of images that are on the host from the beginning. */
  readonly images?: readonly string[]
  /** Names of networks and volumes that documents may declare as external. */
  readonly networks?: readonly string[]
  readonly volumes?: readonly string[]
  readonly tempo?: Partial<Tempo>
  readonly clock?: Clock
}

/** A simulated host that listens until it is closed. */
export interface SimulatedHost {
  readonly address: '127.0.0.1'
  readonly port: number
  readonly user: string
  /** `SHA256:…`, to be pinned. */
  readonly hostKeyFingerprint: string
  /** The only key that may come in: OpenSSH private key text, made for this run. */
  readonly clientKey: string
  readonly engineId: string
  readonly switches: Switches
  /** What somebody does at the host's own prompt, outside of every release. */
  readonly byHand: ByHand
  /** What is there now. */
  readonly state: () => HostState
  /** Stops its jobs, drops everybody, and stops listening. */
  readonly close: () => Promise<void>
}

const realClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
}

/**
 * Starts a simulated host on a free port of 127.0.0.1. Its keys, files, images and containers live in memory and end
 * with it; it spawns nothing and runs no command of its visitors.
 */
export async function startSimulatedHost(options: SimulatedHostOptions = {}): Promise<SimulatedHost> {
  const user = options.user ?? 'simulated'
  const hostKey = makeKey('simulated host')
  const clientKey = makeKey('simulated visitor')
  const switches = new Switches(() => settle())
  const parts = makeParts(options, switches)
  const strangers = new Strangers(parts.docker)
  const commands = new Commands(parts)
  const server = new SshServer({ hostKey, clientKey, user, answer: (visit) => commands.answer(visit) })
  const settle = () => {
    strangers.settle()
    server.setDead(switches.isOn('dead_host'))
  }
  const port = await server.listen()
  return {
    address: '127.0.0.1',
    port,
    user,
    hostKeyFingerprint: hostKey.fingerprint,
    clientKey: clientKey.privateKey,
    engineId: parts.engineId,
    switches,
    byHand: byHandOn(parts),
    state: () => stateOf(parts, server.connections),
    close: async () => {
      await server.close()
      const jobs = parts.projects.list().flatMap((project) => [...project.jobs.values()])
      await Promise.all(jobs.map((job) => job.stop()))
    },
  }
}

function makeParts(options: SimulatedHostOptions, switches: Switches): HostParts {
  const clock = options.clock ?? realClock
  const images = new ImageStore(options.images ?? [])
  const docker = new SimulatedDocker({ images, clock, switches, tempo: { ...usualTempo, ...options.tempo } })
  for (const network of options.networks ?? []) docker.networks.add(network)
  for (const volume of options.volumes ?? []) docker.volumes.add(volume)
  const engineId = `simulated-${createHash('sha256').update(randomBytes(32)).digest('hex').slice(0, 24)}`
  return { docker, clock, engineId, projects: new Projects() }
}
