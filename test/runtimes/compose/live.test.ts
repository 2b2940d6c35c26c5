import { describe, expect, it } from 'vitest'
import { driftBetween } from '../../../src-main/lifecycle/drift.ts'
import { liveBase } from '../../../src-main/runtimes/compose/live.ts'
import { container, ended } from './composeParts.ts'

describe('the live base', () => {
  it('is image and configuration of each service, sorted, whatever their state', () => {
    expect(liveBase([ended('web', 1), container('db', { restarts: 9 })])).toEqual({
      services: {
        db: { image_id: 'sha256:image-db', config_hash: 'hash-db' },
        web: { image_id: 'sha256:image-web', config_hash: 'hash-web' },
      },
    })
    expect(Object.keys(liveBase([container('web'), container('db')])['services'] ?? {})).toEqual([
      'db',
      'web',
    ])
  })

  it('joins the replicas of a service, in an order of their own', () => {
    const replicas = [
      container('web', { name: 'shop-web-2', hash: 'b', imageId: 'sha256:2' }),
      container('web', { name: 'shop-web-1', hash: 'a', imageId: 'sha256:2' }),
    ]
    const expected = { services: { web: { image_id: 'sha256:2', config_hash: 'a,b' } } }
    expect([liveBase(replicas), liveBase(replicas.toReversed())]).toEqual([expected, expected])
  })

  it('leaves out one-off containers and those of no service', () => {
    const oneoff = container('web', { labels: { 'com.docker.compose.oneoff': 'True' } })
    expect(liveBase([oneoff, container('', { name: 'other' })])).toEqual({ services: {} })
  })
})

describe('drift', () => {
  const base = liveBase([container('web'), container('db')])

  it('is none between looks that mean the same', () => {
    expect(driftBetween(base, liveBase([container('db', { restarts: 3 }), container('web')]))).toEqual([])
  })

  it('names services that changed, came or went, either way', () => {
    const other = liveBase([container('web', { hash: 'x' }), container('cache')])
    expect(driftBetween(base, other)).toEqual(['services.cache', 'services.db', 'services.web'])
    expect(driftBetween(other, base)).toEqual(['services.cache', 'services.db', 'services.web'])
    expect(driftBetween({ services: {} }, base)).toEqual(['services.db', 'services.web'])
  })
})
