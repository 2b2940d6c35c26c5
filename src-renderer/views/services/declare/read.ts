import { LineCounter, isNode, parseDocument } from 'yaml'
import { configFile } from '../../../../src-preload/contract/config.ts'
import type { ConfigFile } from '../../../../src-preload/contract/config.ts'

/** Something wrong with the text; line and column count from 1. */
export interface Problem {
  readonly line: number
  readonly column: number
  /** Where in the file's content, such as `services.0.name`; empty for the text itself. */
  readonly path: string
  readonly problem: string
}

/** What a text is as a `pilothouse.yaml`. */
export type Reading =
  | { readonly kind: 'empty' }
  | { readonly kind: 'too_large' }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  | { readonly kind: 'read'; readonly file: ConfigFile }

/** A file larger than this is no configuration: bytes. */
const largest = 1024 * 1024
type Document = ReturnType<typeof parseDocument>

/**
 * Reads a `pilothouse.yaml` as strictly as the command line does: YAML 1.2, no key twice, few aliases, no field that
 * the schema doesn't know.
 */
export function readConfig(text: string): Reading {
  if (text.trim() === '') return { kind: 'empty' }
  if (new TextEncoder().encode(text).byteLength > largest) return { kind: 'too_large' }
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    strict: true,
    uniqueKeys: true,
    prettyErrors: false,
  })
  const at = (offset: number, path: string, problem: string): Problem => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col, path, problem }
  }
  if (document.errors.length > 0) {
    return { kind: 'refused', problems: document.errors.map((error) => at(error.pos[0], '', error.message)) }
  }
  const content = contentOf(document)
  if ('problem' in content) return { kind: 'refused', problems: [at(0, '', content.problem)] }
  const parsed = configFile.safeParse(content.value)
  if (parsed.success) return { kind: 'read', file: parsed.data }
  const problems = parsed.error.issues.map((issue) =>
    at(offsetOf(document, issue.path), issue.path.map(String).join('.'), issue.message),
  )
  return { kind: 'refused', problems }
}

/** Aliases that would unfold into more than a hundred copies are refused by the parser. */
function contentOf(document: Document): { readonly value: unknown } | { readonly problem: string } {
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 })
    return { value }
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error
    return { problem: error.message }
  }
}

/** Where a path of the content stands in the text: its own node, or the nearest one around what is missing. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return document.contents?.range?.[0] ?? 0
}

/** Whether a folder is written whole, as this or another system writes it. */
export function isWholePath(directory: string): boolean {
  return /^(\/|[A-Za-z]:[\\/])/.test(directory)
}
