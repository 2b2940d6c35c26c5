import { createHmac } from 'node:crypto'
import path from 'node:path'
import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import type { Check, ResolvedImage } from '../../../src-preload/contract/releases.ts'
import type { ComposePlace } from '../../../src-preload/contract/targets.ts'
import type { JsonObject } from '../../../src-preload/contract/vocabulary.ts'
import type { Live, ObserveRequest } from '../../ports/runtime.ts'
import type { ContainerRecord } from './container.ts'
import type { ComposeHost } from './host.ts'
import { completeName, parseImage } from './image.ts'
import { liveBase } from './live.ts'
import { composeCheck } from './noticed.ts'
import type { FenceAnswer, HostFacts, HostImage } from './protocol.ts'

const mebibyte = 1024
const scarceKib = 1024 * mebibyte
const tolerableClockSeconds = 30

/**
 * What runs on a target, read through its host. `now` is in milliseconds since the epoch. Throws `ssh_*`,
 * `preflight_failed` (a program is missing, or this machine's Docker Engine is another one than pinned),
 * `docker_missing`, `compose_missing`, `target_locked`, `compose_project_conflict`.
 */
export async function observe(host: ComposeHost, request: ObserveRequest, now: () => number): Promise<Live> {
  const { place } = request.target
  const before = now()
  const facts = await host.facts()
  const offset = facts.clock - Math.round((before + now()) / 2000)
  refuseUnready(host.name, facts, place)
  const [fence, containers, images] = await Promise.all([
    host.fence(place.project),
    host.containers(place.project),
    host.images(request.images),
  ])
  refuseTaken(host.name, { place, facts, fence, containers, ledger: request.ledger_id })
  return {
    base: liveBase(containers.map((container) => withKeyedHash(container, facts.hash_key))),
    fence: fence.held?.fence ?? 0,
    images: images.map(resolved),
    checks: hostChecks(facts, fence, offset),
    detail: detailOf(facts, fence, containers),
  }
}

/**
 * The container with Compose's config hash hashed again under the host's key. The plain hash covers secret values, and
 * whoever reads it in the ledger could try short ones until it fits.
 */
export function withKeyedHash(container: ContainerRecord, key: string): ContainerRecord {
  if (container.config_hash === '') return container
  return { ...container, config_hash: createHmac('sha256', key).update(container.config_hash).digest('hex') }
}

/** Throws for a host that can't carry out any Compose release. */
export function refuseUnready(host: string, facts: HostFacts, place: ComposePlace): void {
  if (facts.missing !== '') {
    throw new PilothouseError('preflight_failed', {
      host,
      missing: facts.missing,
      reason: `missing: ${facts.missing}`,
    })
  }
  if (facts.docker !== 'ok') {
    throw new PilothouseError('docker_missing', { host, found: facts.docker, reason: facts.docker_message })
  }
  if (facts.compose === 'none') throw new PilothouseError('compose_missing', { host })
  if (place.host.kind === 'local' && place.host.engine_id !== facts.engine_id) {
    throw new PilothouseError('preflight_failed', {
      host,
      reason: 'this machine has another Docker Engine than the target names',
      expected: place.host.engine_id,
      actual: facts.engine_id,
    })
  }
}

interface Found {
  readonly place: ComposePlace
  readonly facts: HostFacts
  readonly fence: FenceAnswer
  readonly containers: readonly ContainerRecord[]
  readonly ledger: string
}

/** Throws for a project that belongs to another ledger, or to nobody that the host script knows. */
export function refuseTaken(host: string, { place, facts, fence, containers, ledger }: Found): void {
  if (fence.held !== null && fence.held.ledger !== ledger) {
    throw new PilothouseError('target_locked', { host, holder: `ledger ${fence.held.ledger}` })
  }
  const own = path.posix.join(facts.root, 'projects', place.project)
  const strangers = containers.filter((container) => !madeFrom(container, own))
  if (strangers.length === 0) return
  throw new PilothouseError('compose_project_conflict', {
    host,
    project: place.project,
    containers: strangers.map(({ name }) => name).sort(),
    from: [...new Set(strangers.map(({ working_dir, config_files }) => working_dir || config_files))].sort(),
  })
}

function madeFrom(container: ContainerRecord, folder: string): boolean {
  const files = container.config_files.split(',').filter((file) => file !== '')
  const inside = (file: string): boolean => file === folder || file.startsWith(`${folder}/`)
  return files.length > 0 ? files.every(inside) : inside(container.working_dir)
}

/** The image as the port tells it; the repository digest is the one of the reference's own repository. */
export function resolved({ reference, image_id, repo_digests }: HostImage): ResolvedImage {
  const name = completeName(parseImage(reference).name)
  const own = repo_digests.find((each) => completeName(parseImage(each).name) === name)
  return { reference, image_id, repo_digest: own ?? null }
}

function hostChecks(facts: HostFacts, { job }: FenceAnswer, offsetSeconds: number): Check[] {
  const checks = [
    composeCheck('host_docker', 'info', { version: facts.docker_version }),
    facts.compose === 'v2'
      ? composeCheck('host_compose', 'info', { version: facts.compose_version })
      : composeCheck('host_compose_v1', 'warning', { version: facts.compose_version }),
  ]
  const free = [facts.root_free_kib, facts.docker_free_kib].flatMap((kib) => (kib === '' ? [] : [kib]))
  const least = Math.min(...free)
  if (least < scarceKib) {
    checks.push(composeCheck('host_disk_low', 'warning', { free_mib: Math.floor(least / mebibyte) }))
  }
  if (Math.abs(offsetSeconds) > tolerableClockSeconds) {
    checks.push(composeCheck('host_clock_offset', 'warning', { seconds: offsetSeconds }))
  }
  if (facts.root_scope === 'user') {
    checks.push(composeCheck('host_fence_per_user', 'warning', { root: facts.root }))
  }
  if (job !== null) checks.push(composeCheck('host_job_running', 'warning', { job }))
  return checks
}

function detailOf(facts: HostFacts, fence: FenceAnswer, containers: readonly ContainerRecord[]): JsonObject {
  return {
    docker_version: facts.docker_version,
    engine_id: facts.engine_id,
    compose: facts.compose,
    compose_version: facts.compose_version,
    os: facts.os,
    arch: facts.arch,
    root: facts.root,
    job: fence.job,
    containers: containers.map(({ name, service, image, state, restart_count }) => ({
      name,
      service,
      image,
      status: state?.status ?? 'unknown',
      health: state?.health?.status ?? null,
      restart_count,
    })),
  }
}
