import { describe, expect, it } from 'vitest'
import { sha256 } from '../../../src-main/lifecycle/canonical.ts'
import type { PlanRequest } from '../../../src-main/ports/runtime.ts'
import { hostName, planCompose, startedServices } from '../../../src-main/runtimes/compose/plan.ts'
import { bytes, bytesOf, documentOf, failureOf, liveWith, targetWith } from './composeParts.ts'

const target = targetWith()

function plan(request: Partial<PlanRequest> & Pick<PlanRequest, 'document'>) {
  return planCompose({ target, previous: null, live: liveWith(), strategy: 'rolling', ...request })
}

function present(reference: string, image_id: string | null = `sha256:${reference}`) {
  return { reference, image_id, repo_digest: null }
}

describe('the plan of a first release', () => {
  const document = bytesOf({ web: { image: 'web:1' }, db: { image: 'db:1' } })
  const document_digest = sha256(document)
  const { steps, checks } = plan({
    document,
    live: liveWith({ images: [present('db:1'), present('web:1', null)] }),
  })

  it('puts the document, validates it, pulls what is missing and brings it up, on the one host', () => {
    expect(steps.map(({ index, key, host, params }) => ({ index, key, host, params }))).toEqual([
      { index: 0, key: 'put', host: 'web1.test', params: { document_digest, bytes: document.length } },
      { index: 1, key: 'config', host: 'web1.test', params: { document_digest } },
      { index: 2, key: 'pull', host: 'web1.test', params: { images: ['web:1'] } },
      {
        index: 3,
        key: 'up',
        host: 'web1.test',
        params: { document_digest, create: ['db', 'web'], recreate: [], keep: [], orphans: [] },
      },
    ])
    expect(steps.map(({ message }) => message.text)).toEqual([
      'step.compose_put',
      'step.compose_config',
      'step.compose_pull',
      'step.compose_up',
    ])
  })

  it('warns of the images that the host does not have', () => {
    expect(checks).toEqual([
      {
        key: 'images_missing',
        severity: 'warning',
        message: { text: 'check.images_missing', params: { images: 'web:1' } },
      },
    ])
  })
})

describe('the plan of a next release', () => {
  const running = (image_id: string) => ({ image_id, config_hash: 'h' })
  const previous = bytesOf(
    { web: { image: 'web:1' }, db: { image: 'db:1' }, old: { image: 'old:1' } },
    { volumes: { data: null, logs: null } },
  )
  const live = liveWith({
    base: {
      services: {
        web: running('sha256:web:1'),
        db: running('sha256:db:1'),
        old: running('sha256:old:1'),
        stray: running('x'),
      },
    },
    images: [present('web:2'), present('db:1')],
  })
  const volumes = { volumes: { data: null } }

  it('says what is created, replaced, kept and removed, and which volumes stay', () => {
    const same = { ...volumes, volumes: { data: null, logs: null } }
    const document = bytesOf({ web: { image: 'web:2' }, db: { image: 'db:1' }, new: { image: 'db:1' } }, same)
    const { steps, checks } = plan({ document, previous, live })
    expect(steps.map(({ key }) => key)).toEqual(['put', 'config', 'up'])
    expect(steps.at(-1)?.params).toMatchObject({
      create: ['new'],
      recreate: ['web'],
      keep: ['db'],
      orphans: ['old', 'stray'],
    })
    expect(checks.map(({ key, severity, message }) => [key, severity, message.params])).toEqual([
      ['services_recreated', 'info', { services: 'web' }],
      ['orphans_removed', 'warning', { services: 'old, stray' }],
    ])
  })

  it('keeps volumes that are no longer named, and says so', () => {
    const { checks } = plan({ document: bytesOf({ web: { image: 'web:2' } }, volumes), previous, live })
    expect(checks.find(({ key }) => key === 'volumes_kept')?.message.params).toEqual({ volumes: 'logs' })
  })

  it('replaces a service whose image moved on the host under the same name', () => {
    const moved = liveWith({
      base: { services: { web: running('sha256:older') } },
      images: [present('web:1', 'sha256:newer')],
    })
    const document = bytesOf({ web: { image: 'web:1' } })
    expect(plan({ document, previous: document, live: moved }).steps.at(-1)?.params).toMatchObject({
      recreate: ['web'],
    })
  })

  it('finds a pinned image by the reference that it was looked up by', () => {
    const document = bytesOf({ web: { image: `web:2@sha256:${'1'.repeat(64)}` } })
    expect(plan({ document, live }).steps.map(({ key }) => key)).toEqual(['put', 'config', 'up'])
  })

  it('neither starts nor pulls services with a profile, and removes none of them as orphans', () => {
    const document = bytesOf({ web: { image: 'web:2' }, old: { image: 'old:9', profiles: ['debug'] } })
    const { steps } = plan({ document, previous, live })
    expect(steps.at(-1)?.params).toMatchObject({ create: [], recreate: ['web'], orphans: ['db', 'stray'] })
    expect(steps.map(({ key }) => key)).not.toContain('pull')
    expect(startedServices(documentOf({ b: { profiles: [] }, a: {}, c: { profiles: ['x'] } }))).toEqual([
      'a',
      'b',
    ])
  })
})

describe('a stored document that was made past the rendering', () => {
  it.each([
    ['compose_unsafe', bytesOf({ web: { image: 'a:1', privileged: true } })],
    ['compose_config_invalid', bytesOf({ web: { image: 'a:1', build: '.' } })],
    ['compose_config_invalid', bytesOf({ web: { image: 'a:1', command: '${HOME}' } })],
    ['compose_config_invalid', bytesOf({ web: { image: 'a:1', environment: { A: null } } })],
    ['compose_config_invalid', bytesOf({ web: { image: 'a:1', environment: ['A'] } })],
    ['compose_config_invalid', bytesOf({ web: { image: 'a:1' } }, { include: ['x'] })],
    [
      'compose_config_invalid',
      bytesOf({ web: { image: 'a:1' } }, { configs: { c: { file: '/etc/shadow' } } }),
    ],
    ['compose_config_invalid', bytes('{"services": {}}')],
  ])('is refused with %s all the same', async (code, document) => {
    expect((await failureOf(() => plan({ document }))).code).toBe(code)
  })
})

describe('a host', () => {
  it('is called by its address, or local', () => {
    const local = { ...target.place, host: { kind: 'local' as const, engine_id: 'x' } }
    expect([hostName(target.place), hostName(local)]).toEqual(['web1.test', 'local'])
  })

  it('can not take a strategy that Compose has not', async () => {
    const document = bytesOf({ web: { image: 'a:1' } })
    expect((await failureOf(() => plan({ document, strategy: 'canary' }))).code).toBe('strategy_unsupported')
  })
})
