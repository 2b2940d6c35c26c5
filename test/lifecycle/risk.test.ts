import { expect, it } from 'vitest'
import { compareObjects } from '../../src-main/lifecycle/diff.ts'
import { assessRisk } from '../../src-main/lifecycle/risk.ts'
import type { RiskFacts } from '../../src-main/lifecycle/risk.ts'

function facts(changed: Partial<RiskFacts> = {}): RiskFacts {
  return {
    production: false,
    stage: 'dev',
    diff: compareObjects([], []),
    strategy: 'rolling',
    checks: [],
    can_go_back: true,
    hours_since_failure: null,
    ...changed,
  }
}
const volume = { kind: 'volume', name: 'data', fields: { driver: 'local' }, secret_paths: [] }

it('calls a small change outside production low', () => {
  expect(assessRisk(facts())).toEqual({ level: 'low', reasons: [] })
})

it('lifts production to medium and says why', () => {
  expect(assessRisk(facts({ production: true, stage: 'production' }))).toEqual({
    level: 'medium',
    reasons: [{ text: 'risk.production', params: { stage: 'production' } }],
  })
})

it('calls deleting a volume in production critical where nothing leads back after a recent failure', () => {
  const risk = assessRisk(
    facts({
      production: true,
      stage: 'production',
      diff: compareObjects([volume], []),
      can_go_back: false,
      hours_since_failure: 2.4,
    }),
  )
  expect(risk.level).toBe('critical')
  expect(risk.reasons).toEqual([
    { text: 'risk.production', params: { stage: 'production' } },
    { text: 'risk.volumes', params: { count: 1, names: 'data' } },
    { text: 'risk.removes', params: { count: 1 } },
    { text: 'risk.no_way_back', params: {} },
    { text: 'risk.recent_failure', params: { count: 3 } },
  ])
})
