import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** A random secret of 256 bits, as 43 characters that need no escaping anywhere. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** What is kept of a token: who reads this process's memory by accident (a dump, a log) learns no token from it. */
export function digestOf(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest()
}

/** The entry that a token belongs to. Every entry is compared, each in constant time. */
export function entryOf<T extends { readonly digest: Buffer }>(
  entries: Iterable<T>,
  token: string,
): T | null {
  const given = digestOf(token)
  let found: T | null = null
  for (const entry of entries) {
    if (timingSafeEqual(entry.digest, given)) found = entry
  }
  return found
}
