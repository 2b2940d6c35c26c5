const minute = 60_000
const hour = 60 * minute

/** What the loopback entry point allows; times in milliseconds, sizes in bytes. */
export const limits = {
  link: { lifetimeMs: 10 * minute, open: 16 },
  /** Wrong tokens in a row before each further one has to wait for `refillMs`. */
  wrongTokens: { burst: 10, refillMs: 6_000 },
  session: { idleMs: 12 * hour, lifetimeMs: 7 * 24 * hour, open: 32, sockets: 16 },
  /** `calls` counts what one socket has asked for and not been answered yet, running streams among it. */
  socket: { frameBytes: 1024 * 1024, frameDepth: 64, calls: 128, unsentBytes: 8 * 1024 * 1024 },
  http: { connections: 256, bodyBytes: 4096, headersMs: 5_000, requestMs: 10_000, keepAliveMs: 5_000 },
  heartbeatMs: 30_000,
  tendMs: minute,
  /** How long a closed socket may take to agree. */
  closingMs: 2_000,
} as const
