import fc from 'fast-check'
import { expect, it } from 'vitest'
import { canonicalDigest, canonicalText, sha256 } from '../../src-main/lifecycle/canonical.ts'
import { contextOf } from '../../src-main/lifecycle/context.ts'
import { placeIdentity } from '../../src-main/lifecycle/identity.ts'
import { json, releaseId, serviceId, targetId } from '../../src-preload/contract/vocabulary.ts'
import type { Json } from '../../src-preload/contract/vocabulary.ts'

function shuffled(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => shuffled(item))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]): [string, Json] => [key, shuffled(item)]),
  )
}

it('gives the same digest whatever order the keys came in', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (drawn) => {
      const value = json.parse(drawn)
      expect(canonicalDigest(shuffled(value))).toBe(canonicalDigest(value))
    }),
  )
})

it('loses nothing: the canonical text parses to the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (drawn) => {
      const text = canonicalText(json.parse(drawn))
      expect(canonicalText(json.parse(JSON.parse(text)))).toBe(text)
    }),
  )
})

it('writes a digest as sha256 and hex', () => {
  expect(sha256('')).toBe('sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
})

const identity = sha256('place')
const context = {
  release: releaseId.parse('01990000-0000-7000-8000-000000000001'),
  revision: 1,
  service: serviceId.parse('01990000-0000-7000-8000-000000000002'),
  target: { id: targetId.parse('01990000-0000-7000-8000-000000000003'), identity },
  runtime: 'compose',
  strategy: 'rolling',
  delivery: {
    verification: { timeout_seconds: 60, window_seconds: 5, max_restarts: 0 },
    on_failure: 'stop',
    retries: 2,
    go_back_hours: 24,
  },
  variables: { TAG: '1.4' },
  document_digest: sha256('document'),
  previous_document_digest: null,
  images: [{ reference: 'shop/web:1.4', image_id: 'sha256:1', repo_digest: null }],
  live_base: { services: {} },
  policy_version: 1,
} as const

it('puts every field of the context into the text that the ledger hashes', () => {
  expect(contextOf(context).text).toBe(
    `{"delivery":{"go_back_hours":24,"on_failure":"stop","retries":2,"verification":{"max_restarts":0,` +
      `"timeout_seconds":60,"window_seconds":5}},"document_digest":"${sha256('document')}","images":[{"image_id":"sha256:1","reference":"shop/web:1.4","repo_digest":null}],"live_base":{"services":{}},"policy_version":1,` +
      `"previous_document_digest":null,"release":"01990000-0000-7000-8000-000000000001","revision":1,` +
      `"runtime":"compose","service":"01990000-0000-7000-8000-000000000002","strategy":"rolling",` +
      `"target":{"id":"01990000-0000-7000-8000-000000000003","identity":"${identity}"},"variables":{"TAG":"1.4"}}`,
  )
  expect(contextOf(context).hash).toBe(sha256(contextOf(context).text))
})

it('gives another context hash as soon as one field differs', () => {
  const changes = [
    { revision: 2 },
    { variables: { TAG: '1.5' } },
    { document_digest: sha256('other') },
    { previous_document_digest: sha256('other') },
    { live_base: { services: { web: {} } } },
    { images: [] },
    { delivery: { ...context.delivery, on_failure: 'go_back' as const } },
    { policy_version: 2 },
    { strategy: 'canary' as const },
  ]
  const hashes = changes.map((change) => contextOf({ ...context, ...change }).hash)
  expect(new Set([...hashes, contextOf(context).hash]).size).toBe(changes.length + 1)
})

it('knows a host by its key: another address or user is the same place, another project is not', () => {
  const host = {
    kind: 'ssh',
    address: '10.0.0.5',
    port: 22,
    user: 'deploy',
    host_key: `SHA256:${'A'.repeat(43)}`,
  } as const
  const place = placeIdentity({ host, project: 'shop', allow: [] })
  expect(
    placeIdentity({ host: { ...host, address: 'shop.example', user: 'root' }, project: 'shop', allow: [] }),
  ).toBe(place)
  expect(placeIdentity({ host, project: 'other', allow: [] })).not.toBe(place)
  expect(placeIdentity({ host: { kind: 'local', engine_id: 'E' }, project: 'shop', allow: [] })).not.toBe(
    place,
  )
})
