import { timingSafeEqual } from 'node:crypto'
import { digestOf, entryOf, newToken } from './digests.ts'
import { limits } from './limits.ts'

/** One browser that came in by a link. */
export interface Session {
  /** Of the cookie's token. */
  readonly digest: Buffer
  /** Of the key that the page keeps. */
  readonly keyDigest: Buffer
  readonly since: number
  /** When something was last asked for, in milliseconds since the epoch. */
  lastUsed: number
  /** What closes each of its open sockets. */
  readonly sockets: Set<() => void>
}

export interface Sessions {
  /**
   * A new session; the token is for its cookie, the key for its page. A browser sends a cookie to every port of a host:
   * whoever listens on another one learns the token, and without the key it opens nothing.
   */
  open(): { readonly token: string; readonly key: string }
  /** The session of a cookie's tokens, if one of them has one that still counts, and the key is its page's. */
  find(tokens: readonly string[], key: string | null): Session | null
  /** Whether it counts now; using it keeps it from running out for want of use. */
  use(session: Session): boolean
  /** Ends it and closes its sockets. */
  end(session: Session): void
  /** Ends what ran out. */
  sweep(): void
  endAll(): void
}

/** Whether a session ran out at an instant. */
export function isOver(session: Pick<Session, 'since' | 'lastUsed'>, at: number): boolean {
  return at - session.lastUsed >= limits.session.idleMs || at - session.since >= limits.session.lifetimeMs
}

/** The sessions of one instance, in memory: they end with the process. @param now milliseconds since the epoch */
export function createSessions(now: () => number): Sessions {
  const open = new Set<Session>()
  const end = (session: Session) => {
    open.delete(session)
    for (const close of session.sockets) close()
  }
  const sweep = () => {
    for (const session of open) if (isOver(session, now())) end(session)
  }
  return {
    open: () => {
      sweep()
      const [leastUsed] = [...open].sort((a, b) => a.lastUsed - b.lastUsed)
      if (leastUsed !== undefined && open.size >= limits.session.open) end(leastUsed)
      const [token, key] = [newToken(), newToken()]
      open.add({
        digest: digestOf(token),
        keyDigest: digestOf(key),
        since: now(),
        lastUsed: now(),
        sockets: new Set(),
      })
      return { token, key }
    },
    find: (tokens, key) => {
      sweep()
      const found = tokens.map((token) => entryOf(open, token)).find((session) => session !== null)
      if (found === undefined || key === null) return null
      return timingSafeEqual(found.keyDigest, digestOf(key)) ? found : null
    },
    use: (session) => {
      if (!open.has(session) || isOver(session, now())) return false
      session.lastUsed = now()
      return true
    },
    end,
    sweep,
    endAll: () => {
      for (const session of open) end(session)
    },
  }
}
