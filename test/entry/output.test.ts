import { describe, expect, it } from 'vitest'
import {
  createOutput,
  facts,
  harmless,
  shortDigest,
  shortInstant,
  table,
  unpainted,
} from '../../src-main/entry/output.ts'

function sinks(colour: boolean) {
  const written = { out: '', err: '' }
  return {
    written,
    stdout: { write: (text: string) => (written.out += text), colour },
    stderr: { write: (text: string) => (written.err += text), colour },
  }
}

describe('output', () => {
  it('is coloured on a terminal only', () => {
    for (const colour of [true, false]) {
      const { written, stdout, stderr } = sinks(colour)
      createOutput(stdout, stderr, false).answer(null, (paint) => [paint('bad', 'failed')])
      expect(written.out).toBe(colour ? '\u001b[31mfailed\u001b[39m\n' : 'failed\n')
    }
  })

  it('is one line of JSON with --json, and notes for people stay away', () => {
    const { written, stdout, stderr } = sinks(true)
    const output = createOutput(stdout, stderr, true)
    output.answer({ a: 'x\ny' }, () => ['never'])
    output.record([1], () => ['never'])
    output.note('never')
    expect(written).toEqual({ out: '{"a":"x\\ny"}\n[1]\n', err: '' })
  })

  it('puts failures on stderr, as text or as one object', () => {
    const failure = { code: 'offline', message: 'm', hint: 'h', data: { a: 1 }, causes: [] } as const
    const text = sinks(false)
    createOutput(text.stdout, text.stderr, false).failure(failure)
    expect(text.written).toEqual({ out: '', err: 'error offline: m\n  a: 1\nhint: h\n' })
    const asJson = sinks(false)
    createOutput(asJson.stdout, asJson.stderr, true).failure(failure)
    expect(JSON.parse(asJson.written.err)).toEqual({ error: failure })
    expect(asJson.written.out).toBe('')
  })

  it('shows what a terminal would obey: escapes, line breaks, marks that turn text around', () => {
    expect(harmless('a\u001b[2Jb', false)).toBe('a\\u{1b}[2Jb')
    expect(harmless('\u001b[8mhidden\u001b]0;title\u0007', true)).toBe(
      '\\u{1b}[8mhidden\\u{1b}]0;title\\u{7}',
    )
    expect(harmless('low\nrisk: low\r', false)).toBe('low ⏎ risk: low\\u{d}')
    expect(harmless('abc\u202edcba', true)).toBe('abc\\u{202e}dcba')
    expect(harmless('\u001b[31mred\u001b[39m ü\t→', true)).toBe('\u001b[31mred\u001b[39m ü\t→')
  })

  it('aligns tables and facts, and says when there is nothing', () => {
    expect(
      table(
        unpainted,
        ['A', 'B'],
        [
          ['long', 'x'],
          ['s', 'y'],
        ],
        'nothing',
      ),
    ).toEqual(['A     B', 'long  x', 's     y'])
    expect(table(unpainted, ['A'], [], 'nothing')).toEqual(['nothing'])
    expect(
      facts([
        ['name', 'x'],
        ['n', null],
        ['to', 'y'],
      ]),
    ).toEqual(['name  x', 'to    y'])
  })

  it('writes instants in UTC and digests short', () => {
    expect(shortInstant('2026-03-04T06:06:07.123456+01:00')).toBe('2026-03-04 05:06:07Z')
    expect(shortDigest(`sha256:1a2b3c4d5e6f${'0'.repeat(52)}`)).toBe('1a2b3c4d5e6f')
  })
})
