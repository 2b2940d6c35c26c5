import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import type { Check } from '../../../src-preload/contract/releases.ts'
import type { Verification } from '../../../src-preload/contract/services.ts'
import { assertNever } from '../../../src-preload/contract/vocabulary.ts'
import type { ContainerRecord } from './container.ts'
import type { ComposeDocument } from './document.ts'
import { composeCheck } from './noticed.ts'
import { startedServices } from './plan.ts'
import type { ServiceWord } from './words.ts'
import { endsByItself, replicas } from './lifetime.ts'

export { judgeHttp } from './httpVerdict.ts'
export type { HttpAnswer } from './httpVerdict.ts'

/** What earlier looks found, carried from look to look. Times in seconds since watching began. */
export interface Watch {
  /** Restart count of each container (by id) when it was first seen, or before `up`. */
  readonly restarts: ReadonlyMap<string, number>
  /** Whether a container that isn't in `restarts` was made since, and so counts from 0. */
  readonly complete: boolean
  /** Since when every service has been good without a break; null where one isn't. */
  readonly good_since: number | null
}

export interface Look {
  readonly document: ComposeDocument
  readonly containers: readonly ContainerRecord[]
  readonly rules: Verification
  readonly elapsed_seconds: number
}

export type Judgement =
  | { readonly state: 'waiting'; readonly checks: readonly Check[] }
  | { readonly state: 'healthy'; readonly checks: readonly Check[] }
  | { readonly state: 'failed'; readonly checks: readonly Check[]; readonly error: PilothouseError }

/** What is wrong with a container, as far as Docker says; also the variants of the texts `finding.container_…`. */
export type Fault = 'oom' | 'exited' | 'stopped' | 'dead' | 'unhealthy' | 'restarting' | 'not_created'
/** How one container does: good, not yet, or bad with the reason. */
export type Condition =
  | { readonly state: 'good'; readonly how: 'running' | 'healthy' | 'done' }
  | { readonly state: 'pending'; readonly how: 'starting' | 'created' | 'restarting' | 'paused' | 'unknown' }
  | { readonly state: 'bad'; readonly fault: Fault }

/**
 * Begins a watch. `before` are the containers seen before `up`: one that is new then counts its restarts from 0; null
 * where nobody looked, and restarts count from the first sight.
 */
export function startWatch(before: readonly ContainerRecord[] | null): Watch {
  const restarts = new Map((before ?? []).map(({ id, restart_count }) => [id, restart_count]))
  return { restarts, complete: before !== null, good_since: null }
}

/**
 * One look at the containers, to be repeated about every second while the state is `waiting`. Every service that `up`
 * starts has to run, healthy where a healthcheck says so, or to have ended with 0 where its restart policy lets it
 * end; then stay so for `window_seconds`. Fails at once for a container that is unhealthy, was killed for memory,
 * ended otherwise or restarted more than `max_restarts` times, and after `timeout_seconds` for one that is missing or
 * not ready. The error is `compose_unhealthy` with `{services, reason}`, or `verify_failed` where only time ran out.
 */
export function judge(watch: Watch, look: Look): { watch: Watch; judgement: Judgement } {
  const restarts = new Map(watch.restarts)
  for (const { id, restart_count } of look.containers) {
    if (!restarts.has(id)) restarts.set(id, watch.complete ? 0 : restart_count)
  }
  const results = startedServices(look.document).map((service) => judgeService(service, look, restarts))
  const good = results.every(({ state }) => state === 'good')
  const good_since = good ? (watch.good_since ?? look.elapsed_seconds) : null
  return {
    watch: { restarts, complete: watch.complete, good_since },
    judgement: conclude(results, good_since, look),
  }
}

/** How a container does, by its state, its health and its service's restart policy. `since` is its first restart count. */
export function condition(
  document: ComposeDocument,
  container: ContainerRecord,
  since: number,
  maxRestarts: number,
): Condition {
  const { state } = container
  if (state === null) return { state: 'pending', how: 'unknown' }
  if (state.oom_killed && state.status !== 'running') return { state: 'bad', fault: 'oom' }
  if (container.restart_count - since > maxRestarts) return { state: 'bad', fault: 'restarting' }
  switch (state.status) {
    case 'running':
      return runningCondition(state.health?.status ?? 'none')
    case 'exited':
      if (state.exit_code !== 0) return { state: 'bad', fault: 'exited' }
      return endsByItself(document, container.service)
        ? { state: 'good', how: 'done' }
        : { state: 'bad', fault: 'stopped' }
    case 'dead':
    case 'removing':
      return { state: 'bad', fault: 'dead' }
    case 'created':
      return state.error === ''
        ? { state: 'pending', how: 'created' }
        : { state: 'bad', fault: 'not_created' }
    case 'restarting':
    case 'paused':
      return { state: 'pending', how: state.status }
    default:
      return assertNever(state.status)
  }
}

function runningCondition(health: 'none' | 'starting' | 'healthy' | 'unhealthy'): Condition {
  switch (health) {
    case 'none':
      return { state: 'good', how: 'running' }
    case 'healthy':
      return { state: 'good', how: 'healthy' }
    case 'starting':
      return { state: 'pending', how: 'starting' }
    case 'unhealthy':
      return { state: 'bad', fault: 'unhealthy' }
    default:
      return assertNever(health)
  }
}

interface ServiceResult {
  readonly service: string
  readonly state: Condition['state']
  readonly reason: ServiceWord
  readonly check: Check
}

/** A service is as good as the worst of its containers; fewer than declared is not good yet. */
function judgeService(service: string, look: Look, restarts: ReadonlyMap<string, number>): ServiceResult {
  const own = look.containers.filter((container) => container.service === service && !container.oneoff)
  const conditions = own.map((container) => ({
    container,
    found: condition(
      look.document,
      container,
      restarts.get(container.id) ?? container.restart_count,
      look.rules.max_restarts,
    ),
  }))
  const expected = replicas(look.document, service, own[0]?.compose_version ?? '')
  for (const { container, found } of conditions) {
    if (found.state !== 'bad') continue
    const reason = found.fault
    const exit_code = container.state?.exit_code ?? 0
    return result(service, 'bad', reason, { container: container.name, exit_code })
  }
  if (own.length < expected) return result(service, 'pending', 'missing', { running: own.length, expected })
  const pending = conditions.find(({ found }) => found.state === 'pending')
  if (pending?.found.state === 'pending') {
    return result(service, 'pending', pending.found.how, { container: pending.container.name })
  }
  const [first] = conditions
  return result(service, 'good', first?.found.state === 'good' ? first.found.how : 'none')
}

function result(
  service: string,
  state: Condition['state'],
  reason: ServiceWord,
  params: Readonly<Record<string, string | number>> = {},
): ServiceResult {
  const severity = state === 'bad' ? 'error' : state === 'pending' ? 'warning' : 'info'
  return {
    service,
    state,
    reason,
    check: composeCheck(`service_${reason}`, severity, { service, ...params }),
  }
}

function conclude(results: readonly ServiceResult[], goodSince: number | null, look: Look): Judgement {
  const checks = results.map(({ check }) => check)
  const bad = results.filter(({ state }) => state === 'bad')
  if (bad.length > 0) return { state: 'failed', checks, error: unhealthy('compose_unhealthy', bad) }
  if (goodSince !== null) {
    const settled = look.elapsed_seconds - goodSince >= look.rules.window_seconds
    return settled ? { state: 'healthy', checks } : { state: 'waiting', checks }
  }
  if (look.elapsed_seconds < look.rules.timeout_seconds) return { state: 'waiting', checks }
  const late = results.filter(({ state }) => state === 'pending')
  const error = unhealthy('verify_failed', late, { timeout_seconds: look.rules.timeout_seconds })
  return {
    state: 'failed',
    checks: checks.map((check) => (check.severity === 'warning' ? failedCheck(check) : check)),
    error,
  }
}

function failedCheck(check: Check): Check {
  return { ...check, severity: 'error' }
}

function unhealthy(
  code: 'compose_unhealthy' | 'verify_failed',
  results: readonly ServiceResult[],
  more: Readonly<Record<string, number>> = {},
): PilothouseError {
  return new PilothouseError(code, {
    services: results.map(({ service }) => service).join(', '),
    reason: results.map(({ service, reason }) => `${service}: ${reason}`).join(', '),
    ...more,
  })
}
