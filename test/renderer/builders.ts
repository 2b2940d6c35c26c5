import { v7 as newId } from 'uuid'
import type { z } from 'zod'
import { service } from '../../src-preload/contract/services.ts'
import type { Service } from '../../src-preload/contract/services.ts'
import { target } from '../../src-preload/contract/targets.ts'
import type { Target } from '../../src-preload/contract/targets.ts'
import { releaseStep } from '../../src-preload/contract/releases.ts'
import type { ReleaseStep } from '../../src-preload/contract/releases.ts'
import { hash, shop } from './inbox/tickets.ts'

export const webId = '0198c0de-0000-7000-8000-0000000000e1'
export const productionId = '0198c0de-0000-7000-8000-0000000000e2'

/** A service that goes to one target and takes a tag, a greeting and a password. */
export function aService(changes: Partial<z.input<typeof service>> = {}): Service {
  return service.parse({
    id: webId,
    project_id: shop,
    name: 'web',
    team: null,
    runtime: 'compose',
    source: { kind: 'directory', path: '/srv/shop', file: 'compose.yaml' },
    variables: {
      TAG: { required: true },
      GREETING: { default: 'hello' },
      DB_PASSWORD: { required: true, secret: true },
    },
    releases_to: [{ target_id: productionId, target: 'shop-production', verification: {} }],
    revision: 1,
    ...changes,
  })
}

/** The target that `aService` goes to; nothing was applied there yet. */
export function aTarget(changes: Partial<z.input<typeof target>> = {}): Target {
  return target.parse({
    id: productionId,
    project_id: shop,
    name: 'shop-production',
    stage: { id: newId(), name: 'production', production: true },
    runtime: 'compose',
    place: {
      host: {
        kind: 'ssh',
        address: 'shop.example',
        port: 22,
        user: 'deploy',
        host_key: `SHA256:${'A'.repeat(43)}`,
      },
      project: 'shop',
      allow: [],
    },
    identity: hash('e'),
    fence: 0,
    last_applied: null,
    locked_by: null,
    revision: 1,
    ...changes,
  })
}

/** A step of the first attempt that has begun. */
export function aStep(changes: Partial<z.input<typeof releaseStep>> = {}): ReleaseStep {
  return releaseStep.parse({
    attempt: 1,
    index: 0,
    key: 'send',
    host: 'shop.example',
    message: { text: 'step.validate', params: {} },
    status: 'intended',
    fence: 1,
    started_at: '2026-03-01T10:00:00Z',
    finished_at: null,
    detail: {},
    ...changes,
  })
}
