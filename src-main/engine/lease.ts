import { PilothouseError } from '../../src-preload/contract/errors.ts'
import type { ReleaseId } from '../../src-preload/contract/vocabulary.ts'
import { lease as pace } from '../lifecycle/pace.ts'
import type { EngineParts } from './parts.ts'

/** A lease that is kept: renewed until released; `signal` aborts with `lease_lost` or `aborted`. */
export interface KeptLease {
  readonly fence: number
  readonly signal: AbortSignal
  /** Stops renewing. The lease itself ends with the release's last command, or by itself. */
  release(): Promise<void>
}

/**
 * Renews a lease until it is released. A renewal that fails ends the run at once, well before the lease does: many
 * renewals fit into one lease, so nobody else can hold it yet. An abort that somebody asked for is noticed here; the
 * lease is kept meanwhile, because findings are still to be recorded.
 */
export function keepLease(parts: EngineParts, held: { release_id: ReleaseId; fence: number }): KeptLease {
  const run = new AbortController()
  const stop = new AbortController()
  const loop = async () => {
    while (!stop.signal.aborted) {
      await parts.clock.sleep(pace.renewEveryMs, stop.signal)
      const answer = await parts.ledger.renewLease({ ...held, lease_seconds: pace.seconds })
      if (answer.abort_requested) run.abort(new PilothouseError('aborted', {}))
    }
  }
  const renewing = loop().catch((error: unknown) => {
    if (!stop.signal.aborted) run.abort(error)
  })
  return {
    fence: held.fence,
    signal: run.signal,
    release: async () => {
      stop.abort()
      await renewing
    },
  }
}
