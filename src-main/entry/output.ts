import { styleText } from 'node:util'
import { assertNever } from '../../src-preload/contract/vocabulary.ts'
import { failureLines } from './failure.ts'
import type { Failure } from './failure.ts'

/** Where text goes. */
export interface Sink {
  write(text: string): unknown
  /** Whether colours may be used: a terminal, and no NO_COLOR. */
  readonly colour: boolean
}

export type Tone = 'plain' | 'strong' | 'faint' | 'good' | 'warning' | 'bad'
export type Paint = (tone: Tone, text: string) => string

/** What a command says. Answers go to stdout, everything about them to stderr. */
export interface Output {
  readonly json: boolean
  /** One answer: as JSON on one line, or as lines for people. */
  answer(value: unknown, lines: (paint: Paint) => readonly string[]): void
  /** One record of a stream. */
  record(value: unknown, lines: (paint: Paint) => readonly string[]): void
  /** For people only; nothing with --json. */
  note(text: string): void
  failure(failure: Failure): void
}

/** Text without colours. */
export const unpainted: Paint = (_tone, text) => text

function painter(sink: Sink): Paint {
  return sink.colour ? paintTerminal : unpainted
}

function paintTerminal(tone: Tone, text: string): string {
  switch (tone) {
    case 'plain':
      return text
    case 'strong':
      return styleText('bold', text, { validateStream: false })
    case 'faint':
      return styleText('dim', text, { validateStream: false })
    case 'good':
      return styleText('green', text, { validateStream: false })
    case 'warning':
      return styleText('yellow', text, { validateStream: false })
    case 'bad':
      return styleText('red', text, { validateStream: false })
    default:
      return assertNever(tone)
  }
}

const ownColours = /\u001b\[(?:1|2|22|31|32|33|39)m/g
const marks = /[\p{Cc}\u202a-\u202e\u2066-\u2069\u200e\u200f]/gu

function shownMark(mark: string): string {
  if (mark === '\t') return mark
  return mark === '\n' ? ' ⏎ ' : `\\u{${(mark.codePointAt(0) ?? 0).toString(16)}}`
}

/**
 * One line that a terminal shows as it is: what came from a ledger or a host may hold line breaks, control characters
 * or marks that reorder what people read, and an approver has to see what is there. Our own colours stay where
 * `colour` is set.
 */
export function harmless(text: string, colour: boolean): string {
  const visible = (part: string) => part.replace(marks, shownMark)
  if (!colour) return visible(text)
  const colours = [...text.matchAll(ownColours)].map(([sequence]) => sequence)
  return text
    .split(ownColours)
    .map((part, index) => `${visible(part)}${colours[index] ?? ''}`)
    .join('')
}

/** Output of one command. */
export function createOutput(stdout: Sink, stderr: Sink, asJson: boolean): Output {
  const print = (sink: Sink, lines: readonly string[]) => {
    if (lines.length > 0) sink.write(`${lines.map((line) => harmless(line, sink.colour)).join('\n')}\n`)
  }
  const show: Output['answer'] = (value, lines) => {
    if (asJson) stdout.write(`${JSON.stringify(value)}\n`)
    else print(stdout, lines(painter(stdout)))
  }
  return {
    json: asJson,
    answer: show,
    record: show,
    note: (text) => {
      if (!asJson) print(stderr, [text])
    },
    failure: (failure) => {
      if (asJson) {
        const { code, message, hint, data, causes } = failure
        stderr.write(`${JSON.stringify({ error: { code, message, hint, data, causes } })}\n`)
        return
      }
      const [first = '', ...rest] = failureLines(failure)
      print(stderr, [painter(stderr)('bad', first), ...rest])
    },
  }
}

/** Rows as aligned columns; the last one is left as long as it is. Widths are counted before painting. */
export function columns(rows: readonly (readonly string[])[]): string[][] {
  const widths: number[] = []
  for (const row of rows) {
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, cell.length)
    })
  }
  return rows.map((row) =>
    row.map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0))),
  )
}

/** Rows as a table under a header; without rows, the words for that. */
export function table(
  paint: Paint,
  header: readonly string[],
  rows: readonly (readonly string[])[],
  empty: string,
): string[] {
  if (rows.length === 0) return [paint('faint', empty)]
  const [head = [], ...body] = columns([header, ...rows])
  return [paint('strong', head.join('  ')), ...body.map((row) => row.join('  '))]
}

/** Facts, one a line, under aligned names; those without a value are left out. */
export function facts(pairs: readonly (readonly [string, string | null | undefined])[]): string[] {
  const known = pairs.flatMap(([name, value]) =>
    value === null || value === undefined || value === '' ? [] : [[name, value]],
  )
  return columns(known).map((row) => row.join('  '))
}

/** An instant as people read it, in UTC to the second. */
export function shortInstant(instant: string): string {
  return `${new Date(instant).toISOString().slice(0, 19).replace('T', ' ')}Z`
}

/** The beginning of a digest that people compare: its first 12 hex digits. */
export function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 12)
}
