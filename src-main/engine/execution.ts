import { isPilothouseError, PilothouseError } from '../../src-preload/contract/errors.ts'
import type { Check, PlannedStep, Preview, Progress, Release } from '../../src-preload/contract/releases.ts'
import type { CdConfig } from '../../src-preload/contract/services.ts'
import type { Target } from '../../src-preload/contract/targets.ts'
import type { JsonObject, ReleaseId } from '../../src-preload/contract/vocabulary.ts'
import { createMask } from '../lifecycle/masking.ts'
import type { StepCommand } from '../ports/ledger.ts'
import type { Failure, Run, Runtime } from '../ports/runtime.ts'
import type { KeptLease } from './lease.ts'
import type { EngineParts } from './parts.ts'
import type { RunLog } from './runLog.ts'

/** One attempt at carrying a release out, by the holder of the lease. */
export interface Execution {
  readonly parts: EngineParts
  readonly release: Release
  readonly preview: Preview
  readonly steps: readonly PlannedStep[]
  readonly target: Target
  readonly delivery: CdConfig
  readonly runtime: Runtime
  readonly document: Uint8Array
  readonly secrets: ReadonlyMap<string, string>
  readonly ledger_id: string
  readonly attempt: number
  readonly lease: KeptLease
  readonly log: RunLog
  /** What verification found so far. */
  readonly checks: Check[]
  readonly push: (progress: Progress) => void
}

type StepStatus = StepCommand['status']

/** What a step may use; its lines go to the record and to whoever watches, masked. */
export function runOf(execution: Execution, step: { key: string; host: string }): Run {
  const mask = createMask(execution.secrets.values())
  return {
    release_id: execution.release.id,
    label: execution.release.label,
    attempt: execution.attempt,
    ledger_id: execution.ledger_id,
    fence: execution.lease.fence,
    target: execution.target,
    document: execution.document,
    images: execution.preview.images,
    secrets: execution.secrets,
    signal: execution.lease.signal,
    log: (line) => {
      const masked = mask(line)
      execution.log.add(masked)
      execution.push({ kind: 'log', step: step.key, host: step.host, line: masked })
    },
  }
}

async function record(
  execution: Execution,
  step: PlannedStep,
  status: StepStatus,
  detail: JsonObject,
): Promise<void> {
  const { parts, release, attempt, lease } = execution
  const { index, key, host, message } = step
  await parts.ledger.recordStep({
    release_id: release.id,
    fence: lease.fence,
    attempt,
    index,
    key,
    host,
    message,
    status,
    detail,
  })
  const steps = await parts.reads.steps(release.id)
  const recorded = steps.find((candidate) => candidate.attempt === attempt && candidate.index === index)
  if (recorded !== undefined) execution.push({ kind: 'step', step: recorded })
}

async function recordPage(execution: Execution, step: { key: string; host: string }): Promise<void> {
  const text = execution.log.takePage()
  if (text === null) return
  const { parts, release, attempt, lease } = execution
  const { key, host } = step
  await parts.ledger.recordLogs({
    release_id: release.id,
    fence: lease.fence,
    attempt,
    step: key,
    host,
    text,
  })
}

/** The reason of an abort where there is one: a step that was cut by it says only that it was cut. */
function causeOf(execution: Execution, error: PilothouseError): PilothouseError {
  const reason: unknown = execution.lease.signal.reason
  return isPilothouseError(reason) ? reason : error
}

/**
 * A lost connection leaves it open whether the effect took place: the step is recorded as unknown and the release
 * stays `applying` until somebody looks (recovery).
 */
function isUnknown(error: unknown): boolean {
  return isPilothouseError(error, 'ssh_unreachable')
}

/** One step: intent, effect, outcome. Returns how it failed, or null. */
async function carryOut(execution: Execution, step: PlannedStep): Promise<Failure | null> {
  const stopped: unknown = execution.lease.signal.reason
  if (isPilothouseError(stopped, 'aborted')) return { phase: 'apply', error: stopped, step }
  execution.lease.signal.throwIfAborted()
  await record(execution, step, 'intended', {})
  try {
    const outcome = await execution.runtime.execute(step, runOf(execution, step))
    await recordPage(execution, step)
    await record(execution, step, outcome.status, outcome.detail)
    if (outcome.status === 'succeeded') return null
    return { phase: 'apply', error: causeOf(execution, outcome.error), step }
  } catch (error) {
    if (isPilothouseError(error, 'lease_lost') || !isPilothouseError(error)) throw error
    await recordPage(execution, step)
    if (isUnknown(error)) {
      await record(execution, step, 'unknown', { code: error.code })
      throw error
    }
    await record(execution, step, 'failed', { code: error.code })
    return { phase: 'apply', error: causeOf(execution, error), step }
  }
}

/** All steps in order, then the verification. Returns the first failure, or null where everything held. */
export async function carryOutAll(execution: Execution): Promise<Failure | null> {
  for (const step of execution.steps) {
    const failure = await carryOut(execution, step)
    if (failure !== null) return failure
  }
  return verifyAll(execution)
}

async function verifyAll(execution: Execution): Promise<Failure | null> {
  const place = { key: 'verify', host: execution.target.name }
  try {
    const verdict = await execution.runtime.verify(runOf(execution, place), execution.delivery.verification)
    await recordPage(execution, place)
    for (const check of verdict.checks) execution.push({ kind: 'check', check })
    execution.checks.push(...verdict.checks)
    if (verdict.passed) return null
    const error = verdict.error ?? new PilothouseError('verify_failed', {})
    return { phase: 'verify', error: causeOf(execution, error), step: null }
  } catch (error) {
    if (!isPilothouseError(error) || error.code === 'lease_lost' || isUnknown(error)) throw error
    await recordPage(execution, place)
    return { phase: 'verify', error: causeOf(execution, error), step: null }
  }
}

/** Collects the findings and records them, before the release may be called failed. */
export async function recordFindings(execution: Execution, failure: Failure): Promise<void> {
  const { parts, release, attempt, lease } = execution
  const run: Run = {
    ...runOf(execution, { key: 'diagnose', host: execution.target.name }),
    signal: neverAborted,
  }
  const found = await execution.runtime.diagnose(run, failure)
  const diagnostics = found.map((diagnostic) => ({ ...diagnostic, id: parts.newId() }))
  await parts.ledger.recordDiagnostics({ release_id: release.id, fence: lease.fence, attempt, diagnostics })
  await pushFindings(execution, release.id)
}

const neverAborted = new AbortController().signal

async function pushFindings(execution: Execution, id: ReleaseId): Promise<void> {
  const recorded = await execution.parts.reads.diagnostics(id)
  for (const diagnostic of recorded.filter((candidate) => candidate.attempt === execution.attempt)) {
    execution.push({ kind: 'diagnosis', diagnostic })
  }
}
