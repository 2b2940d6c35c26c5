import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import type { JsonObject } from '../../../src-preload/contract/vocabulary.ts'
import { mapMapping } from './document.ts'
import { problemsError } from './problems.ts'
import type { DocumentProblem } from './problems.ts'

/** Values by name; a token of a sealed variable counts as its value. */
export type Values = ReadonlyMap<string, string>

/** A variable without a value, where it is used and what its author said about it (`${NAME:?said}`). */
export interface MissingVariable {
  readonly variable: string
  readonly path: string
  readonly said: string
}

/** What went wrong while substituting, gathered so that a person is told everything at once. */
export interface Shortfall {
  readonly missing: MissingVariable[]
  readonly malformed: DocumentProblem[]
}

const nameAt = /[A-Za-z_][A-Za-z0-9_]*/y
const expression = /^([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-?+])([\s\S]*))?$/
const deepest = 32

/**
 * Compose's variable interpolation over every string scalar of a mapping (keys stay): `$NAME`, `${NAME}`, and
 * `${NAME:-default} ${NAME-default} ${NAME:?said} ${NAME?said} ${NAME:+other} ${NAME+other}`, nested, `$$` for a
 * dollar sign; a `$` before anything else stays (Compose specification, interpolation). One difference on purpose:
 * Compose puts an empty text for a variable without value; here it is missing. Only `values` are read, never the
 * environment of this process. Throws `render_failed` for a malformed expression and `variable_missing` with all
 * missing variables.
 */
export function interpolate(value: JsonObject, values: Values): JsonObject {
  const shortfall = emptyShortfall()
  const result = interpolateNoting(value, values, shortfall)
  refuseShortfall(shortfall)
  return result
}

/** `interpolate` that gathers what goes wrong; `refuseShortfall` then throws it. */
export function interpolateNoting(value: JsonObject, values: Values, shortfall: Shortfall): JsonObject {
  return mapMapping(value, (text, path) => substitute(text, path, values, shortfall))
}

/** Nothing wrong yet. */
export function emptyShortfall(): Shortfall {
  return { missing: [], malformed: [] }
}

/** Throws `render_failed` for the malformed, or `variable_missing` for the missing; returns if there is neither. */
export function refuseShortfall(shortfall: Shortfall): void {
  const [malformed, ...more] = shortfall.malformed
  if (malformed !== undefined) throw problemsError('render_failed', [malformed, ...more])
  if (shortfall.missing.length === 0) return
  const variables = [...new Set(shortfall.missing.map(({ variable }) => variable))].sort()
  throw new PilothouseError('variable_missing', {
    variables,
    uses: shortfall.missing.map(({ variable, path, said }) => ({ variable, path, said })),
  })
}

/** One text substituted; a missing variable leaves an empty text and is noted. */
export function substitute(
  text: string,
  path: string,
  values: Values,
  shortfall: Shortfall,
  depth = 0,
): string {
  let result = ''
  let from = 0
  for (let dollar = text.indexOf('$'); dollar >= 0; dollar = text.indexOf('$', from)) {
    result += text.slice(from, dollar)
    const part = partAt(text, dollar)
    if (part === null || depth > deepest) {
      const shown = text.slice(dollar, dollar + 40)
      const problem =
        part === null ? `"${shown}" is not a variable expression` : 'expressions nested too deeply'
      shortfall.malformed.push({ path, problem })
      return result
    }
    const inner = (rest: string): string => substitute(rest, path, values, shortfall, depth + 1)
    result += part.kind === 'literal' ? part.text : resolve(part, path, values, shortfall, inner)
    from = part.end
  }
  return result + text.slice(from)
}

interface Variable {
  readonly kind: 'variable'
  readonly name: string
  readonly operator: string
  readonly rest: string
  readonly end: number
}
type Part = Variable | { readonly kind: 'literal'; readonly text: string; readonly end: number }

function partAt(text: string, dollar: number): Part | null {
  const next = text[dollar + 1]
  if (next === '$') return { kind: 'literal', text: '$', end: dollar + 2 }
  if (next === '{') return bracedAt(text, dollar)
  nameAt.lastIndex = dollar + 1
  const name = nameAt.exec(text)?.[0]
  if (name === undefined) return { kind: 'literal', text: '$', end: dollar + 1 }
  return { kind: 'variable', name, operator: '', rest: '', end: dollar + 1 + name.length }
}

function bracedAt(text: string, dollar: number): Variable | null {
  const close = closingBrace(text, dollar + 2)
  const match = close < 0 ? null : expression.exec(text.slice(dollar + 2, close))
  if (match?.[1] === undefined) return null
  return { kind: 'variable', name: match[1], operator: match[2] ?? '', rest: match[3] ?? '', end: close + 1 }
}

/** Compose counts every opening brace, so that a default may be an object in braces. */
function closingBrace(text: string, from: number): number {
  let open = 1
  for (let index = from; index < text.length; index += 1) {
    if (text[index] === '{') open += 1
    if (text[index] === '}') open -= 1
    if (open === 0) return index
  }
  return -1
}

function resolve(
  { name, operator, rest }: Variable,
  path: string,
  values: Values,
  shortfall: Shortfall,
  inner: (rest: string) => string,
): string {
  const value = values.get(name)
  const usable = operator.startsWith(':') ? value !== undefined && value !== '' : value !== undefined
  if (operator.endsWith('+')) return usable ? inner(rest) : ''
  if (usable && value !== undefined) return value
  if (operator.endsWith('-')) return inner(rest)
  shortfall.missing.push({ variable: name, path, said: operator.endsWith('?') ? inner(rest) : '' })
  return ''
}
