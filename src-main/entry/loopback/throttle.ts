import { limits } from './limits.ts'

/** Slows wrong attempts down. The right token never waits: it is looked at first. */
export interface Throttle {
  /** Counts a wrong attempt; the seconds to wait before the next one, or 0. */
  wrong(): number
}

/** A bucket of attempts that refills with time. @param now milliseconds since the epoch */
export function createThrottle(now: () => number): Throttle {
  const { burst, refillMs } = limits.wrongTokens
  let left: number = burst
  let since = now()
  return {
    wrong: () => {
      const refilled = Math.max(0, Math.floor((now() - since) / refillMs))
      left = Math.min(burst, left + refilled)
      since = left === burst ? now() : since + refilled * refillMs
      if (left > 0) {
        left -= 1
        return 0
      }
      return Math.max(1, Math.ceil((since + refillMs - now()) / 1000))
    },
  }
}
