import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { claimDiffers } from '../../src-main/lifecycle/claims.ts'
import { compareObjects } from '../../src-main/lifecycle/diff.ts'
import type { Diff, DocumentObject, ObjectChange } from '../../src-preload/contract/releases.ts'

const counts = { create: 0, change: 0, replace: 0, delete: 0, unchanged: 0 }
const diffOf = (...objects: ObjectChange[]): Diff => ({ objects, counts, words: [] })

const image = (after: string) => ({ path: 'image', before: 'web:1', after, secret: false })
const password = { path: 'environment.PASSWORD', before: null, after: null, secret: true }
const web = (changes: Partial<ObjectChange> = {}): ObjectChange => ({
  kind: 'service',
  name: 'web',
  action: 'change',
  fields: [image('web:2'), password],
  ...changes,
})
const same = web({ action: 'unchanged', fields: [] })

describe('a diff that somebody claims', () => {
  it('differs in nothing from one that says the same, in whatever order it does', () => {
    const data: ObjectChange = { kind: 'volume', name: 'data', action: 'create', fields: [] }
    const claimed = diffOf(data, web({ fields: [password, image('web:2')] }))
    expect(claimDiffers(diffOf(web(), data), claimed)).toEqual([])
  })

  it('may leave out what does not change, or call it unchanged', () => {
    expect(claimDiffers(diffOf(same), diffOf())).toEqual([])
    expect(claimDiffers(diffOf(), diffOf(same))).toEqual([])
  })

  it.each<[string, ObjectChange[]]>([
    ['leaves the object out', []],
    ['calls it unchanged', [same]],
    ['names another action', [web({ action: 'replace' })]],
    ['shows another value', [web({ fields: [image('web:1.1'), password] })]],
    ['leaves a field out', [web({ fields: [image('web:2')] })]],
    [
      'shows a secret as an ordinary field',
      [web({ fields: [image('web:2'), { ...password, secret: false }] })],
    ],
    ['adds a field', [web({ fields: [image('web:2'), password, { ...password, path: 'user' }] })]],
  ])('is named by its object where it %s', (_what, claimed) => {
    expect(claimDiffers(diffOf(web()), diffOf(...claimed))).toEqual([{ kind: 'service', name: 'web' }])
  })

  it('is named where it tells of an object that the reader does not find', () => {
    const invented = web({ name: 'invented' })
    expect(claimDiffers(diffOf(web()), diffOf(web(), invented))).toEqual([
      { kind: 'service', name: 'invented' },
    ])
  })

  it('names several in order, also where kinds and names could be run together', () => {
    const own = diffOf(
      web({ kind: 'b', name: 'x' }),
      web({ kind: 'a', name: 'y' }),
      web({ kind: 'a', name: 'b' }),
    )
    expect(claimDiffers(own, diffOf())).toEqual([
      { kind: 'a', name: 'b' },
      { kind: 'a', name: 'y' },
      { kind: 'b', name: 'x' },
    ])
    expect(
      claimDiffers(diffOf(web({ kind: 'a","b', name: 'c' })), diffOf(web({ kind: 'a', name: 'b","c' }))),
    ).toHaveLength(2)
  })
})

const documents = fc.array(
  fc.record({
    kind: fc.constantFrom('service', 'volume'),
    name: fc.constantFrom('web', 'db', 'cache'),
    fields: fc.dictionary(fc.constantFrom('image', 'user', 'ports[0]'), fc.constantFrom('1', '2')),
    secret_paths: fc.subarray(['user']),
  }),
  { maxLength: 4 },
)
const unique = (objects: DocumentObject[]) => [
  ...new Map(objects.map((object) => [`${object.kind} ${object.name}`, object])).values(),
]

it('differs from an honest diff exactly where a document was exchanged for another', () => {
  fc.assert(
    fc.property(documents, documents, documents, (before, shown, stored) => {
      const claimed = compareObjects(unique(before), unique(shown))
      const own = compareObjects(unique(before), unique(stored))
      const differing = claimDiffers(own, claimed)
      expect(claimDiffers(claimed, own)).toEqual(differing)
      const changed = (diff: Diff) => diff.objects.filter(({ action }) => action !== 'unchanged')
      expect(differing.length === 0).toBe(JSON.stringify(changed(own)) === JSON.stringify(changed(claimed)))
    }),
  )
})
