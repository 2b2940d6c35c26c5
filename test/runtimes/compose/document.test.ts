import { describe, expect, it } from 'vitest'
import {
  below,
  documentImages,
  readDocument,
  serviceOption,
  writeDocument,
} from '../../../src-main/runtimes/compose/document.ts'
import { bytes, documentOf, failureOf } from './composeParts.ts'

describe('a stored document', () => {
  it('is read back as it was written', () => {
    const document = { services: { web: { image: 'a:1', scale: 2 } }, volumes: { d: null } }
    expect(readDocument(writeDocument(document))).toEqual(document)
  })

  it.each([
    ['not JSON', 'services: {}', 'not JSON'],
    [
      'a key given twice',
      '{"services":{"w":{"image":"a"},"w":{"image":"b"}}}',
      'not in canonical form (RFC 8785)',
    ],
    ['spaces', '{"services": {"w":{"image":"a"}}}', 'not in canonical form (RFC 8785)'],
    ['keys out of order', '{"x":1,"services":{"w":{}}}', 'not in canonical form (RFC 8785)'],
    ['a byte order mark', '\ufeff{"services":{"w":{}}}', 'not JSON'],
    ['no services', '{"services":{}}', 'no service'],
    ['half a character', '{"services":{"w":{"image":"\\ud800"}}}', 'text with half a surrogate pair'],
    [
      'endless brackets',
      `{"services":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      'nested deeper than 64 levels',
    ],
  ])(
    'with %s is refused, so that nobody can be shown something else than what runs',
    async (_, text, problem) => {
      const failure = await failureOf(() => readDocument(bytes(text)))
      expect([failure.code, failure.data]).toEqual([
        'compose_config_invalid',
        expect.objectContaining({ problem }),
      ])
    },
  )

  it('that is not UTF-8 is refused', async () => {
    expect((await failureOf(() => readDocument(new Uint8Array([0xff])))).data).toMatchObject({
      problem: 'not UTF-8',
    })
  })

  it('lists its images once each, also inherited ones', () => {
    const document = documentOf({
      b: { image: 'b:1' },
      a: { image: 'a:1' },
      c: { extends: 'b' },
      d: { image: 'a:1' },
    })
    expect(documentImages(document)).toEqual(['a:1', 'b:1'])
  })

  it('finds an option up the chain of extended services, and ends where the chain bites its tail', () => {
    const document = documentOf({
      a: { extends: { service: 'b' }, user: '1' },
      b: { extends: 'c', restart: 'always' },
      c: { extends: 'a', image: 'c:1' },
    })
    expect(
      ['user', 'restart', 'image', 'hostname'].map((option) => serviceOption(document, 'a', option)),
    ).toEqual(['1', 'always', 'c:1', undefined])
  })

  it('has one path for each place', () => {
    expect([below('', 'a'), below('a', 'b'), below('a', 0), below('a', 'b.c'), below('a', 'b"')]).toEqual([
      'a',
      'a.b',
      'a[0]',
      'a["b.c"]',
      'a["b\\""]',
    ])
  })
})
