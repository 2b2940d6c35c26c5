import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLines } from '../../../src-main/runtimes/compose/lines.ts'

function linesOf(...chunks: readonly Uint8Array[]): string[] {
  const lines = createLines()
  return [...chunks.flatMap((chunk) => lines.add(chunk)), ...lines.rest()]
}
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test('lines are the same however a log arrives', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.array(fc.nat(20)), (texts, cuts) => {
      const all = bytes(texts.map((text) => `${text.replace(/[\n\r]/g, '')}\n`).join(''))
      const chunks: Uint8Array[] = []
      let at = 0
      for (const cut of cuts) {
        chunks.push(all.subarray(at, at + cut))
        at += cut
      }
      expect(linesOf(...chunks, all.subarray(at))).toEqual(linesOf(all))
    }),
  )
})

test('a last line without an end is told, an empty one is not', () => {
  expect(linesOf(bytes('one\n\ntwo'))).toEqual(['one', '', 'two'])
  expect(linesOf(bytes('one\n'))).toEqual(['one'])
})

test('of a line that a progress bar wrote over and over, the last state is told', () => {
  expect(linesOf(bytes('10%\r50%\r100%\r\ndone\n'))).toEqual(['100%', 'done'])
})

test('an endless line comes in pieces', () => {
  expect(linesOf(bytes('x'.repeat(5000)), bytes('x'.repeat(5000))).map(({ length }) => length)).toEqual([
    4096, 4096, 1808,
  ])
})
