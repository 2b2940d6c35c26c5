import { describe, expect, it } from 'vitest'
import { parseEnvFile } from '../../../src-main/runtimes/compose/envFile.ts'
import { emptyShortfall } from '../../../src-main/runtimes/compose/interpolate.ts'
import { failureOf } from './composeParts.ts'

const values = new Map([['SET', 'value']])

function read(text: string, format: 'compose' | 'raw' = 'compose') {
  const shortfall = emptyShortfall()
  const found = parseEnvFile({ path: 'a.env', text, format }, values, shortfall)
  return { found: Object.fromEntries(found), missing: shortfall.missing }
}

describe('an env file', () => {
  it.each([
    ['A=1', { A: '1' }],
    ['# note\n\n  A = 1 \nB: 2', { A: '1', B: '2' }],
    ['export A=1', { A: '1' }],
    ['A=', { A: '' }],
    ['A=x # note', { A: 'x' }],
    ['A=x#y', { A: 'x#y' }],
    ['A=# note', { A: '# note' }],
    ['A="\\0101\\0044SET \\q"', { A: 'A$SET \\q' }],
    ["A='$SET \\n # x'", { A: '$SET \\n # x' }],
    ['A="$SET \\n\\t\\"\\\\ \\$SET" # note', { A: 'value \n\t"\\ $SET' }],
    ['A="one\ntwo"\nB=2', { A: 'one\ntwo', B: '2' }],
    ["A='one\ntwo'", { A: 'one\ntwo' }],
    ['A=$SET ${SET:-x} $$SET', { A: 'value value $SET' }],
    ['A=1\nB=${A}2', { A: '1', B: '12' }],
    ['SET=own\nB=${SET}', { SET: 'own', B: 'value' }],
    ['SET', { SET: 'value' }],
    ['A=1\r\nB=2\r\n', { A: '1', B: '2' }],
    ['A=1\nA=2', { A: '2' }],
    ['a.b-c[0]=1', { 'a.b-c[0]': '1' }],
  ])('reads %j as Compose does', (text, expected) => {
    expect(read(text)).toEqual({ found: expected, missing: [] })
  })

  it('of format raw is taken as it stands', () => {
    expect(read(`A="$SET" # x\nB='y`, 'raw').found).toEqual({ A: '"$SET" # x', B: "'y" })
  })

  it('notes what is missing with file and line', () => {
    expect(read('A=1\nB=${GONE:?say}\nPASSED').missing).toEqual([
      { variable: 'GONE', path: 'a.env:2', said: 'say' },
      { variable: 'PASSED', path: 'a.env:3', said: '' },
    ])
  })

  it.each([
    ['A="open\nB=2', 1, 'a quote that is never closed'],
    ['A=1\nB="x" y', 2, 'text after the closing quote'],
    ['A=1\nnot a name=2', 2, 'not NAME=value'],
    ['=1', 1, 'not NAME=value'],
  ])('%j is refused with its line', async (text, line, problem) => {
    const failure = await failureOf(() => read(text))
    expect([failure.code, failure.data]).toEqual([
      'render_failed',
      expect.objectContaining({ path: 'a.env', line, problem, place: `a.env:${line}` }),
    ])
  })
})
