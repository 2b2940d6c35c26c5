import { create } from 'zustand'
import type { Check, Progress, ReleaseStep } from '../../src-preload/contract/releases.ts'
import type { ReleaseId } from '../../src-preload/contract/vocabulary.ts'
import { client } from '../transport/client.ts'

export interface RunLine {
  readonly step: string
  readonly host: string
  readonly line: string
}

/** A run that this window started, as far as it was told. */
export interface Run {
  readonly going: boolean
  readonly steps: readonly ReleaseStep[]
  readonly lines: readonly RunLine[]
  readonly checks: readonly Check[]
  /** Why it could not begin, or why nothing more is told: a lost connection does not end the run itself. */
  readonly error: unknown
}

export const useRuns = create<{ readonly runs: Readonly<Record<ReleaseId, Run>> }>(() => ({ runs: {} }))

export const freshRun: Run = { going: true, steps: [], lines: [], checks: [], error: null }
/** Lines that a run keeps here at most; all of them are in the record. */
export const keptLines = 20_000

function sameStep(a: ReleaseStep, b: ReleaseStep): boolean {
  return a.attempt === b.attempt && a.index === b.index && a.host === b.host && a.fence === b.fence
}

/** A run after one more thing was told of it. What goes back by itself is another release's and told there. */
export function told(run: Run, progress: Progress): Run {
  switch (progress.kind) {
    case 'step':
      return { ...run, steps: [...run.steps.filter((step) => !sameStep(step, progress.step)), progress.step] }
    case 'log': {
      const { step, host, line } = progress
      return { ...run, lines: [...run.lines, { step, host, line }].slice(-keptLines) }
    }
    case 'check':
      return { ...run, checks: [...run.checks, progress.check] }
    case 'state':
    case 'diagnosis':
      // Both are in the record, which the page reads when the live stream says so.
      return run
  }
}

/** Recorded steps with what was told since they were read; of two words on one step, the one that ended it counts. */
export function mergedSteps(recorded: readonly ReleaseStep[], live: readonly ReleaseStep[]): ReleaseStep[] {
  const merged = recorded.map((step) => {
    const newer = live.find((candidate) => sameStep(candidate, step))
    return newer !== undefined && step.status === 'intended' ? newer : step
  })
  const fresh = live.filter((step) => !recorded.some((known) => sameStep(known, step)))
  return [...merged, ...fresh].sort((a, b) => a.attempt - b.attempt || a.index - b.index)
}

function change(id: ReleaseId, next: (run: Run) => Run): void {
  useRuns.setState(({ runs }) => ({ runs: { ...runs, [id]: next(runs[id] ?? freshRun) } }))
}

/**
 * Carries a release out and keeps what is told of it, whichever page is shown meanwhile. Where a failed one goes back by
 * itself, what follows belongs to the release that brings the earlier document back. It never throws: a refusal or a
 * lost connection is kept with the run.
 */
export async function carryOut(id: ReleaseId): Promise<void> {
  if (useRuns.getState().runs[id]?.going === true) return
  change(id, () => freshRun)
  let about = id
  let error: unknown = null
  try {
    for await (const progress of await client.releases.start({ release: id })) {
      if (progress.kind === 'state' && progress.release.id !== about) {
        change(about, (run) => ({ ...run, going: false }))
        about = progress.release.id
        change(about, () => freshRun)
      }
      change(about, (run) => told(run, progress))
    }
  } catch (thrown) {
    error = thrown
  }
  change(about, (run) => ({ ...run, going: false, error }))
}
