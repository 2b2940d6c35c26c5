import type { Run } from '../../ports/runtime.ts'
import type { ContainerRecord } from './container.ts'
import type { Ends } from './ends.ts'

/** What a run leaves for the looks that follow it; in memory, since all of it can be asked again. */
export interface RunMemory {
  /** Containers before `up`; null where nobody looked. */
  before: readonly ContainerRecord[] | null
  /** The last lines of the newest step, masked. */
  output: string[]
  readonly ends: Ends
}

/** Runs that are remembered; older ones are forgotten. */
const most = 32

/** The memory of each run, by release and attempt. */
export function createMemories(): (run: Run) => RunMemory {
  const memories = new Map<string, RunMemory>()
  return (run) => {
    const key = `${run.release_id} ${run.attempt}`
    const known = memories.get(key) ?? { before: null, output: [], ends: new Map() }
    memories.delete(key)
    memories.set(key, known)
    const [oldest] = memories.keys()
    if (memories.size > most && oldest !== undefined) memories.delete(oldest)
    return known
  }
}
