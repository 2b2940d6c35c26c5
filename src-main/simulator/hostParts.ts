import type { Clock } from '../ports/clock.ts'
import type { SimulatedDocker } from './docker.ts'
import type { Projects } from './project.ts'

/** What the verbs of a simulated host work on. */
export interface HostParts {
  readonly docker: SimulatedDocker
  readonly projects: Projects
  readonly clock: Clock
  readonly engineId: string
}

/** Where a simulated host says that its files are. Nothing is there: all of it is in memory. */
export const hostRoot = '/simulated/pilothouse'
export const dockerVersion = '20.10.0-simulated'
export const composeVersion = '2.40.0-simulated'

/** Free space that the simulated disk claims, in KiB; none once it is full. */
export function freeKib({ docker }: HostParts): number {
  return docker.switches.isOn('full_disk') ? 0 : 40 * 1024 * 1024
}
