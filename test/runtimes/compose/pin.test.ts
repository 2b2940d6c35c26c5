import { describe, expect, it } from 'vitest'
import type { ResolvedImage } from '../../../src-preload/contract/releases.ts'
import { completeName, parseImage, resolvedFor } from '../../../src-main/runtimes/compose/image.ts'
import { readDocument } from '../../../src-main/runtimes/compose/document.ts'
import { pin } from '../../../src-main/runtimes/compose/pin.ts'
import { bytesOf } from './composeParts.ts'

const hash = `sha256:${'1'.repeat(64)}`
const check = { key: 'no_healthcheck', severity: 'warning' as const, message: { text: 'x', params: {} } }

function pinned(image: string, resolved: readonly ResolvedImage[]) {
  const rendered = { bytes: bytesOf({ web: { image, scale: 1 } }), images: [image], checks: [check] }
  const result = pin(rendered, resolved)
  return { ...result, services: readDocument(result.bytes).services }
}

describe('pinning images', () => {
  it.each([
    ['nginx:1.25', 'nginx', `nginx:1.25@${hash}`],
    ['nginx', 'docker.io/library/nginx', `nginx@${hash}`],
    ['docker.io/team/app:1', 'team/app', `docker.io/team/app:1@${hash}`],
    ['registry.test:5000/app:1', 'registry.test:5000/app', `registry.test:5000/app:1@${hash}`],
  ])('appends the digest to %s', (image, name, expected) => {
    const result = pinned(image, [
      { reference: image, image_id: 'sha256:id', repo_digest: `${name}@${hash}` },
    ])
    expect(result.services).toEqual({ web: { image: expected, scale: 1 } })
    expect(result.images).toEqual([expected])
    expect(result.checks).toEqual([check])
  })

  it('keeps what the host could not resolve, and says so: by id where it is known, else with a warning', () => {
    const known = pinned('app:1', [{ reference: 'app:1', image_id: 'sha256:id', repo_digest: null }])
    expect(known.images).toEqual(['app:1'])
    const words = { text: 'check.image_not_pinned', params: { image: 'app:1' } }
    expect(known.checks).toEqual([check, { key: 'image_not_pinned', severity: 'info', message: words }])
    const unknown = { key: 'image_not_pinned', severity: 'warning', message: words }
    expect(pinned('app:1', []).checks).toEqual([check, unknown])
  })

  it('takes no digest of another repository', () => {
    const resolved = [{ reference: 'app:1', image_id: 'sha256:id', repo_digest: `other/app@${hash}` }]
    expect(pinned('app:1', resolved).images).toEqual(['app:1'])
  })

  it('done twice is the same as once', () => {
    const resolved = [{ reference: 'app:1', image_id: 'sha256:id', repo_digest: `app@${hash}` }]
    const once = pin({ bytes: bytesOf({ web: { image: 'app:1' } }), images: ['app:1'], checks: [] }, resolved)
    expect(pin(once, resolved)).toEqual(once)
  })
})

describe('image references', () => {
  it.each([
    ['nginx', 'nginx', null, null],
    ['host:5000/a/b', 'host:5000/a/b', null, null],
    ['host:5000/a/b:2', 'host:5000/a/b', '2', null],
    [`a:1@${hash}`, 'a', '1', hash],
    [`a@${hash}`, 'a', null, hash],
  ])('%s has its parts', (reference, name, tag, digest) => {
    expect(parseImage(reference)).toEqual({ name, tag, digest })
  })

  it.each([
    ['nginx', 'docker.io/library/nginx'],
    ['team/app', 'docker.io/team/app'],
    ['docker.io/nginx', 'docker.io/library/nginx'],
    ['index.docker.io/team/app', 'docker.io/team/app'],
    ['localhost/app', 'localhost/app'],
    ['host:5000/app', 'host:5000/app'],
  ])('%s is completed to %s', (name, expected) => {
    expect(completeName(name)).toBe(expected)
  })

  it('are found among what the host resolved, also once pinned', () => {
    const image = { reference: 'app:1', image_id: 'sha256:id', repo_digest: null }
    expect(resolvedFor([image], 'app:1')).toBe(image)
    expect(resolvedFor([image], `app:1@${hash}`)).toBe(image)
    expect(resolvedFor([image], 'app:12')).toBeUndefined()
  })
})
