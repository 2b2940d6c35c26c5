import { LineCounter, parseDocument, visit } from 'yaml'
import type { Document, DocumentOptions, ParseOptions, ScalarTag, SchemaOptions, Tags } from 'yaml'
import type { JsonObject } from '../../../src-preload/contract/vocabulary.ts'
import { isMapping, toJson } from './document.ts'
import { renderFailed } from './problems.ts'
import type { HintKey } from './words.ts'

/** How often aliases may be followed; a file of Compose's size needs a few dozen. */
const aliasCap = 100

/** Compose's own reader takes a leading zero for octal, as in `mode: 0444`; YAML 1.2 alone would say 444. */
const octal: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  format: 'OCT',
  test: /^[-+]?0[0-7]+$/,
  resolve: (text) => parseInt(text, 8),
}

/**
 * A YAML 1.2 text with merge keys as JSON. Throws `render_failed` with path, line, column and problem for what isn't
 * YAML, keys given twice, unknown tags, keys that aren't plain, whole numbers that would lose digits, and aliases that
 * multiply (`hint.render_failed.alias_bomb`).
 */
export function parseYaml(text: string, file: string): JsonObject {
  const lines = new LineCounter()
  const refuse = (problem: string, offset: number | undefined, options: Options = {}): never => {
    const at = offset === undefined ? null : lines.linePos(offset)
    const where = at === null ? {} : { line: at.line, column: at.col }
    const hint = options.hint === undefined ? {} : { hint: options.hint }
    throw renderFailed({ path: file, problem, ...where, ...hint }, { cause: options.cause })
  }
  const document = nested(refuse, () => parseDocument(text, settings(lines)))
  const [wrong] = [...document.errors, ...document.warnings]
  if (wrong !== undefined) {
    const problem = wrong.code === 'RESOURCE_EXHAUSTION' ? 'nested too deeply' : plain(wrong.message)
    return refuse(problem, wrong.pos[0], { cause: wrong })
  }
  nested(refuse, () => refuseOddScalars(document, refuse))
  const root = nested(refuse, () =>
    toJson(expanded(document, refuse), (problem) => refuse(`${problem.path}: ${problem.problem}`, undefined)),
  )
  return isMapping(root) ? root : refuse('not a mapping', 0)
}

interface Options {
  readonly cause?: unknown
  readonly hint?: HintKey
}
type Refuse = (problem: string, offset: number | undefined, options?: Options) => never

function settings(lineCounter: LineCounter): ParseOptions & DocumentOptions & SchemaOptions {
  return {
    version: '1.2',
    merge: true,
    uniqueKeys: true,
    resolveKnownTags: false,
    prettyErrors: false,
    lineCounter,
    customTags: (tags: Tags): Tags => [octal, ...tags],
  }
}

function expanded(document: Document, refuse: Refuse): unknown {
  try {
    return document.toJS({ maxAliasCount: aliasCap })
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error
    return refuse(`more than ${aliasCap} values made from aliases`, undefined, {
      cause: error,
      hint: 'hint.render_failed.alias_bomb',
    })
  }
}

function refuseOddScalars(document: Document, refuse: Refuse): void {
  visit(document, {
    Pair(_, pair) {
      const key = pair.key
      if (typeof key !== 'object' || key === null) return
      if (!('value' in key)) refuse('a key that is a collection or an alias', undefined)
    },
    Scalar(_, scalar) {
      const { value, source = '', range } = scalar
      if (typeof value !== 'number' || !/^[-+]?\d+$/.test(source)) return
      if (!Number.isSafeInteger(value)) refuse(`${source} would lose digits: put it in quotes`, range?.[0])
    },
  })
}

/** Deep nesting ends the call stack of any recursive reader; that is the text's fault. */
function nested<T>(refuse: Refuse, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return refuse('nested too deeply', undefined, { cause: error })
  }
}

function plain(message: string): string {
  return message.split('\n')[0]?.replace(/\.$/, '') ?? message
}
