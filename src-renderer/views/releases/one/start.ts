import type { Executor, Release } from '../../../../src-preload/contract/releases.ts'
import type { RuntimeName } from '../../../../src-preload/contract/vocabulary.ts'

/** How an approved release comes to start. */
export type Starting =
  | { readonly kind: 'by_hand' }
  /** Its rule starts it, at `due_at` or at once; `by` are the people whose desktops would. */
  | { readonly kind: 'by_rule'; readonly due_at: string | null; readonly by: readonly string[] }
  /** Its rule would start it, and nobody is there to carry it out. */
  | { readonly kind: 'nobody_online'; readonly due_at: string | null }

/** People whose desktop or runner is there to carry out releases of a runtime. */
export function online(executors: readonly Executor[], runtime: RuntimeName): string[] {
  const there = executors.filter((executor) => executor.online && executor.runtimes.includes(runtime))
  return [...new Set(there.map(({ person }) => person))]
}

/** How a release that waits for its start comes to it. */
export function startingOf(
  { start, runtime }: Pick<Release, 'start' | 'runtime'>,
  executors: readonly Executor[],
): Starting {
  if (start.rule === 'by_hand') return { kind: 'by_hand' }
  const by = online(executors, runtime)
  if (by.length === 0) return { kind: 'nobody_online', due_at: start.due_at }
  return { kind: 'by_rule', due_at: start.due_at, by }
}
