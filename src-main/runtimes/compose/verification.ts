import { PilothouseError, isPilothouseError } from '../../../src-preload/contract/errors.ts'
import type { Check } from '../../../src-preload/contract/releases.ts'
import type { Verification } from '../../../src-preload/contract/services.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Run, Verdict } from '../../ports/runtime.ts'
import type { ContainerRecord } from './container.ts'
import { readDocument } from './document.ts'
import { noteEnds } from './ends.ts'
import type { Ends } from './ends.ts'
import type { ComposeHost } from './host.ts'
import { judgeHttp } from './httpVerdict.ts'
import type { HttpAnswer } from './httpVerdict.ts'
import { judge, startWatch } from './verdict.ts'
import type { Judgement } from './verdict.ts'

const betweenLooksMs = 1000
/** One request may not use up the whole time that verification has, in seconds. */
const longestRequest = 10

export interface VerifyParts {
  readonly host: ComposeHost
  readonly clock: Clock
  /** Containers before `up`, where they are known. */
  readonly before: readonly ContainerRecord[] | null
  /** Where what each look caught is kept for a diagnosis. */
  readonly ends: Ends
  readonly mask: (text: string) => string
}

/** Looks about every second until the containers are judged, then asks over HTTP where the rules want it. */
export async function verify(run: Run, rules: Verification, parts: VerifyParts): Promise<Verdict> {
  const began = parts.clock.now()
  const elapsed = (): number => (parts.clock.now() - began) / 1000
  const settled = await watch(run, rules, parts, elapsed)
  if (settled.state === 'failed') return { passed: false, checks: settled.checks, error: settled.error }
  if (rules.http === undefined) return { passed: true, checks: settled.checks, error: null }
  const { check, error } = await ask(rules.http, run, parts, () => rules.timeout_seconds - elapsed())
  return { passed: error === null, checks: [...settled.checks, check], error }
}

async function watch(
  run: Run,
  rules: Verification,
  { host, clock, before, ends }: VerifyParts,
  elapsed: () => number,
): Promise<Exclude<Judgement, { state: 'waiting' }>> {
  const document = readDocument(run.document)
  let state = startWatch(before)
  for (;;) {
    refuseAborted(run, host)
    const containers = await host.containers(run.target.place.project, run.signal)
    noteEnds(ends, containers)
    const look = { document, containers, rules, elapsed_seconds: elapsed() }
    const { watch: next, judgement } = judge(state, look)
    if (judgement.state !== 'waiting') return judgement
    state = next
    await pause(run, host, clock)
  }
}

async function ask(
  rule: NonNullable<Verification['http']>,
  run: Run,
  { host, clock, mask }: VerifyParts,
  secondsLeft: () => number,
): Promise<{ check: Check; error: PilothouseError | null }> {
  for (;;) {
    refuseAborted(run, host)
    const timeout = Math.max(1, Math.min(longestRequest, Math.ceil(secondsLeft())))
    const outcome = judgeHttp(rule, await answerOf(host, rule.url, timeout, { signal: run.signal, mask }))
    if (outcome.error === null || secondsLeft() <= 0) return outcome
    await pause(run, host, clock)
  }
}

async function answerOf(
  host: ComposeHost,
  url: string,
  timeout: number,
  { signal, mask }: { signal: AbortSignal; mask: (text: string) => string },
): Promise<HttpAnswer> {
  const { status, body } = await host.health(url, timeout, signal)
  return status === 0 ? { problem: mask(body.trim()) } : { status, body }
}

function refuseAborted(run: Run, host: ComposeHost): void {
  if (run.signal.aborted) {
    throw new PilothouseError('aborted', { host: host.name }, { cause: run.signal.reason })
  }
}

async function pause(run: Run, host: ComposeHost, clock: Clock): Promise<void> {
  try {
    await clock.sleep(betweenLooksMs, run.signal)
  } catch (error) {
    if (isPilothouseError(error)) throw error
    refuseAborted(run, host)
    throw error
  }
}
