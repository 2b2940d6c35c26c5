import { createHash, randomBytes } from 'node:crypto'
import type { Behaviour } from './behaviour.ts'
import type { ServiceSpec } from './document.ts'
import type { Image } from './imageStore.ts'
import { lifeAt } from './life.ts'
import type { Life } from './life.ts'
import type { Tempo } from './tempo.ts'

/** A container of the simulated Docker. Its environment isn't kept: nothing could then show it. */
export interface Container {
  readonly id: string
  readonly name: string
  readonly project: string
  readonly service: string
  readonly number: number
  readonly image: Image
  /** The reference as the document wrote it. */
  readonly reference: string
  readonly labels: Readonly<Record<string, string>>
  readonly ports: ServiceSpec['ports']
  readonly restart: ServiceSpec['restart']
  readonly health: ServiceSpec['health']
  readonly behaviour: Behaviour
  readonly tempo: Tempo
  readonly created: number
  /** When its program starts; null while it was only created. */
  started: number | null
  stopped: { readonly at: number; readonly code: number } | null
}

/** Where a project's files are, as Compose notes it in labels. */
export interface ProjectFiles {
  readonly workingDir: string
  readonly configFile: string
}

export interface NewContainer {
  readonly project: string
  readonly spec: ServiceSpec
  readonly number: number
  readonly image: Image
  readonly files: ProjectFiles
  readonly composeVersion: string
  readonly behaviour: Behaviour
  readonly tempo: Tempo
  readonly created: number
}

/** The name that Compose gives a container. */
export function containerName(project: string, spec: ServiceSpec, number: number): string {
  return spec.containerName ?? `${project}-${spec.name}-${number}`
}

/** Creates a container as Compose would: labels, name, hash. It doesn't run yet. */
export function createContainer(wanted: NewContainer): Container {
  const { project, spec, number, image, created, behaviour, tempo } = wanted
  return {
    id: createHash('sha256').update(randomBytes(32)).digest('hex'),
    name: containerName(project, spec, number),
    project,
    service: spec.name,
    number,
    image,
    reference: spec.image,
    labels: { ...spec.labels, ...composeLabels(wanted) },
    ports: spec.ports,
    restart: spec.restart,
    health: spec.health,
    behaviour,
    tempo,
    created,
    started: null,
    stopped: null,
  }
}

function composeLabels({
  project,
  spec,
  number,
  image,
  files,
  composeVersion,
}: NewContainer): Record<string, string> {
  return {
    'com.docker.compose.config-hash': spec.configHash,
    'com.docker.compose.container-number': String(number),
    'com.docker.compose.depends_on': spec.dependsOn
      .map(([name, condition]) => `${name}:${condition}:false`)
      .join(','),
    'com.docker.compose.image': image.id,
    'com.docker.compose.oneoff': 'False',
    'com.docker.compose.project': project,
    'com.docker.compose.project.config_files': files.configFile,
    'com.docker.compose.project.working_dir': files.workingDir,
    'com.docker.compose.service': spec.name,
    'com.docker.compose.version': composeVersion,
  }
}

/** The container at a moment; one that was stopped stays as it then was. */
export function lifeOf(container: Container, now: number): Life {
  const { behaviour, started, restart, health, tempo, stopped } = container
  const plan = { behaviour, started: started ?? Number.POSITIVE_INFINITY, restart, health, tempo }
  const life = lifeAt(plan, Math.min(now, stopped?.at ?? now))
  if (stopped === null || life.status === 'created' || life.status === 'exited') return life
  const code = life.status === 'restarting' ? life.exit_code : stopped.code
  return { ...life, status: 'exited', exit_code: code, finished: stopped.at, answers: 'not at all' }
}

/** Whether two containers that Compose would compare are the same to it. */
export function isUpToDate(container: Container, spec: ServiceSpec, image: Image): boolean {
  return (
    container.labels['com.docker.compose.config-hash'] === spec.configHash && container.image.id === image.id
  )
}
