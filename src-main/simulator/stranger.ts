import { createContainer } from './container.ts'
import type { Container } from './container.ts'
import type { SimulatedDocker } from './docker.ts'
import { readDocument } from './document.ts'
import { composeVersion } from './hostParts.ts'
import { imageOf } from './imageStore.ts'

const document = JSON.stringify({ services: { stranger: { image: 'stranger/app:1', restart: 'always' } } })

/** The projects that strangers hold by switch: their containers come and go with it. */
export class Strangers {
  readonly #docker: SimulatedDocker
  readonly #containers = new Map<string, Container>()

  constructor(docker: SimulatedDocker) {
    this.#docker = docker
  }

  /** Makes the strangers' containers those of the switches that are on now. */
  settle(): void {
    const wanted = new Set(this.#docker.switches.conflicts())
    for (const [project, container] of this.#containers)
      if (!wanted.has(project)) {
        this.#docker.remove(container)
        this.#containers.delete(project)
      }
    for (const project of wanted) if (!this.#containers.has(project)) this.#move(project)
  }

  #move(project: string): void {
    const [spec] = readDocument(document).services
    if (spec === undefined) throw new TypeError('the stranger has a service')
    const workingDir = `/home/stranger/${project}`
    const files = { workingDir, configFile: `${workingDir}/compose.yaml` }
    const now = this.#docker.clock.now()
    const container = createContainer({
      ...{ project, spec, number: 1, files, composeVersion, behaviour: 'healthy', created: now },
      image: imageOf(spec.image),
      tempo: this.#docker.tempo,
    })
    container.started = now
    this.#docker.add(container)
    this.#containers.set(project, container)
  }
}
