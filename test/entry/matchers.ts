import { expect } from 'vitest'

/** Matches any text; `expect.any` itself has no type. */
export const anyText: unknown = expect.any(String)

/** Matches text that holds `part`, or fits it. */
export function textWith(part: string | RegExp): unknown {
  return typeof part === 'string' ? expect.stringContaining(part) : expect.stringMatching(part)
}
