import { describe, expect, it } from 'vitest'
import { validate } from '../../../src-main/runtimes/compose/validate.ts'
import { failureOf, targetWith } from './composeParts.ts'

describe('strategies on a Compose target', () => {
  it('can be rolling', () => {
    expect(() => validate(targetWith(), 'rolling')).not.toThrow()
  })

  it.each(['blue_green', 'canary'] as const)('can not be %s, and say why', async (strategy) => {
    const failure = await failureOf(() => validate(targetWith(), strategy))
    expect([failure.code, failure.data, failure.hint]).toEqual([
      'strategy_unsupported',
      { strategy, runtime: 'compose', target: 'web-staging' },
      `hint.strategy_unsupported.compose_${strategy}`,
    ])
  })
})
