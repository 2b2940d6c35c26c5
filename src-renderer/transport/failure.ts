import { ORPCError } from '@orpc/client'
import { z } from 'zod'
import { errorCode } from '../../src-preload/contract/errors.ts'
import type { ErrorCode } from '../../src-preload/contract/errors.ts'
import { jsonObject } from '../../src-preload/contract/vocabulary.ts'
import type { JsonObject } from '../../src-preload/contract/vocabulary.ts'

/** What went wrong, as the contract carries it; `hint` names a variant of the code's own hint. */
export interface FailureInfo {
  readonly code: ErrorCode
  readonly hint: string | null
  readonly data: JsonObject
  readonly causes: readonly string[]
}

const remote = z.object({ code: z.string(), message: z.string(), data: z.unknown() })
const sent = z.object({ data: jsonObject, hint: z.string().nullable(), causes: z.array(z.string()) })
const issues = z.object({
  issues: z.array(
    z.object({
      message: z.string(),
      path: z
        .array(z.union([z.string(), z.number(), z.object({ key: z.union([z.string(), z.number()]) })]))
        .default([]),
    }),
  ),
})

/**
 * An expected failure as a thrown value that `failureOf` reads.
 *
 * @param hint a variant of the code's hint
 */
export function failing(
  code: ErrorCode,
  data: JsonObject = {},
  hint: string | null = null,
): ORPCError<string, unknown> {
  return new ORPCError(code, { data: { data, hint, causes: [] } })
}

/** What a thrown value means: a code of the closed set, refused input as `validation_error`, else a defect. */
export function failureOf(error: unknown): FailureInfo {
  if (error instanceof ORPCError) return readRemote(remote.parse(error))
  const problem = error instanceof Error ? error.message : String(error)
  return { code: 'internal_error', hint: null, data: { problem }, causes: [] }
}

function readRemote(error: z.infer<typeof remote>): FailureInfo {
  const code = errorCode.safeParse(error.code)
  const content = sent.safeParse(error.data)
  if (code.success && content.success) return { code: code.data, ...content.data }
  const refused = issues.safeParse(error.data)
  if (error.code === 'BAD_REQUEST' && refused.success) {
    const problems = refused.data.issues.map(({ path, message }) => ({
      path: pathText(path),
      problem: message,
    }))
    return { code: 'validation_error', hint: null, data: { problems }, causes: [] }
  }
  return {
    code: 'internal_error',
    hint: null,
    data: { problem: `${error.code}: ${error.message}` },
    causes: [],
  }
}

function pathText(path: readonly (string | number | { readonly key: string | number })[]): string {
  const text = path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.')
  return text === '' ? 'input' : text
}
