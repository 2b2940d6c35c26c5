import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareObjects } from '../../../src-main/lifecycle/diff.ts'
import type { Json, JsonObject } from '../../../src-preload/contract/vocabulary.ts'
import { objects } from '../../../src-main/runtimes/compose/objects.ts'
import { bytesOf, token } from './composeParts.ts'

describe('a document as objects', () => {
  it('has one for each service, network, volume, config and secret, flattened and sorted', () => {
    const document = bytesOf(
      {
        web: { ports: ['80:80', { target: 1 }], image: 'a:1', deploy: {}, tty: true, labels: { 'a.b': '1' } },
      },
      {
        volumes: { data: null },
        networks: { net: { driver: 'bridge' } },
        configs: { c: { content: 'x' } },
        secrets: { s: { external: true } },
      },
    )
    expect(objects(document)).toEqual([
      { kind: 'config', name: 'c', fields: { content: 'x' }, secret_paths: [] },
      { kind: 'network', name: 'net', fields: { driver: 'bridge' }, secret_paths: [] },
      { kind: 'secret', name: 's', fields: { external: 'true' }, secret_paths: [] },
      {
        kind: 'service',
        name: 'web',
        fields: {
          deploy: '{}',
          image: 'a:1',
          'labels["a.b"]': '1',
          'ports[0]': '80:80',
          'ports[1].target': '1',
          tty: 'true',
        },
        secret_paths: [],
      },
      { kind: 'volume', name: 'data', fields: {}, secret_paths: [] },
    ])
  })

  it('means the same with environment as a list or as a mapping', () => {
    const list = bytesOf({ web: { environment: ['B=2=3', 'A='], labels: ['x=y'] } })
    const mapping = bytesOf({ web: { environment: { A: '', B: '2=3' }, labels: { x: 'y' } } })
    expect(objects(list)).toEqual(objects(mapping))
  })

  it('marks what holds a sealed value', () => {
    const sealed = `db://${token('P')}@x`
    expect(objects(bytesOf({ web: { environment: { A: '1', P: sealed } } }))).toEqual([
      {
        kind: 'service',
        name: 'web',
        fields: { 'environment.A': '1', 'environment.P': sealed },
        secret_paths: ['environment.P'],
      },
    ])
  })

  it('leaves out nothing that a host would read, known or not', () => {
    const found = objects(
      bytesOf({ web: { image: 'a' } }, { include: ['other.yaml'], 'x-a': { b: 1 }, name: 'n' }),
    )
    expect(found.filter(({ kind }) => kind === 'other').map(({ name, fields }) => [name, fields])).toEqual([
      ['include', { '[0]': 'other.yaml' }],
      ['name', { '': 'n' }],
      ['x-a', { b: '1' }],
    ])
  })

  it('tells texts from values that only look like them', () => {
    const texts = objects(
      bytesOf({ web: { a: 'true', b: true, c: 'null', d: null, e: '{}', f: '"x"', g: '80' } }),
    )
    expect(texts[0]?.fields).toEqual({
      a: '"true"',
      b: 'true',
      c: '"null"',
      d: 'null',
      e: '"{}"',
      f: '"\\"x\\""',
      g: '80',
    })
  })
})

/** Options of a service without the one pair that is meant to look alike: a number and its digits. */
const options: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Json>('', 'a', 'true', 'null', '[]', '{}', '"', null, true, false),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'a.b', 'a[0]', '', '"', '__proto__'), tie('value'), {
      maxKeys: 3,
    }),
  ),
})).value

describe('comparing documents by their objects', () => {
  const service = (value: Json): Uint8Array => bytesOf({ web: { x: value } })

  it('finds a difference exactly where the documents differ', () => {
    fc.assert(
      fc.property(options, options, (one, two) => {
        const [a, b] = [service(one), service(two)]
        const changed = compareObjects(objects(a), objects(b)).objects.some(
          ({ action }) => action !== 'unchanged',
        )
        return changed === !Buffer.from(a).equals(Buffer.from(b))
      }),
      { numRuns: 500 },
    )
  })

  it('finds the same fields in either direction', () => {
    fc.assert(
      fc.property(options, options, (one, two) => {
        const [a, b] = [objects(service(one)), objects(service(two))]
        const paths = (from: typeof a, to: typeof a): JsonObject =>
          Object.fromEntries(
            compareObjects(from, to).objects.map(({ name, fields }) => [
              name,
              fields.map(({ path }) => path),
            ]),
          )
        expect(paths(a, b)).toEqual(paths(b, a))
      }),
    )
  })
})
