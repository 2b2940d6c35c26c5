import { ORPCError } from '@orpc/server'
import { isPilothouseError } from '../../src-preload/contract/errors.ts'
import type { PilothouseError } from '../../src-preload/contract/errors.ts'

/** Messages of the errors beneath, outermost first; what a person needs to see is in the code, this is for the why. */
function causesOf(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth > 8) return []
  return [error.message, ...causesOf(error.cause, depth + 1)]
}

/** An expected failure as what the contract declares; its texts are made by whoever shows it. */
export function toContractError(error: PilothouseError): ORPCError<string, unknown> {
  return new ORPCError(error.code, {
    defined: true,
    message: error.message,
    data: { data: error.data, hint: error.hint ?? null, causes: causesOf(error.cause) },
    cause: error,
  })
}

/** Lets an expected failure cross as its code; anything else is a bug and goes on as it is. */
export function rethrow(error: unknown): never {
  throw isPilothouseError(error) ? toContractError(error) : error
}

/** A stream whose expected failure in the middle crosses as its code, like that of any other procedure. */
export async function* failingAsContract<T>(events: AsyncIterable<T>): AsyncGenerator<T, void> {
  try {
    yield* events
  } catch (error) {
    rethrow(error)
  }
}
