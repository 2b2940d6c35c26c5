import type { PilothouseError } from '../../../src-preload/contract/errors.ts'
import { substitute } from './interpolate.ts'
import type { Shortfall, Values } from './interpolate.ts'
import { renderFailed } from './problems.ts'

/** What an env file is read with. `raw` takes each value as it stands, to the end of its line. */
export interface EnvFile {
  readonly path: string
  readonly text: string
  readonly format: 'compose' | 'raw'
}

const statement = /^(?:export[ \t]+)?([A-Za-z0-9_.\-[\]]+)[ \t]*(?:([=:])[ \t]*|$)/
const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '"': '"',
  '\\': '\\',
}

/**
 * Variables of an env file, by Compose's rules: comments, `export`, `NAME=value` or `NAME: value`, values in single
 * quotes literal, in double quotes with escapes, over several lines where quoted; unquoted and double-quoted values are
 * interpolated from `values` and from the lines above; a name alone takes its value from `values`. Shortfalls are
 * noted; throws `render_failed` with the line for anything else.
 */
export function parseEnvFile(file: EnvFile, values: Values, shortfall: Shortfall): Map<string, string> {
  const found = new Map<string, string>()
  const lines = file.text.replaceAll('\r\n', '\n').split('\n')
  for (let line = 0; line < lines.length;) {
    const text = (lines[line] ?? '').trimStart()
    if (text === '' || text.startsWith('#')) {
      line += 1
      continue
    }
    const match = statement.exec(text)
    const name = match?.[1]
    if (match === null || name === undefined) throw wrong(file, line, 'not NAME=value')
    const at = `${file.path}:${line + 1}`
    if (match[2] === undefined) {
      found.set(name, substitute(`\${${name}}`, at, values, shortfall))
      line += 1
      continue
    }
    const written = readValue(file, lines, line, text.slice(match[0].length))
    const known: Values = new Map([...found, ...values])
    found.set(name, written.literal ? written.text : substitute(written.text, at, known, shortfall))
    line = written.next
  }
  return found
}

interface Written {
  readonly text: string
  /** Nothing in it is to be interpolated. */
  readonly literal: boolean
  readonly next: number
}

function readValue(file: EnvFile, lines: readonly string[], line: number, rest: string): Written {
  if (file.format === 'raw') return { text: rest, literal: true, next: line + 1 }
  const quote = rest[0]
  if (quote !== '"' && quote !== "'") {
    const [value = ''] = rest.split(' #')
    return { text: value.trimEnd(), literal: false, next: line + 1 }
  }
  let quoted = rest.slice(1)
  for (let next = line + 1; next <= lines.length; next += 1) {
    const end = closingQuote(quoted, quote)
    if (end >= 0) {
      refuseTrailing(file, next - 1, quoted.slice(end + 1))
      const inside = quoted.slice(0, end).replaceAll(`\\${quote}`, quote)
      return quote === "'"
        ? { text: inside, literal: true, next }
        : { text: unescape(quoted.slice(0, end)), literal: false, next }
    }
    quoted += `\n${lines[next] ?? ''}`
  }
  throw wrong(file, line, 'a quote that is never closed')
}

function closingQuote(text: string, quote: string): number {
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '\\') index += 1
    else if (text[index] === quote) return index
  }
  return -1
}

/**
 * Escapes of a double-quoted value, also octal ones (`\0101`); `\$` becomes `$$`, which interpolation then takes for a
 * dollar sign.
 */
function unescape(text: string): string {
  return text.replace(/\\(?:([abfnrtv"\\$])|0([0-3][0-7]{2}))/g, (_, letter?: string, octal?: string) => {
    if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8)).replace('$', '$$$$')
    if (letter === undefined || letter === '$') return '$$'
    return escapes[letter] ?? letter
  })
}

function refuseTrailing(file: EnvFile, line: number, rest: string): void {
  if (rest.trim() !== '' && !rest.trim().startsWith('#'))
    throw wrong(file, line, 'text after the closing quote')
}

function wrong(file: EnvFile, line: number, problem: string): PilothouseError {
  return renderFailed({ path: file.path, line: line + 1, problem })
}
