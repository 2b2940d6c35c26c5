import { describe, expect, it } from 'vitest'
import { parseYaml } from '../../../src-main/runtimes/compose/yamlText.ts'
import { failureOf } from './composeParts.ts'

async function refused(text: string) {
  const { code, data, hint } = await failureOf(() => parseYaml(text, 'compose.yaml'))
  expect(code).toBe('render_failed')
  const problem = 'problem' in data ? String(data['problem']) : ''
  return { data: { ...data, problem }, hint }
}

describe('a YAML text', () => {
  it('is read with anchors, merge keys and block texts', () => {
    expect(parseYaml('a: &a {x: 1, y: [2]}\nb: {<<: *a, x: 3}\nc: |\n  one\n  two\n', 'f')).toEqual({
      a: { x: 1, y: [2] },
      b: { x: 3, y: [2] },
      c: 'one\ntwo\n',
    })
  })

  it('reads scalars by YAML 1.2, but leading zeros as octal', () => {
    expect(parseYaml('{a: yes, b: 0755, c: 0o17, d: "01", e: 1.10, f: 22:22, g: 089, h: ~}', 'f')).toEqual({
      a: 'yes',
      b: 0o755,
      c: 15,
      d: '01',
      e: 1.1,
      f: '22:22',
      g: 89,
      h: null,
    })
  })

  it('that is malformed is refused with line and column', async () => {
    expect(await refused('services:\n  web:\n\timage: x\n')).toMatchObject({
      data: { path: 'compose.yaml', line: 3, column: 1, place: 'compose.yaml:3:1' },
      hint: 'hint.render_failed.at',
    })
    expect((await refused('a: "open\n')).data).toMatchObject({ path: 'compose.yaml', line: 2 })
  })

  it('that gives a key twice is refused, wherever', async () => {
    expect((await refused('services:\n  web: {image: a, image: b}\n')).data).toMatchObject({
      line: 2,
      problem: 'Map keys must be unique',
    })
  })

  it('whose aliases multiply is refused with a hint of its own, quickly', async () => {
    const levels = Array.from({ length: 9 }, (_, level) =>
      level === 0
        ? 'a0: &a0 [x, x]'
        : `a${level}: &a${level} [${Array(9)
            .fill(`*a${level - 1}`)
            .join(', ')}]`,
    )
    expect(await refused(levels.join('\n'))).toMatchObject({
      data: { problem: 'more than 100 values made from aliases' },
      hint: 'hint.render_failed.alias_bomb',
    })
  })

  it.each([
    ['an unknown tag', 'a: !reset null\n', /tag/],
    ['a binary tag', 'a: !!binary aGk=\n', /tag/],
    ['several documents', 'a: 1\n---\nb: 2\n', /documents/],
    ['a key that is a list', '? [a]\n: b\n', 'a key that is a collection or an alias'],
    [
      'a number that would lose digits',
      'a: 12345678901234567890\n',
      '12345678901234567890 would lose digits: put it in quotes',
    ],
    ['a number without end', 'a: .inf\n', 'a: a number without a finite value'],
    ['an alias of nothing', 'a: *none\n', /alias/i],
    ['brackets without end', '['.repeat(200_000), 'nested too deeply'],
    ['half a character', 'a: "\\ud800"\n', 'a: text with half a surrogate pair'],
  ])('with %s is refused', async (_, text, problem) => {
    const { problem: said } = (await refused(text)).data
    expect(said).toMatch(problem)
  })

  it('nested deeper than any document is refused, not read until the stack ends', async () => {
    const text = `a: ${'['.repeat(100)}${']'.repeat(100)}`
    expect((await refused(text)).data.problem).toMatch(/nested deeper than 64 levels$/)
  })

  it('keeps a key that JavaScript would take for a prototype as a plain key', () => {
    expect(Object.entries(parseYaml('__proto__: {a: 1}\nconstructor: x\n', 'f'))).toEqual([
      ['__proto__', { a: 1 }],
      ['constructor', 'x'],
    ])
  })
})
