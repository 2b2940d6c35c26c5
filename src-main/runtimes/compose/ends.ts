import type { ContainerRecord } from './container.ts'

/**
 * How containers ended, by id, as the looks at them happened to catch it. A container that restarts tells its exit
 * code only until it runs again, so every look is kept.
 */
export type Ends = Map<string, ContainerRecord>

const ended = ['restarting', 'exited', 'dead']

/** Notes the containers of a look that are not running because they ended. */
export function noteEnds(ends: Ends, containers: readonly ContainerRecord[]): void {
  for (const container of containers) {
    if (container.state !== null && ended.includes(container.state.status)) ends.set(container.id, container)
  }
}

/** Whether a container has restarted and runs again, so that it doesn't tell how it ended. */
export function hidesEnd(container: ContainerRecord): boolean {
  return container.restart_count > 0 && container.state?.status === 'running'
}

/** The containers, with the state in which one that hides its end was last caught. Pure. */
export function withEnds(ends: Ends, containers: readonly ContainerRecord[]): readonly ContainerRecord[] {
  return containers.map((container) => {
    const caught = ends.get(container.id)
    return hidesEnd(container) && caught ? { ...container, state: caught.state } : container
  })
}
