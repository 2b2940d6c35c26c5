import { lifeOf } from './container.ts'
import type { Container } from './container.ts'
import type { HostParts } from './hostParts.ts'
import type { Life } from './life.ts'
import type { Project } from './project.ts'
import type { Failure } from './switches.ts'

/** What is on a simulated host, for whoever wants to look without a visit. */
export interface HostState {
  readonly connections: number
  readonly switches: readonly Failure[]
  /** Names of the images on the host. */
  readonly images: readonly string[]
  readonly containers: readonly {
    readonly name: string
    readonly project: string
    readonly service: string
    readonly image: string
    readonly status: Life['status']
    readonly health: 'none' | 'starting' | 'healthy' | 'unhealthy'
    readonly restarts: number
    readonly exit_code: number
  }[]
  readonly projects: readonly {
    readonly name: string
    readonly fence: { readonly ledger: string; readonly number: number } | null
    readonly files: readonly string[]
    /** `exit_code` is null while a job runs. */
    readonly jobs: readonly {
      readonly id: string
      readonly asked: string
      readonly exit_code: number | null
    }[]
  }[]
}

/** The state of a host at this moment. */
export function stateOf({ docker, clock, projects }: HostParts, connections: number): HostState {
  const now = clock.now()
  return {
    connections,
    switches: docker.switches.list(),
    images: docker.images.list().map(({ name }) => name),
    containers: docker.containers().map((container) => containerState(container, now)),
    projects: projects.list().map(projectState),
  }
}

function containerState(container: Container, now: number): HostState['containers'][number] {
  const { status, health, restarts, exit_code } = lifeOf(container, now)
  const { name, project, service, image } = container
  return {
    name,
    project,
    service,
    image: image.name,
    status,
    health: health?.status ?? 'none',
    restarts,
    exit_code,
  }
}

function projectState({ name, fence, files, jobs }: Project): HostState['projects'][number] {
  return {
    name,
    fence,
    files: [...files.keys()],
    jobs: [...jobs.values()].map(({ id, asked, exitCode }) => ({ id, asked, exit_code: exitCode })),
  }
}
