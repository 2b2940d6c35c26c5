import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isDeeperThan, readFrame } from '../../../src-main/entry/loopback/frames.ts'

const frame = (value: unknown) => readFrame(JSON.stringify(value))

describe('a message', () => {
  it('is a call of a procedure, or a call that is given up', () => {
    expect(frame({ i: '1', p: { u: '/releases/list', b: { json: { limit: 5 } } } })).toEqual({ kind: 'call' })
    expect(frame({ i: '1', p: { u: '/members/me' } })).toEqual({ kind: 'call' })
    expect(frame({ i: '1', t: 4 })).toEqual({ kind: 'leave' })
  })

  it.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['a lonely value', '"releases/list"'],
    ['null', 'null'],
    ['a list', '[]'],
    ['an empty object', '{}'],
    ['no id', '{"p":{"u":"/releases/list"}}'],
    ['a number as id', '{"i":1,"p":{"u":"/releases/list"}}'],
    ['an endless id', JSON.stringify({ i: 'i'.repeat(65), p: { u: '/releases/list' } })],
    ['no payload', '{"i":"1"}'],
    ['no path', '{"i":"1","p":{}}'],
    ['an address instead of a path', '{"i":"1","p":{"u":"http://attacker.example/releases/list"}}'],
    ['a path out of the contract', '{"i":"1","p":{"u":"/../releases/list"}}'],
    ['a query', '{"i":"1","p":{"u":"/releases/list?data=1"}}'],
    ['another method', '{"i":"1","p":{"u":"/releases/list","m":"GET"}}'],
    ['headers', '{"i":"1","p":{"u":"/releases/list","h":{"content-type":"multipart/form-data"}}}'],
    ['an event of a stream from the client', '{"i":"1","t":3,"p":{"e":"message","d":1}}'],
    ['an answer', '{"i":"1","t":2,"p":{"s":200,"b":1}}'],
    ['an unknown kind', '{"i":"1","t":99,"p":{"u":"/releases/list"}}'],
    ['keys of the language', '{"i":"1","__proto__":{"t":4},"p":{"u":"/releases/list"}}'],
    ['more than belongs there', '{"i":"1","p":{"u":"/releases/list"},"x":1}'],
  ])('is refused: %s', (_case, text) => {
    expect(readFrame(text)).toBeNull()
  })

  it('is refused when it nests too deep, before anything that recurses sees it', () => {
    const nested = (depth: number) =>
      `{"i":"1","p":{"u":"/a/b","b":${'['.repeat(depth)}${']'.repeat(depth)}}}`
    expect(readFrame(nested(40))).toEqual({ kind: 'call' })
    expect(readFrame(nested(80))).toBeNull()
    expect(readFrame(nested(400_000))).toBeNull()
  })

  it('never throws, whatever arrives', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'binary' })), (text) => {
        expect([null, { kind: 'call' }, { kind: 'leave' }]).toContainEqual(readFrame(text))
      }),
    )
  })
})

describe('the depth of JSON', () => {
  it('counts levels, not members', () => {
    expect(isDeeperThan(1, 0)).toBe(false)
    expect(isDeeperThan([], 0)).toBe(false)
    expect(isDeeperThan([1], 0)).toBe(true)
    expect(
      isDeeperThan(
        Array.from({ length: 10_000 }, () => [1]),
        2,
      ),
    ).toBe(false)
    expect(isDeeperThan({ a: { b: { c: 1 } } }, 2)).toBe(true)
    expect(isDeeperThan({ a: { b: { c: 1 } } }, 3)).toBe(false)
  })
})
