import type { Clock } from '../../../src-main/ports/clock.ts'

/** A clock that stands still until it is told. */
export interface HandClock extends Clock {
  /** Lets time pass; whoever slept long enough wakes. */
  pass(ms: number): Promise<void>
}

interface Sleeper {
  readonly until: number
  wake(): void
}

/** Lets everything that can go on go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

/** @param start milliseconds since the epoch */
export function aClock(start = Date.UTC(2026, 2, 4)): HandClock {
  let now = start
  const sleepers = new Set<Sleeper>()
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const leave = () => {
          sleepers.delete(sleeper)
          reject(signal?.reason instanceof Error ? signal.reason : new DOMException('left', 'AbortError'))
        }
        const sleeper: Sleeper = {
          until: now + ms,
          wake: () => {
            sleepers.delete(sleeper)
            signal?.removeEventListener('abort', leave)
            resolve()
          },
        }
        if (signal?.aborted === true) return leave()
        signal?.addEventListener('abort', leave, { once: true })
        sleepers.add(sleeper)
      }),
    pass: async (ms) => {
      now += ms
      for (const sleeper of [...sleepers]) if (sleeper.until <= now) sleeper.wake()
      await settle()
    },
  }
}
