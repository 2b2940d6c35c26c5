import type { Clock } from '../ports/clock.ts'
import type { Ledger } from '../ports/ledger.ts'
import type { Places } from '../ports/places.ts'
import type { Reads } from '../ports/reads.ts'
import type { Runtime } from '../ports/runtime.ts'
import type { Secrets } from '../ports/secrets.ts'
import { PilothouseError } from '../../src-preload/contract/errors.ts'
import type { RuntimeName } from '../../src-preload/contract/vocabulary.ts'

/** What the engine works with; `entry/assemble.ts` wires it. */
export interface EngineParts {
  readonly ledger: Ledger
  readonly reads: Reads
  readonly runtimes: Readonly<Partial<Record<RuntimeName, Runtime>>>
  readonly places: Places
  readonly secrets: Secrets
  readonly clock: Clock
  /** A new UUIDv7. */
  readonly newId: () => string
}

/** The runtime of a name, or `strategy_unsupported` where this program has none. */
export function runtimeOf(parts: EngineParts, name: RuntimeName): Runtime {
  const runtime = parts.runtimes[name]
  if (runtime === undefined) throw new PilothouseError('strategy_unsupported', { runtime: name })
  return runtime
}
