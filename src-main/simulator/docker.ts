import type { Clock } from '../ports/clock.ts'
import { lifeOf } from './container.ts'
import type { Container } from './container.ts'
import type { Image, ImageStore } from './imageStore.ts'
import type { Switches } from './switches.ts'
import type { Tempo } from './tempo.ts'

/** A failure that Docker or Compose would print; the run ends with code 1. */
export class EngineRefused extends Error {}

/** The simulated Docker Engine: what is there, and the few things that can be done to it. */
export class SimulatedDocker {
  readonly images: ImageStore
  readonly clock: Clock
  readonly switches: Switches
  readonly tempo: Tempo
  readonly networks = new Set<string>(['bridge', 'host', 'none'])
  readonly volumes = new Set<string>()
  readonly #containers = new Map<string, Container>()

  constructor(parts: { images: ImageStore; clock: Clock; switches: Switches; tempo: Tempo }) {
    this.images = parts.images
    this.clock = parts.clock
    this.switches = parts.switches
    this.tempo = parts.tempo
  }

  /** All containers, or a project's, by name. */
  containers(project?: string): Container[] {
    return [...this.#containers.values()]
      .filter((container) => project === undefined || container.project === project)
      .toSorted((a, b) => a.name.localeCompare(b.name))
  }

  /** Adds a created container. Throws EngineRefused where its name is taken. */
  add(container: Container): void {
    const taken = this.containers().find(({ name }) => name === container.name)
    if (taken !== undefined)
      throw new EngineRefused(
        `Error response from daemon: Conflict. The container name "/${container.name}" is already in use by container "${taken.id}".`,
      )
    if (this.switches.isOn('full_disk'))
      throw new EngineRefused('Error response from daemon: no space left on device')
    this.#containers.set(container.id, container)
  }

  /** Takes a container away, running or not. */
  remove(container: Container): void {
    this.#containers.delete(container.id)
  }

  /** Starts a container after the time that takes. Throws EngineRefused where one of its ports is taken. */
  async start(container: Container, signal: AbortSignal): Promise<void> {
    const taken = this.takenPorts(container)
    const port = publishedPorts(container).find((each) => taken.has(each))
    if (port !== undefined)
      throw new EngineRefused(
        `Error response from daemon: driver failed programming external connectivity on endpoint ${container.name}: Bind for 0.0.0.0:${port} failed: port is already allocated`,
      )
    await this.clock.sleep(this.tempo.start, signal)
    container.stopped = null
    container.started = this.clock.now()
  }

  /** Stops a container after the time that takes; one that isn't running stays as it is. */
  async stop(container: Container, signal: AbortSignal): Promise<void> {
    if (!this.isUp(container)) return
    await this.clock.sleep(this.tempo.stop, signal)
    container.stopped = { at: this.clock.now(), code: 143 }
  }

  /** The image on the host that a reference stands for; undefined where a switch hides it. */
  image(reference: string): Image | undefined {
    return this.switches.refusesImage(reference) ? undefined : this.images.find(reference)
  }

  /** Brings an image onto the host. Throws EngineRefused as the registry or a full disk would. */
  async pull(reference: string, signal: AbortSignal): Promise<Image> {
    await this.clock.sleep(this.tempo.pull, signal)
    const image = this.switches.refusesImage(reference) ? undefined : this.images.offered(reference)
    if (image === undefined)
      throw new EngineRefused(
        `Error response from daemon: manifest for ${reference} not found: manifest unknown`,
      )
    if (this.switches.isOn('full_disk'))
      throw new EngineRefused(
        `failed to register layer: write /simulated/${image.id}: no space left on device`,
      )
    this.images.add(image)
    return image
  }

  /** Ports of the host that running containers hold, without those of `except`. */
  takenPorts(except?: Container): Set<number> {
    const others = this.containers().filter((each) => each !== except && this.isUp(each))
    return new Set(others.flatMap(publishedPorts))
  }

  /** The container that holds a port of the host, if it runs. */
  onPort(port: number): Container | undefined {
    return this.containers().find((each) => this.isUp(each) && publishedPorts(each).includes(port))
  }

  /** Whether it runs, or runs again in a moment. */
  isUp(container: Container): boolean {
    const { status } = lifeOf(container, this.clock.now())
    return status === 'running' || status === 'restarting'
  }
}

function publishedPorts(container: Container): number[] {
  return container.ports.flatMap(({ published }) => published ?? [])
}
