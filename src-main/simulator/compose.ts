import { assertNever } from '../../src-preload/contract/vocabulary.ts'
import { askedBehaviour } from './behaviour.ts'
import { containerName, createContainer, isUpToDate, lifeOf } from './container.ts'
import type { Container, ProjectFiles } from './container.ts'
import { EngineRefused } from './docker.ts'
import type { SimulatedDocker } from './docker.ts'
import type { Condition, DocumentSpec, ServiceSpec } from './document.ts'
import { endCode, restartLimit } from './life.ts'
import type { Image } from './imageStore.ts'

/** One run of the simulated Compose over one project. `say` takes a line of its progress. */
export interface ComposeRun {
  readonly docker: SimulatedDocker
  readonly project: string
  readonly files: ProjectFiles
  readonly composeVersion: string
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

const poll = 50

/**
 * `compose up --detach --remove-orphans --pull never`: creates the network, removes orphans, then creates, recreates
 * or keeps each service's containers in the order of their dependencies. Throws EngineRefused.
 */
export async function composeUp(run: ComposeRun, spec: DocumentSpec): Promise<void> {
  refuseMissing(run, spec)
  makeNetwork(run)
  await removeOrphans(run, spec)
  for (const service of spec.services.filter(({ profiles }) => profiles.length === 0)) {
    await settleDependencies(run, service)
    const image = run.docker.image(service.image)
    if (image === undefined)
      throw new EngineRefused(`Error response from daemon: No such image: ${service.image}`)
    await settleService(run, service, image)
  }
}

function refuseMissing({ docker }: ComposeRun, spec: DocumentSpec): void {
  for (const { kind, name } of spec.external) {
    const there = kind === 'network' ? docker.networks : docker.volumes
    if (!there.has(name))
      throw new EngineRefused(`${kind} ${name} declared as external, but could not be found`)
  }
}

function makeNetwork({ docker, project, say }: ComposeRun): void {
  const network = `${project}_default`
  if (docker.networks.has(network)) return
  say(` Network ${network}  Creating`)
  docker.networks.add(network)
  say(` Network ${network}  Created`)
}

async function removeOrphans(run: ComposeRun, spec: DocumentSpec): Promise<void> {
  const named = new Set(spec.services.map(({ name }) => name))
  for (const orphan of run.docker.containers(run.project).filter(({ service }) => !named.has(service)))
    await removeContainer(run, orphan)
}

async function removeContainer({ docker, signal, say }: ComposeRun, container: Container): Promise<void> {
  say(` Container ${container.name}  Stopping`)
  await docker.stop(container, signal)
  say(` Container ${container.name}  Stopped`)
  say(` Container ${container.name}  Removing`)
  docker.remove(container)
  say(` Container ${container.name}  Removed`)
}

async function settleService(run: ComposeRun, spec: ServiceSpec, image: Image): Promise<void> {
  const existing = run.docker.containers(run.project).filter(({ service }) => service === spec.name)
  for (const surplus of existing.filter(({ number }) => number > spec.replicas))
    await removeContainer(run, surplus)
  for (let number = 1; number <= spec.replicas; number += 1) {
    const present = existing.find((container) => container.number === number)
    await settleContainer(run, spec, image, number, present)
  }
}

async function settleContainer(
  run: ComposeRun,
  spec: ServiceSpec,
  image: Image,
  number: number,
  present: Container | undefined,
): Promise<void> {
  const { docker, say, signal } = run
  const name = containerName(run.project, spec, number)
  const keeps = present !== undefined && isUpToDate(present, spec, image)
  if (keeps && docker.isUp(present)) return say(` Container ${name}  Running`)
  const container = keeps ? present : await replaceContainer(run, spec, image, number, present)
  say(` Container ${name}  Starting`)
  await docker.start(container, signal)
  say(` Container ${name}  Started`)
}

async function replaceContainer(
  run: ComposeRun,
  spec: ServiceSpec,
  image: Image,
  number: number,
  present: Container | undefined,
): Promise<Container> {
  const { docker, say, signal, project, files, composeVersion } = run
  const name = containerName(project, spec, number)
  say(` Container ${name}  ${present === undefined ? 'Creating' : 'Recreate'}`)
  if (present !== undefined) {
    await docker.stop(present, signal)
    docker.remove(present)
  }
  const asked = askedBehaviour(image.name, spec.labels)
  const behaviour = docker.switches.behaviour(asked, spec.name, image.name)
  const made = { project, spec, number, image, files, composeVersion, behaviour, tempo: docker.tempo }
  const container = createContainer({ ...made, created: docker.clock.now() })
  docker.add(container)
  say(` Container ${name}  ${present === undefined ? 'Created' : 'Recreated'}`)
  return container
}

async function settleDependencies(run: ComposeRun, spec: ServiceSpec): Promise<void> {
  for (const [name, condition] of spec.dependsOn)
    for (const container of run.docker.containers(run.project).filter(({ service }) => service === name))
      await settle(run, container, condition)
}

async function settle(run: ComposeRun, container: Container, condition: Condition): Promise<void> {
  if (condition === 'service_started') return
  run.say(` Container ${container.name}  Waiting`)
  for (;;) {
    const state = conditionOf(container, condition, run.docker.clock.now())
    if (state === 'met') return run.say(` Container ${container.name}  ${doneWord(condition)}`)
    if (state !== 'open') throw new EngineRefused(`dependency failed to start: ${state.failure}`)
    await run.docker.clock.sleep(poll, run.signal)
  }
}

function doneWord(condition: Condition): string {
  return condition === 'service_healthy' ? 'Healthy' : 'Exited'
}

function conditionOf(
  container: Container,
  condition: Condition,
  now: number,
): 'met' | 'open' | { readonly failure: string } {
  const life = lifeOf(container, now)
  const ended = life.status === 'exited'
  switch (condition) {
    case 'service_started':
      return 'met'
    case 'service_healthy':
      if (life.health === null)
        return { failure: `container ${container.name} has no healthcheck configured` }
      if (life.health.status === 'healthy') return 'met'
      if (ended) return { failure: `container ${container.name} exited (${life.exit_code})` }
      return life.health.status === 'unhealthy'
        ? { failure: `container ${container.name} is unhealthy` }
        : neverHealthy(container)
    case 'service_completed_successfully':
      if (!ended) return 'open'
      return life.exit_code === 0
        ? 'met'
        : { failure: `service "${container.service}" didn't complete successfully: exit ${life.exit_code}` }
    default:
      return assertNever(condition)
  }
}

// A program in an endless crash loop never becomes unhealthy between its restarts; Compose gives up on it at once.
function neverHealthy(container: Container): 'open' | { readonly failure: string } {
  const code = endCode(container.behaviour)
  const loops =
    code !== undefined && code !== 0 && restartLimit(container.restart, code) === Number.POSITIVE_INFINITY
  return loops ? { failure: `container ${container.name} is unhealthy` } : 'open'
}
