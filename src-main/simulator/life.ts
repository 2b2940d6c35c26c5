import type { Behaviour } from './behaviour.ts'
import type { Tempo } from './tempo.ts'

/** When Docker starts a container again; `retries` bounds `on-failure`. */
export type RestartPolicy =
  | { readonly name: 'no' | 'always' | 'unless-stopped' }
  | { readonly name: 'on-failure'; readonly retries: number }

/** What determines a container's life, from its start on. Times in milliseconds, instants since the epoch. */
export interface LifePlan {
  readonly behaviour: Behaviour
  readonly started: number
  readonly restart: RestartPolicy
  readonly health: { readonly interval: number; readonly retries: number } | null
  readonly tempo: Tempo
}

export interface Probe {
  readonly at: number
  readonly exit_code: 0 | 1
  readonly output: string
}

export interface Health {
  readonly status: 'starting' | 'healthy' | 'unhealthy'
  readonly failing_streak: number
  readonly log: readonly Probe[]
}

/** A container at one moment, as `docker inspect` would tell it. */
export interface Life {
  readonly status: 'created' | 'running' | 'restarting' | 'exited'
  readonly exit_code: number
  readonly restarts: number
  readonly started: number
  readonly finished: number | null
  readonly health: Health | null
  /** Whether the program would answer a request. */
  readonly answers: 'well' | 'badly' | 'not at all'
}

const ends: Partial<Record<Behaviour, number>> = { 'crash-loop': 1, 'exit-0': 0 }
const keptProbes = 5

/** The code with which a program of this behaviour ends by itself; undefined if it stays. */
export function endCode(behaviour: Behaviour): number | undefined {
  return ends[behaviour]
}

/** How often Docker starts it again after an end with this code; Infinity for ever. */
export function restartLimit(policy: RestartPolicy, code: number): number {
  switch (policy.name) {
    case 'no':
      return 0
    case 'on-failure':
      return code === 0 ? 0 : policy.retries
    case 'always':
    case 'unless-stopped':
      return Number.POSITIVE_INFINITY
  }
}

/** The state of a container at `now`: a pure function of its plan, so that nothing has to tick. */
export function lifeAt(plan: LifePlan, now: number): Life {
  const code = endCode(plan.behaviour)
  if (now < plan.started) return notStarted(plan)
  return code === undefined ? staying(plan, now) : ending(plan, now, code)
}

function notStarted(plan: LifePlan): Life {
  const { started } = plan
  return {
    status: 'created',
    exit_code: 0,
    restarts: 0,
    started,
    finished: null,
    health: null,
    answers: 'not at all',
  }
}

function staying(plan: LifePlan, now: number): Life {
  const ready = plan.behaviour !== 'slow' || now - plan.started >= plan.tempo.slow
  const answering = plan.behaviour === 'failing-health' ? 'badly' : 'well'
  return {
    status: 'running',
    exit_code: 0,
    restarts: 0,
    started: plan.started,
    finished: null,
    health: healthAt(plan, plan.started, now),
    answers: ready ? answering : 'not at all',
  }
}

function ending(plan: LifePlan, now: number, code: number): Life {
  const { run, backoff } = plan.tempo
  const cycle = run + backoff
  const restarts = Math.min(Math.floor((now - plan.started) / cycle), restartLimit(plan.restart, code))
  const started = plan.started + restarts * cycle
  const over = now - started >= run
  const again = restarts < restartLimit(plan.restart, code)
  return {
    status: over ? (again ? 'restarting' : 'exited') : 'running',
    exit_code: over || restarts > 0 ? code : 0,
    restarts,
    started,
    finished: over ? started + run : restarts > 0 ? started - backoff : null,
    health: healthAt(plan, started, Math.min(now, started + run)),
    answers: over || code !== 0 ? 'not at all' : 'well',
  }
}

function healthAt(plan: LifePlan, started: number, now: number): Health | null {
  if (plan.health === null) return null
  const every = Math.max(1, Math.min(plan.health.interval, plan.tempo.probe))
  const done = Math.floor((now - started) / every)
  const first = Math.max(1, done - keptProbes + 1)
  const log = Array.from({ length: Math.max(0, done - first + 1) }, (_, index) =>
    probe(plan, started, (first + index) * every),
  )
  const last = log.at(-1)
  if (last === undefined) return { status: 'starting', failing_streak: 0, log }
  if (last.exit_code === 0) return { status: 'healthy', failing_streak: 0, log }
  // A slow program is in its start period: its failures don't count against it yet, as with Docker's own.
  const grace = plan.behaviour === 'slow'
  const streak = grace ? 0 : done
  return { status: streak >= plan.health.retries ? 'unhealthy' : 'starting', failing_streak: streak, log }
}

function probe(plan: LifePlan, started: number, after: number): Probe {
  const at = started + after
  if (plan.behaviour === 'failing-health')
    return { at, exit_code: 1, output: 'simulated health check: HTTP 503 Service Unavailable' }
  const ready = plan.behaviour !== 'crash-loop' && (plan.behaviour !== 'slow' || after >= plan.tempo.slow)
  return ready
    ? { at, exit_code: 0, output: 'simulated health check: HTTP 200 OK' }
    : { at, exit_code: 1, output: 'simulated health check: connection refused' }
}
