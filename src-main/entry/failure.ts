import { ORPCError } from '@orpc/client'
import { CommanderError } from 'commander'
import { z } from 'zod'
import { errorCode, isPilothouseError } from '../../src-preload/contract/errors.ts'
import type { ErrorCode } from '../../src-preload/contract/errors.ts'
import { json, jsonObject } from '../../src-preload/contract/vocabulary.ts'
import type { JsonObject } from '../../src-preload/contract/vocabulary.ts'
import type { TextKey } from '../../src-preload/contract/texts/en.ts'
import { isText, placeholders, say, word } from './say.ts'

/** A failure in words, as every command shows it. */
export interface Failure {
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string
  readonly data: JsonObject
  readonly causes: readonly string[]
}

interface Raw {
  readonly code: ErrorCode
  readonly data: JsonObject
  readonly hint: string | null
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
        .optional(),
    }),
  ),
})
type Issue = z.infer<typeof issues>['issues'][number]

/**
 * What a thrown value means to the person at the command line: an expected failure by its code, what commander or a
 * schema found wrong with the input as `validation_error`, anything else as `internal_error`.
 *
 * @param about what the command is about, for placeholders that the failure itself does not fill
 */
export function explain(error: unknown, about: Readonly<Record<string, string>> = {}): Failure {
  const raw = readError(error)
  const params = { ...about, ...raw.data, ...typedInstead(about, raw.data) }
  return {
    code: raw.code,
    message: say(`error.${raw.code}`, params),
    hint: say(hintKey(raw.code, raw.hint), params),
    data: raw.data,
    causes: raw.causes,
  }
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** What the person typed for a thing that the failure names by its id: that is what they can type again. */
function typedInstead(about: Readonly<Record<string, string>>, data: JsonObject): Record<string, string> {
  const ids = Object.entries(about).filter(([key]) => {
    const told = data[key]
    return typeof told === 'string' && uuid.test(told)
  })
  return Object.fromEntries(ids)
}

/** The text of a hint: the one named (`variant` or its whole key), else the code's own. */
export function hintKey(code: ErrorCode, hint: string | null): TextKey {
  const named = hint === null ? [] : [hint, `hint.${code}.${hint}`]
  return named.find(isText) ?? `hint.${code}`
}

function readError(error: unknown): Raw {
  if (isPilothouseError(error)) {
    return {
      code: error.code,
      data: jsonObject.catch({}).parse(error.data),
      hint: error.hint ?? null,
      causes: causesOf(error),
    }
  }
  if (error instanceof ORPCError) return readRemote(error, remote.parse(error))
  if (error instanceof z.ZodError) return invalid(error.issues.map(problemOf))
  if (error instanceof CommanderError) {
    return invalid([
      { path: 'command line', problem: error.message.replace(/^error: /, '').replaceAll('\n', ' ') },
    ])
  }
  const problem = error instanceof Error ? error.message : String(error)
  return { code: 'internal_error', data: { problem }, hint: null, causes: causesOf(error) }
}

function readRemote(thrown: unknown, error: z.infer<typeof remote>): Raw {
  const code = errorCode.safeParse(error.code)
  const content = sent.safeParse(error.data)
  if (code.success && content.success) return { code: code.data, ...content.data }
  const wrong = issues.safeParse(error.data)
  if (error.code === 'BAD_REQUEST' && wrong.success) return invalid(wrong.data.issues.map(problemOf))
  const problem = `${error.code}: ${error.message}`
  return { code: 'internal_error', data: { problem }, hint: null, causes: causesOf(thrown) }
}

function invalid(problems: { path: string; problem: string }[]): Raw {
  return { code: 'validation_error', data: { problems }, hint: null, causes: [] }
}

function problemOf(issue: Issue | z.core.$ZodIssue): { path: string; problem: string } {
  const path = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.')
  return { path: path === '' ? 'input' : path, problem: issue.message }
}

function causesOf(error: unknown): string[] {
  const causes: string[] = []
  let cause = error instanceof Error ? error.cause : undefined
  while (cause instanceof Error && causes.length < 5) {
    causes.push(cause.message)
    cause = cause.cause
  }
  return causes
}

const problems = z.array(z.object({ path: z.string(), problem: z.string() }))

/** The failure as lines for people; whatever of its data the sentence does not say stands below it. */
export function failureLines(failure: Failure): string[] {
  const said = new Set([
    ...placeholders(`error.${failure.code}`),
    ...placeholders(hintKey(failure.code, null)),
  ])
  const details = Object.entries(failure.data).flatMap(([key, value]) => {
    const listed = problems.safeParse(value)
    if (listed.success) return listed.data.map(({ path, problem }) => `  ${path}: ${problem}`)
    const plain = json.safeParse(value)
    return said.has(key) || !plain.success ? [] : [`  ${key}: ${word(plain.data)}`]
  })
  return [
    `error ${failure.code}: ${failure.message}`,
    ...details,
    ...failure.causes.map((cause) => `  cause: ${cause}`),
    `hint: ${failure.hint}`,
  ]
}
