import { ORPCError } from '@orpc/client'
import { RPCHandler } from '@orpc/server/websocket'
import { errorCode } from '../../../src-preload/contract/errors.ts'
import { router } from '../../api/router.ts'
import type { ApiContext } from '../../api/surroundings.ts'

/** Told of a defect; gives back the words that name it to whoever met it. */
export type ReportDefect = (error: unknown) => string

/** A code of the closed set, or the library's for an input that its schema refused. */
function isExpected(error: unknown): error is ORPCError<string, unknown> {
  if (!(error instanceof ORPCError)) return false
  const code: unknown = error.code
  return code === 'BAD_REQUEST' || errorCode.safeParse(code).success
}

/**
 * What crosses for a thrown value: an expected failure and a refused input as they are, a defect as `internal_error`
 * that names it and tells nothing else of it.
 */
export function withoutDefect(error: unknown, report: ReportDefect): ORPCError<string, unknown> {
  if (isExpected(error)) return error
  return new ORPCError('internal_error', {
    defined: true,
    message: 'internal_error',
    data: { data: { problem: report(error) }, hint: null, causes: [] },
  })
}

function isStream(output: unknown): output is AsyncIterable<unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output
}

async function* streamed(
  events: AsyncIterable<unknown>,
  signal: AbortSignal | undefined,
  report: ReportDefect,
): AsyncGenerator<unknown, void> {
  try {
    yield* events
  } catch (error) {
    // Who left is told nothing, and what was cut by their leaving is no defect.
    throw signal?.aborted === true ? error : withoutDefect(error, report)
  }
}

/** The contract for sockets: the same router as in process, where a defect is not told to the other side. */
export function contractHandler(report: ReportDefect): RPCHandler<ApiContext> {
  return new RPCHandler(router, {
    clientInterceptors: [
      async (call) => {
        const { signal } = call
        try {
          const output: unknown = await call.next()
          return isStream(output) ? streamed(output, signal, report) : output
        } catch (error) {
          throw signal?.aborted === true ? error : withoutDefect(error, report)
        }
      },
    ],
  })
}
