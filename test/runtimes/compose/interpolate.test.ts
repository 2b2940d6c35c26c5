import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { interpolate } from '../../../src-main/runtimes/compose/interpolate.ts'
import { failureOf } from './composeParts.ts'

const values = new Map([
  ['SET', 'value'],
  ['EMPTY', ''],
  ['OTHER', 'other'],
  ['MONEY', '$5 ${SET}'],
])

function once(text: string): unknown {
  return interpolate({ text }, values)['text']
}

describe('variables in a Compose file', () => {
  it.each([
    ['$SET', 'value'],
    ['${SET}', 'value'],
    ['a${SET}b$SET', 'avaluebvalue'],
    ['$SETx'.replace('x', '-x'), 'value-x'],
    ['${EMPTY}', ''],
    ['${SET:-default}', 'value'],
    ['${EMPTY:-default}', 'default'],
    ['${UNSET:-default}', 'default'],
    ['${EMPTY-default}', ''],
    ['${UNSET-default}', 'default'],
    ['${UNSET-}', ''],
    ['${SET:?said}', 'value'],
    ['${EMPTY?said}', ''],
    ['${SET:+other}', 'other'],
    ['${EMPTY:+other}', ''],
    ['${UNSET:+other}', ''],
    ['${EMPTY+other}', 'other'],
    ['${UNSET+other}', ''],
    ['${UNSET:-${OTHER}}', 'other'],
    ['${UNSET:-${EMPTY:-$OTHER}!}', 'other!'],
    ['${UNSET:-{"a":{"b":1}}}', '{"a":{"b":1}}'],
    ['${SET:-${UNSET}}', 'value'],
    ['$$SET', '$SET'],
    ['$${SET}', '${SET}'],
    ['$$$SET', '$value'],
    ['${UNSET:-a$$b}', 'a$b'],
    ['${UNSET:-line\nbreak}', 'line\nbreak'],
    ['costs 5$', 'costs 5$'],
    ['$1 and $-', '$1 and $-'],
    ['${MONEY}', '$5 ${SET}'],
  ])('reads %s as Compose does', (text, expected) => {
    expect(once(text)).toBe(expected)
  })

  it('substitutes values at any depth and leaves keys and other scalars alone', () => {
    expect(interpolate({ $SET: [{ a: '$SET' }, 1, null, true] }, values)).toEqual({
      $SET: [{ a: 'value' }, 1, null, true],
    })
  })

  it('names all missing variables at once, each with where it is and what its author said', async () => {
    const failure = await failureOf(() =>
      interpolate({ a: '$ONE', b: { c: ['${TWO:?tell me}', '${EMPTY:?not empty}'] }, d: '${ONE}' }, values),
    )
    expect(failure.code).toBe('variable_missing')
    expect(failure.data).toEqual({
      variables: ['EMPTY', 'ONE', 'TWO'],
      uses: [
        { variable: 'ONE', path: 'a', said: '' },
        { variable: 'TWO', path: 'b.c[0]', said: 'tell me' },
        { variable: 'EMPTY', path: 'b.c[1]', said: 'not empty' },
        { variable: 'ONE', path: 'd', said: '' },
      ],
    })
  })

  it('never puts an empty text for a variable without value', async () => {
    expect((await failureOf(() => once('${UNSET}'))).code).toBe('variable_missing')
  })

  it('never reads the environment of this process', async () => {
    expect(process.env['PATH']).toBeDefined()
    expect((await failureOf(() => once('$PATH'))).data).toMatchObject({ variables: ['PATH'] })
  })

  it.each(['${SET', '${}', '${1}', '${SET/a/b}', '${SET:}', '${SET:-${OTHER}', '${ SET }'])(
    'refuses %s and says where',
    async (text) => {
      const failure = await failureOf(() => once(text))
      expect(failure.code).toBe('render_failed')
      expect(failure.data).toMatchObject({ path: 'text' })
      expect(failure.message).toContain('is not a variable expression')
    },
  )

  it('refuses expressions nested without end instead of failing itself', async () => {
    const failure = await failureOf(() => once('${A:-'.repeat(20_000) + '}'.repeat(20_000)))
    expect(failure.data).toMatchObject({ problem: 'expressions nested too deeply' })
  })

  it('leaves every text without a dollar sign as it is', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('$')),
        (text) => once(text) === text,
      ),
    )
  })

  it('turns doubled dollar signs back into what they stand for, whatever the text', () => {
    fc.assert(fc.property(fc.string(), (text) => once(text.replaceAll('$', '$$$$')) === text))
  })
})
