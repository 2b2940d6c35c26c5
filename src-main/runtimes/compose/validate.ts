import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import type { Target } from '../../../src-preload/contract/targets.ts'
import type { StrategyName } from '../../../src-preload/contract/vocabulary.ts'
import { assertNever } from '../../../src-preload/contract/vocabulary.ts'

/**
 * Throws `strategy_unsupported` for what Compose on this target can't do: blue_green, since two projects can't publish
 * one port; canary, which goes by hosts and needs more than the one that a target has.
 */
export function validate(target: Target, strategy: StrategyName): void {
  switch (strategy) {
    case 'rolling':
      return
    case 'blue_green':
    case 'canary':
      throw new PilothouseError(
        'strategy_unsupported',
        { strategy, runtime: target.runtime, target: target.name },
        { hint: `hint.strategy_unsupported.compose_${strategy}` },
      )
    default:
      return assertNever(strategy)
  }
}
