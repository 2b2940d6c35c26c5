import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Places } from '../../ports/places.ts'
import { scanHostKey } from '../../ssh/scan.ts'
import { ComposeHost } from './host.ts'
import { localCommands } from './local.ts'
import { readHostScript } from './script.ts'

/** Looks at hosts before they are targets. */
export function createPlaces(clock: Clock): Places {
  return {
    scanHostKey,
    localEngineId: async () => {
      const host = new ComposeHost({ commands: localCommands(), script: await readHostScript(), clock })
      const facts = await host.facts()
      if (facts.docker === 'ok') return facts.engine_id
      throw new PilothouseError('docker_missing', {
        host: host.name,
        found: facts.docker,
        reason: facts.docker_message,
      })
    },
  }
}
