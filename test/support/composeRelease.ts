import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { verification } from '../../src-preload/contract/services.ts'
import type { Verification } from '../../src-preload/contract/services.ts'
import type { PlannedStep } from '../../src-preload/contract/releases.ts'
import { target } from '../../src-preload/contract/targets.ts'
import type { ComposeHost, Target } from '../../src-preload/contract/targets.ts'
import { releaseId } from '../../src-preload/contract/vocabulary.ts'
import type { JsonObject } from '../../src-preload/contract/vocabulary.ts'
import type { Clock } from '../../src-main/ports/clock.ts'
import type { Live, Run, Runtime, StepOutcome, Verdict } from '../../src-main/ports/runtime.ts'
import { documentImages, readDocument, writeDocument } from '../../src-main/runtimes/compose/document.ts'

export const clock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
}

export const ledgerId = '0190a000-0000-7000-8000-00000000001e'

/** A target on a host, with everything that the runtime doesn't look at made up. */
export function targetOn(host: ComposeHost, project: string): Target {
  return target.parse({
    id: randomUUID(),
    project_id: randomUUID(),
    name: 'shop',
    stage: { id: randomUUID(), name: 'dev', production: false },
    runtime: 'compose',
    place: { host, project, allow: [] },
    identity: `sha256:${'0'.repeat(64)}`,
    fence: 0,
    last_applied: null,
    locked_by: null,
    revision: 1,
  })
}

export interface ReleaseOptions {
  readonly fence?: number
  readonly ledger?: string
  readonly rules?: Partial<Verification>
  readonly secrets?: ReadonlyMap<string, string>
  readonly signal?: AbortSignal
  readonly attempt?: number
}

/** A run of a document on a target; `lines` collects what it logs. */
export function runOf(
  on: Target,
  document: JsonObject,
  live: Live,
  options: ReleaseOptions = {},
): Run & { lines: string[] } {
  const lines: string[] = []
  return {
    lines,
    release_id: releaseId.parse(randomUUID()),
    label: 'shop-1',
    attempt: options.attempt ?? 1,
    ledger_id: options.ledger ?? ledgerId,
    fence: options.fence ?? live.fence + 1,
    target: on,
    document: writeDocument(document),
    images: live.images,
    secrets: options.secrets ?? new Map(),
    signal: options.signal ?? new AbortController().signal,
    log: (line) => lines.push(line),
  }
}

export interface Released {
  readonly run: Run & { lines: string[] }
  readonly steps: readonly PlannedStep[]
  readonly outcomes: readonly StepOutcome[]
  /** Null where a step failed. */
  readonly verdict: Verdict | null
}

/** Observes, plans, executes until a step fails, verifies: what the engine does, without a ledger. */
export async function releaseTo(
  runtime: Runtime,
  on: Target,
  document: JsonObject,
  options: ReleaseOptions = {},
): Promise<Released> {
  const { run, steps } = await planned(runtime, on, document, options)
  const outcomes: StepOutcome[] = []
  for (const step of steps) {
    const outcome = await runtime.execute(step, run)
    outcomes.push(outcome)
    if (outcome.status === 'failed') return { run, steps, outcomes, verdict: null }
  }
  const rules = verification.parse({ timeout_seconds: 30, window_seconds: 1, ...options.rules })
  return { run, steps, outcomes, verdict: await runtime.verify(run, rules) }
}

/** The steps of a release and what they run with. */
export async function planned(
  runtime: Runtime,
  on: Target,
  document: JsonObject,
  options: ReleaseOptions = {},
): Promise<{ run: Run & { lines: string[] }; steps: readonly PlannedStep[]; live: Live }> {
  const bytes = writeDocument(document)
  const images = documentImages(readDocument(bytes))
  const live = await runtime.observe({ target: on, ledger_id: options.ledger ?? ledgerId, images })
  const { steps } = runtime.plan({ target: on, document: bytes, previous: null, live, strategy: 'rolling' })
  return { run: runOf(on, document, live, options), steps, live }
}
