import { digestOf, entryOf, newToken } from './digests.ts'
import { limits } from './limits.ts'

/** One-time links: whoever opens one first is in. */
export interface Links {
  /** A fresh token, good once and for ten minutes. */
  issue(): string
  /** Uses a token up; false where it is unknown, used or too old. */
  redeem(token: string): boolean
}

/** @param now milliseconds since the epoch */
export function createLinks(now: () => number): Links {
  const open = new Set<{ digest: Buffer; until: number }>()
  const forgetOld = () => {
    for (const link of open) if (link.until <= now()) open.delete(link)
  }
  return {
    issue: () => {
      forgetOld()
      const [oldest] = open
      if (oldest !== undefined && open.size >= limits.link.open) open.delete(oldest)
      const token = newToken()
      open.add({ digest: digestOf(token), until: now() + limits.link.lifetimeMs })
      return token
    },
    redeem: (token) => {
      forgetOld()
      const link = entryOf(open, token)
      return link !== null && open.delete(link)
    },
  }
}
