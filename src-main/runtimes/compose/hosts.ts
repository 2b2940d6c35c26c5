import type { ComposeHost as HostPlace } from '../../../src-preload/contract/targets.ts'
import type { Clock } from '../../ports/clock.ts'
import type { HostCommands } from './commands.ts'
import { ComposeHost } from './host.ts'
import { localCommands } from './local.ts'
import { remoteCommands } from './remote.ts'
import { readHostScript } from './script.ts'
import type { HostScript } from './script.ts'

export interface ComposeOptions {
  /** Paths of private keys for hosts over SSH, tried in this order. */
  readonly identities: readonly string[]
  /** The SSH agent's socket. */
  readonly agent?: string | undefined
  readonly clock: Clock
}

/** The hosts that were spoken to, each with its one connection. */
export interface Hosts {
  at(place: HostPlace): Promise<ComposeHost>
  close(): Promise<void>
}

/** Connects to nothing yet. */
export function createHosts(options: ComposeOptions): Hosts {
  const known = new Map<string, ComposeHost>()
  let script: Promise<HostScript> | null = null
  return {
    at: async (place) => {
      script ??= readHostScript()
      const read = await script
      const key = JSON.stringify(place)
      const host =
        known.get(key) ??
        new ComposeHost({ commands: commandsFor(place, options), script: read, clock: options.clock })
      known.set(key, host)
      return host
    },
    close: async () => {
      const open = [...known.values()]
      known.clear()
      await Promise.all(open.map((host) => host.close()))
    },
  }
}

function commandsFor(place: HostPlace, { identities, agent }: ComposeOptions): HostCommands {
  return place.kind === 'local' ? localCommands() : remoteCommands({ place, identities, agent })
}
