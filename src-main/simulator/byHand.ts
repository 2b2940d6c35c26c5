import { composeUp } from './compose.ts'
import type { Container } from './container.ts'
import { EngineRefused } from './docker.ts'
import { readDocument } from './document.ts'
import { composeVersion } from './hostParts.ts'
import type { HostParts } from './hostParts.ts'

/** What people do at a host's own prompt: the reason why releases look before they act. */
export interface ByHand {
  /**
   * `compose up` of a JSON document from a folder of their own; images that aren't there are pulled. Throws
   * EngineRefused or DocumentRefused.
   */
  readonly composeUp: (project: string, document: string) => Promise<void>
  /** `docker stop` of a container by name. Throws EngineRefused where there is none. */
  readonly stop: (container: string) => Promise<void>
  /** `docker rm --force` of a container by name. Throws EngineRefused where there is none. */
  readonly remove: (container: string) => void
}

/** The prompt of a simulated host. */
export function byHandOn({ docker }: HostParts): ByHand {
  const { signal } = new AbortController()
  const named = (name: string): Container => {
    const found = docker.containers().find((container) => container.name === name)
    if (found === undefined) throw new EngineRefused(`Error response from daemon: No such container: ${name}`)
    return found
  }
  return {
    composeUp: async (project, document) => {
      const spec = readDocument(document)
      for (const { image } of spec.services)
        if (docker.image(image) === undefined) await docker.pull(image, signal)
      const workingDir = `/home/simulated/${project}`
      const files = { workingDir, configFile: `${workingDir}/compose.yaml` }
      await composeUp({ docker, project, files, composeVersion, signal, say: () => undefined }, spec)
    },
    stop: (container) => docker.stop(named(container), signal),
    remove: (container) => docker.remove(named(container)),
  }
}
