import { describe, expect, it } from 'vitest'
import { fillSecrets } from '../../../src-main/runtimes/compose/fill.ts'
import { readDocument } from '../../../src-main/runtimes/compose/document.ts'
import { bytes, bytesOf, failureOf, token } from './composeParts.ts'

describe('filling in secrets', () => {
  it('replaces each token wherever it stands, with dollar signs doubled, once', () => {
    const document = bytesOf(
      { web: { environment: { A: `x${token('A')}${token('B')}ff`, C: 'plain $$' } } },
      { configs: { c: { content: token('A') } } },
    )
    const secrets = new Map([
      [token('A'), `$1 ${token('B')}`],
      [token('B'), 'b"\n'],
    ])
    expect(readDocument(fillSecrets(document, secrets))).toEqual({
      configs: { c: { content: `$$1 ${token('B')}` } },
      services: { web: { environment: { A: `x$$1 ${token('B')}b"\nff`, C: 'plain $$' } } },
    })
  })

  it('changes no byte of a document without secrets', () => {
    const document = bytesOf({ web: { image: 'a:1', command: ['$$x'] } })
    expect(fillSecrets(document, new Map())).toEqual(document)
  })

  it('names the variables whose values are not there, and not their tokens', async () => {
    const document = bytesOf({ web: { environment: { A: token('A'), B: token('B'), C: token('A', 'b') } } })
    const failure = await failureOf(() => fillSecrets(document, new Map([[token('B'), 'b']])))
    expect([failure.code, failure.data]).toEqual(['keystore_unavailable', { variables: ['A'] }])
  })

  it('refuses bytes that are no document', async () => {
    expect((await failureOf(() => fillSecrets(bytes('x'), new Map()))).code).toBe('compose_config_invalid')
  })
})
