import { describe, expect, test } from 'vitest'
import { isPilothouseError } from '../../../src-preload/contract/errors.ts'
import { composePlace } from '../../../src-preload/contract/targets.ts'
import type { ComposePlace } from '../../../src-preload/contract/targets.ts'
import { parseContainer } from '../../../src-main/runtimes/compose/container.ts'
import type { ContainerRecord } from '../../../src-main/runtimes/compose/container.ts'
import { hidesEnd, noteEnds, withEnds } from '../../../src-main/runtimes/compose/ends.ts'
import type { Ends } from '../../../src-main/runtimes/compose/ends.ts'
import {
  refuseTaken,
  refuseUnready,
  resolved,
  withKeyedHash,
} from '../../../src-main/runtimes/compose/look.ts'
import { hostFacts } from '../../../src-main/runtimes/compose/protocol.ts'
import type { HostFacts } from '../../../src-main/runtimes/compose/protocol.ts'

function facts(more: Partial<HostFacts> = {}): HostFacts {
  const ready = {
    version: '1',
    root: '/var/lib/pilothouse/host',
    root_scope: 'host',
    uid: '0',
    os: 'Linux',
    arch: 'x86_64',
    clock: '0',
    missing: '',
    docker: 'ok',
    docker_message: '',
    docker_version: '28',
    engine_id: 'E1',
    compose: 'v2',
    compose_version: '2.40.3',
    root_free_kib: '1',
    docker_free_kib: '1',
    http_tool: 'curl',
  }
  return { ...hostFacts.parse(ready), ...more }
}

const place: ComposePlace = composePlace.parse({
  host: { kind: 'local', engine_id: 'E1' },
  project: 'web',
  allow: [],
})

function container(labels: Record<string, string>, more: Record<string, unknown> = {}): ContainerRecord {
  const line = {
    Id: 'c1',
    Name: '/web-1',
    Image: 'sha256:1',
    RestartCount: 0,
    Config: { Image: 'web:1', Labels: labels },
    State: { Status: 'running', ExitCode: 0 },
    ...more,
  }
  return parseContainer(JSON.stringify(line))
}

function refusal(work: () => void): unknown {
  try {
    work()
  } catch (error) {
    if (isPilothouseError(error)) return { code: error.code, data: error.data }
    throw error
  }
  return null
}

describe('a host is refused', () => {
  test.each([
    [{ missing: 'flock' }, 'preflight_failed', { host: 'h', missing: 'flock', reason: 'missing: flock' }],
    [
      { docker: 'permission_denied', docker_message: 'denied' },
      'docker_missing',
      { host: 'h', found: 'permission_denied', reason: 'denied' },
    ],
    [{ compose: 'none' }, 'compose_missing', { host: 'h' }],
  ] as const)('for %j with %s', (more, code, data) => {
    expect(refusal(() => refuseUnready('h', facts(more), place))).toEqual({ code, data })
  })

  test('where this machine has another Docker Engine than the target names', () => {
    expect(refusal(() => refuseUnready('h', facts({ engine_id: 'E2' }), place))).toMatchObject({
      code: 'preflight_failed',
      data: { expected: 'E1', actual: 'E2' },
    })
    expect(refusal(() => refuseUnready('h', facts(), place))).toBeNull()
  })
})

describe('a project is taken', () => {
  const own = '/var/lib/pilothouse/host/projects/web'
  const files = 'com.docker.compose.project.config_files'
  const folder = 'com.docker.compose.project.working_dir'
  const taken = (containers: ContainerRecord[], ledger = 'l1') =>
    refusal(() =>
      refuseTaken('h', {
        place,
        facts: facts(),
        fence: { held: { ledger: 'l1', fence: 3 }, job: null },
        containers,
        ledger,
      }),
    )

  test('by another ledger', () => {
    expect(taken([], 'l2')).toEqual({ code: 'target_locked', data: { host: 'h', holder: 'ledger l1' } })
  })

  test.each([
    [{}],
    [{ [files]: '/srv/web/compose.yaml', [folder]: '/srv/web' }],
    [{ [files]: `${own}/files/a,/srv/web/override.yaml`, [folder]: own }],
    [{ [files]: `${own}-2/files/a` }],
  ])('by containers made from %j', (labels) => {
    expect(taken([container(labels)])).toMatchObject({
      code: 'compose_project_conflict',
      data: { project: 'web', containers: ['web-1'] },
    })
  })

  test.each([[{ [files]: `${own}/files/a`, [folder]: own }], [{ [folder]: own }]])(
    'not by its own, made from %j',
    (labels) => {
      expect(taken([container(labels)])).toBeNull()
    },
  )
})

test('a repository digest counts only for its own repository', () => {
  const image_id = `sha256:${'1'.repeat(64)}`
  const digest = `sha256:${'2'.repeat(64)}`
  const image = {
    reference: 'docker.io/library/web:1',
    image_id,
    repo_digests: [`mirror/web@${digest}`, `web@${digest}`],
  }
  expect(resolved(image)).toEqual({ reference: image.reference, image_id, repo_digest: `web@${digest}` })
  expect(resolved({ ...image, repo_digests: [`mirror/web@${digest}`] }).repo_digest).toBeNull()
})

test('the hash of what a service runs with can not be guessed from without the host', () => {
  const record = { ...container({}), config_hash: 'abc' }
  const [one, other] = [withKeyedHash(record, 'k1'), withKeyedHash(record, 'k2')]
  expect(one.config_hash).toMatch(/^[0-9a-f]{64}$/)
  expect(one.config_hash).not.toBe(other.config_hash)
  expect(withKeyedHash(record, 'k1')).toEqual(one)
  expect(withKeyedHash({ ...record, config_hash: '' }, 'k1').config_hash).toBe('')
})

test('how a restarting container ended is kept from the look that caught it', () => {
  const ends: Ends = new Map()
  const caught = container({}, { RestartCount: 2, State: { Status: 'restarting', ExitCode: 3 } })
  const again = container({}, { RestartCount: 3, State: { Status: 'running', ExitCode: 0 } })
  expect(hidesEnd(again)).toBe(true)
  expect(hidesEnd(caught)).toBe(false)
  expect(withEnds(ends, [again])).toEqual([again])
  noteEnds(ends, [caught])
  expect(withEnds(ends, [again])).toEqual([{ ...again, state: caught.state }])
  expect(withEnds(ends, [container({})])).toEqual([container({})])
})
