import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { hintKey } from '../../src-main/entry/failure.ts'
import { isText, placeholders, say } from '../../src-main/entry/say.ts'
import { errorCodes, errorDataSchema } from '../../src-preload/contract/errors.ts'
import { eventActions } from '../../src-preload/contract/events.ts'
import { en } from '../../src-preload/contract/texts/en.ts'

const sources = path.resolve(import.meta.dirname, '..', '..', 'src-main')

/** Every `<name>: '…'` of the sources, with the file that it stands in. */
function literals(name: 'text' | 'hint'): { file: string; value: string }[] {
  return readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const code = readFileSync(path.join(sources, file), 'utf8')
      const found = code.matchAll(new RegExp(`\\b${name}: '([a-z][\\w.]*)'`, 'g'))
      return [...found].flatMap((match) => (match[1] === undefined ? [] : { file, value: match[1] }))
    })
}

/** A text that counts things has a form for one and another for several. */
function isThere(key: string): boolean {
  return isText(key) || isText(`${key}_other`)
}

describe('every error', () => {
  it('says what happened and what to do next', () => {
    const missing = errorCodes.flatMap((code) =>
      [`error.${code}`, `hint.${code}`].filter((key) => !isText(key) || en[key].trim() === ''),
    )
    expect(missing).toEqual([])
  })

  it('fills its own sentence from data that the contract promises', () => {
    const unfilled = errorCodes.flatMap((code) => {
      const schema = errorDataSchema(code)
      const promised =
        'shape' in schema && typeof schema.shape === 'object' ? Object.keys(schema.shape ?? {}) : []
      return placeholders(`error.${code}`).filter((name) => !promised.includes(name) && name !== 'problem')
    })
    expect(unfilled).toEqual([])
  })
})

describe('the tables', () => {
  it('define each text once', () => {
    const folder = path.resolve(sources, '..', 'src-preload', 'contract', 'texts', 'en')
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    const tables = files.filter((file) => file.endsWith('.ts'))
    const keys = tables.flatMap((file) =>
      [...readFileSync(path.join(folder, file), 'utf8').matchAll(/^ {2}'([\w.-]+)':/gm)].map(
        ([, key]) => key,
      ),
    )
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([])
    expect([...new Set(keys)].sort()).toEqual(Object.keys(en).sort())
  })
})

describe('every event', () => {
  it('has words', () => {
    expect(eventActions.filter((action) => !isText(`event.${action}`))).toEqual([])
  })
})

describe('every text that the sources name', () => {
  it('is in the tables', () => {
    const named = literals('text').filter(({ file }) => !file.startsWith(path.join('entry', 'commands')))
    expect(named.filter(({ value }) => !isThere(value))).toEqual([])
    expect(named.length).toBeGreaterThan(0)
  })

  it('is in the tables where a hint is named, whole or as a variant of its code', () => {
    const keys = Object.keys(en)
    const unknown = literals('hint').filter(
      ({ value }) =>
        !isText(value) && !keys.some((key) => key.startsWith('hint.') && key.endsWith(`.${value}`)),
    )
    expect(unknown).toEqual([])
  })

  it('has help behind every command', () => {
    const commands = literals('text').filter(({ file }) => file.startsWith(path.join('entry', 'commands')))
    const unknown = commands.filter(
      ({ value }) => !isText(value) && !(isText(`command.${value}`) && isText(`example.${value}`)),
    )
    expect(unknown).toEqual([])
    expect(commands.length).toBeGreaterThan(40)
  })
})

describe('say', () => {
  it('fills placeholders, lists with commas, without escaping what is not HTML', () => {
    expect(say('error.variable_missing', { variables: ['A', 'B<'] })).toBe(
      'The service needs variables that were not given: A, B<.',
    )
  })

  it('shows an unknown value as people write it in a usage', () => {
    expect(say('hint.release_state_invalid')).toBe('See where it stands: pilothouse release status <release>')
  })

  it('gives a key back that this version does not know, and never reads a value as text of its own', () => {
    expect(say({ text: 'diff.not_yet:invented.here' })).toBe('diff.not_yet:invented.here')
    expect(say('say.profile_in_use', { profile: '$t(say.yes) {{login}}' })).toBe(
      'Now using $t(say.yes) {{login}}.',
    )
  })

  it('chooses the hint named by a failure, and its own otherwise', () => {
    expect(hintKey('not_found', 'profile')).toBe('hint.not_found.profile')
    expect(hintKey('not_found', 'hint.not_found.profile')).toBe('hint.not_found.profile')
    expect(hintKey('not_found', 'never_heard_of')).toBe('hint.not_found')
    expect(hintKey('not_found', null)).toBe('hint.not_found')
  })
})
