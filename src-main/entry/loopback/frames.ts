import { z } from 'zod'
import { limits } from './limits.ts'

/** What a client may send: a call of a procedure, or word that it no longer wants an answer. */
export type Frame = { readonly kind: 'call' } | { readonly kind: 'leave' }

const id = z.string().min(1).max(64)
const procedurePath = z.string().regex(/^(?:\/[a-z_]{1,64}){1,4}$/)
/** The protocol's own numbers (MessageType of @orpc/standard-server-peer). A call's input may be any JSON. */
const call = z.strictObject({
  i: id,
  p: z.strictObject({ u: procedurePath, b: z.unknown().optional() }),
})
const leave = z.strictObject({ i: id, t: z.literal(4), p: z.unknown().optional() })

/**
 * A text message as the frame that it is, or null for anything else. The protocol knows more than this: files, uploads,
 * streams from the client, other methods and headers. The contract has none of them, and what nobody needs is not let
 * in.
 */
export function readFrame(text: string): Frame | null {
  const parsed = parse(text)
  if (parsed === undefined || isDeeperThan(parsed, limits.socket.frameDepth)) return null
  if (call.safeParse(parsed).success) return { kind: 'call' }
  return leave.safeParse(parsed).success ? { kind: 'leave' } : null
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Whether JSON nests deeper than `limit`. What parses inputs recurses; this does not. */
export function isDeeperThan(json: unknown, limit: number): boolean {
  let level: unknown[] = [json]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limit) return true
    level = level.flatMap(membersOf)
  }
  return false
}

function membersOf(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  const members: unknown[] = Object.values(value)
  return members
}
