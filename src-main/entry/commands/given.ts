import { open, readFile } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import { instant, variableName } from '../../../src-preload/contract/vocabulary.ts'
import type { Surroundings } from '../surroundings.ts'

/** What was typed and can't be read, as the error that every command shows. */
export function invalid(path: string, problem: string, cause?: unknown): PilothouseError<'validation_error'> {
  return new PilothouseError('validation_error', { problems: [{ path, problem }] }, { cause })
}

/** `NAME=value` pairs as a record; throws `validation_error` for another form or a name given twice. */
export function pairs(option: string, given: readonly string[]): Record<string, string> {
  const found = new Map<string, string>()
  for (const pair of given) {
    const at = pair.indexOf('=')
    const name = variableName.safeParse(pair.slice(0, at))
    // The value stays out of the message: it may be a secret.
    if (at < 0 || !name.success) throw invalid(option, 'expected NAME=…, NAME of letters, digits and _')
    if (found.has(name.data)) throw invalid(option, `${name.data} is given twice`)
    found.set(name.data, pair.slice(at + 1))
  }
  return Object.fromEntries(found)
}

/**
 * Secret values from where they are: `NAME=env:VARIABLE`, `NAME=file:PATH` (one line break at its end is dropped) or
 * `NAME=-` for all of stdin. A value itself is never an argument: argv is readable by everybody on the machine.
 */
export async function secretValues(
  given: readonly string[],
  around: Pick<Surroundings, 'env' | 'input'>,
): Promise<Record<string, string>> {
  const sources = Object.entries(pairs('--secret', given))
  if (sources.filter(([, source]) => source === '-').length > 1) {
    throw invalid('--secret', 'only one value can come from stdin')
  }
  const values = await Promise.all(
    sources.map(async ([name, source]) => [name, await secretValue(name, source, around)] as const),
  )
  return Object.fromEntries(values)
}

async function secretValue(
  name: string,
  source: string,
  around: Pick<Surroundings, 'env' | 'input'>,
): Promise<string> {
  if (source === '-') return withoutLastBreak(await around.input.all())
  if (source.startsWith('env:')) {
    const value = around.env[source.slice(4)]
    if (value === undefined) throw invalid('--secret', `${name}: no such environment variable`)
    return value
  }
  if (source.startsWith('file:')) {
    return withoutLastBreak(await readGiven('--secret', source.slice(5)))
  }
  throw invalid('--secret', `${name}: expected env:VARIABLE, file:PATH or -`)
}

function withoutLastBreak(text: string): string {
  return text.replace(/\r?\n$/, '')
}

/** The text of a file that was named on the command line; throws `validation_error` where it can't be read. */
export async function readGiven(option: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw invalid(option, error instanceof Error ? error.message : `${file} can not be read`, error)
  }
}

/** Opens a new file for its owner alone; `conflict` where it exists, `validation_error` where it can't be made. */
export async function createFile(option: string, file: string): Promise<FileHandle> {
  try {
    return await open(file, 'wx', 0o600)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      throw new PilothouseError('conflict', { file }, { cause: error, hint: 'file_exists' })
    }
    throw invalid(option, error instanceof Error ? error.message : `${file} can not be written`, error)
  }
}

const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/**
 * An instant as it was typed: ISO 8601 with offset, a day (its midnight, UTC), `now`, or a time from now (`+12h`, `-7d`;
 * m, h, d). Throws `validation_error` for anything else.
 *
 * @param now milliseconds since the epoch
 */
export function instantGiven(option: string, text: string, now: number): string {
  const relative = /^([+-])(\d{1,6})([mhd])$/.exec(text)
  if (relative !== null) {
    const [, sign, count, unit] = relative
    const length = Number(count) * (unit === 'm' ? units.m : unit === 'h' ? units.h : units.d)
    return new Date(sign === '-' ? now - length : now + length).toISOString()
  }
  if (text === 'now') return new Date(now).toISOString()
  const whole = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text
  const given = instant.safeParse(whole)
  if (given.success) return given.data
  throw invalid(
    option,
    'expected 2026-08-01T12:00:00+02:00, 2026-08-01, now, or a time from now like +12h or -7d',
  )
}
