import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { askedBehaviour, behaviours } from '../../src-main/simulator/behaviour.ts'
import { lifeAt } from '../../src-main/simulator/life.ts'
import type { LifePlan, RestartPolicy } from '../../src-main/simulator/life.ts'
import { usualTempo } from '../../src-main/simulator/tempo.ts'

const tempo = { ...usualTempo, probe: 100, run: 50, backoff: 50, slow: 450 }
const start = 1_000_000

function plan(changed: Partial<LifePlan>): LifePlan {
  const restart: RestartPolicy = { name: 'no' }
  const health = { interval: 30_000, retries: 2 }
  return { behaviour: 'healthy', started: start, restart, health, tempo, ...changed }
}
const at = (changed: Partial<LifePlan>, elapsed: number) => lifeAt(plan(changed), start + elapsed)

describe("a simulated container's life", () => {
  test('it is created until its program starts', () => {
    expect(at({}, -1)).toMatchObject({ status: 'created', health: null, answers: 'not at all' })
  })

  test('healthy: starting until the first check, then healthy and answering', () => {
    expect(at({}, 99)).toMatchObject({ status: 'running', health: { status: 'starting', log: [] } })
    expect(at({}, 100)).toMatchObject({ health: { status: 'healthy', failing_streak: 0 }, answers: 'well' })
    expect(at({ health: null }, 100).health).toBeNull()
  })

  test('failing health: unhealthy after as many failures as the document allows, never restarted', () => {
    const behaviour = 'failing-health'
    expect(at({ behaviour }, 100).health).toMatchObject({ status: 'starting', failing_streak: 1 })
    expect(at({ behaviour }, 200).health).toMatchObject({ status: 'unhealthy', failing_streak: 2 })
    expect(at({ behaviour }, 200)).toMatchObject({ status: 'running', restarts: 0, answers: 'badly' })
    expect(at({ behaviour }, 10_000).health?.log).toHaveLength(5)
  })

  test('slow: its first failures do not count, then it is healthy', () => {
    const behaviour = 'slow'
    const early = at({ behaviour }, 449)
    expect(early).toMatchObject({ answers: 'not at all', health: { status: 'starting', failing_streak: 0 } })
    expect(early.health?.log).toHaveLength(4)
    expect(at({ behaviour }, 500)).toMatchObject({ answers: 'well', health: { status: 'healthy' } })
  })

  test('crash loop: runs, ends with 1, waits, runs again', () => {
    const changed = { behaviour: 'crash-loop', restart: { name: 'always' } } as const
    expect(at(changed, 49)).toMatchObject({ status: 'running', restarts: 0, exit_code: 0, finished: null })
    expect(at(changed, 50)).toMatchObject({
      status: 'restarting',
      restarts: 0,
      exit_code: 1,
      finished: start + 50,
    })
    expect(at(changed, 120)).toMatchObject({ status: 'running', restarts: 1, started: start + 100 })
    expect(at(changed, 1000).restarts).toBe(10)
  })

  test('a restart policy bounds the restarts', () => {
    const behaviour = 'crash-loop'
    expect(at({ behaviour }, 1000)).toMatchObject({ status: 'exited', exit_code: 1, restarts: 0 })
    const restart = { name: 'on-failure', retries: 3 } as const
    expect(at({ behaviour, restart }, 10_000)).toMatchObject({ status: 'exited', restarts: 3 })
    expect(at({ behaviour: 'exit-0', restart }, 10_000)).toMatchObject({
      status: 'exited',
      exit_code: 0,
      restarts: 0,
    })
  })

  test('time only moves it forward', () => {
    const policies = fc.oneof(
      fc.constantFrom('no', 'always', 'unless-stopped').map((name): RestartPolicy => ({ name })),
      fc.nat(5).map((retries): RestartPolicy => ({ name: 'on-failure', retries })),
    )
    const elapsed = fc.nat(5000)
    const property = fc.property(
      fc.constantFrom(...behaviours),
      policies,
      elapsed,
      elapsed,
      (behaviour, restart, one, other) => {
        const earlier = at({ behaviour, restart }, Math.min(one, other))
        const later = at({ behaviour, restart }, Math.max(one, other))
        expect(later.restarts).toBeGreaterThanOrEqual(earlier.restarts)
        expect(later.started).toBeGreaterThanOrEqual(earlier.started)
        if (earlier.status === 'exited') expect(later.status).toBe('exited')
      },
    )
    fc.assert(property)
  })
})

test('a behaviour is asked for by label, else by the end of the tag', () => {
  const label = 'pilothouse.simulated.behaviour'
  expect(askedBehaviour('shop/web:1.5', {})).toBe('healthy')
  expect(askedBehaviour('shop/web:1.5-crash-loop', {})).toBe('crash-loop')
  expect(askedBehaviour(`shop/web:slow@sha256:${'0'.repeat(64)}`, {})).toBe('slow')
  expect(askedBehaviour('localhost:5000/crash-loop', {})).toBe('healthy')
  expect(askedBehaviour('shop/web:1.5-crash-loop', { [label]: 'exit-0' })).toBe('exit-0')
  expect(askedBehaviour('shop/web:1.5', { [label]: 'something else' })).toBe('healthy')
})
