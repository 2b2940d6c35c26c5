import { explain } from '../failure.ts'
import type { Failure } from '../failure.ts'
import type { Clock } from '../../ports/clock.ts'

/** Work that comes round, until `signal` aborts. */
export interface Rounds {
  readonly clock: Clock
  readonly everyMs: number
  readonly signal: AbortSignal
  round(): Promise<void>
  /** Told of a round that failed, once for as long as it goes on failing the same way. */
  failed(failure: Failure): void
}

/** Does the round at once and then again and again; what goes wrong in one does not end the others. */
export async function goRound(rounds: Rounds): Promise<void> {
  const { clock, everyMs, signal } = rounds
  let toldOf: string | null = null
  while (!signal.aborted) {
    try {
      await rounds.round()
      toldOf = null
    } catch (error) {
      const failure = explain(error)
      if (failure.code !== toldOf && !signal.aborted) rounds.failed(failure)
      toldOf = failure.code
    }
    await pause(clock, everyMs, signal)
  }
}

async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(ms, signal)
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
