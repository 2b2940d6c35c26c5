import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compareObjects } from '../../src-main/lifecycle/diff.ts'
import type { DocumentObject } from '../../src-preload/contract/releases.ts'

function web(fields: Record<string, string>, secret: string[] = []): DocumentObject {
  return { kind: 'service', name: 'web', fields, secret_paths: secret }
}

it('says an image change in words and counts it', () => {
  const diff = compareObjects([web({ image: 'shop:1.4' })], [web({ image: 'shop:1.5', restart: 'always' })])
  expect(diff.counts).toEqual({ create: 0, change: 1, replace: 0, delete: 0, unchanged: 0 })
  expect(diff.objects).toEqual([
    {
      kind: 'service',
      name: 'web',
      action: 'change',
      fields: [
        { path: 'image', before: 'shop:1.4', after: 'shop:1.5', secret: false },
        { path: 'restart', before: null, after: 'always', secret: false },
      ],
    },
  ])
  expect(diff.words).toEqual([
    { text: 'diff.image', params: { kind: 'service', name: 'web', before: 'shop:1.4', after: 'shop:1.5' } },
    { text: 'diff.fields', params: { kind: 'service', name: 'web', count: 1, paths: 'restart' } },
  ])
})

it('shows that a secret changed and neither of its values', () => {
  const diff = compareObjects(
    [web({ 'environment.PW': 'token-one' }, ['environment.PW'])],
    [web({ 'environment.PW': 'token-two' }, ['environment.PW'])],
  )
  expect(diff.objects[0]?.fields).toEqual([
    { path: 'environment.PW', before: null, after: null, secret: true },
  ])
  expect(JSON.stringify(diff)).not.toContain('token-')
})

it('hides a value that only one side declares secret', () => {
  const diff = compareObjects(
    [web({ 'environment.PW': 'in-the-clear' })],
    [web({ 'environment.PW': 'token' }, ['environment.PW'])],
  )
  expect(JSON.stringify(diff)).not.toContain('in-the-clear')
})

it('calls a changed volume replaced, a missing one deleted, a new one created', () => {
  const volume = (name: string, driver: string): DocumentObject => ({
    kind: 'volume',
    name,
    fields: { driver },
    secret_paths: [],
  })
  const diff = compareObjects(
    [volume('a', 'local'), volume('b', 'local')],
    [volume('a', 'nfs'), volume('c', 'local')],
  )
  expect(diff.objects.map(({ name, action }) => `${name} ${action}`)).toEqual([
    'a replace',
    'b delete',
    'c create',
  ])
  expect(diff.words.map(({ text }) => text)).toEqual(['diff.replace', 'diff.delete', 'diff.create'])
})

it('says that nothing changes where nothing does', () => {
  expect(compareObjects([web({ image: 'a' })], [web({ image: 'a' })]).words).toEqual([
    { text: 'diff.nothing', params: {} },
  ])
})

const drawnObjects = fc.uniqueArray(
  fc.record({
    kind: fc.constantFrom('service', 'volume', 'network'),
    name: fc.constantFrom('a', 'b', 'c'),
    fields: fc.dictionary(fc.constantFrom('image', 'x', 'y.z'), fc.constantFrom('1', '2')),
    secret_paths: fc.constant<string[]>([]),
  }),
  { selector: ({ kind, name }) => `${kind} ${name}` },
)

it('is a mirror: what one direction creates, the other deletes', () => {
  fc.assert(
    fc.property(drawnObjects, drawnObjects, (before, after) => {
      const there = compareObjects(before, after).counts
      const back = compareObjects(after, before).counts
      expect(back).toEqual({ ...there, create: there.delete, delete: there.create })
    }),
  )
})
