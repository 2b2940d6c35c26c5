import type { Check, PlannedStep, ResolvedImage } from '../../../src-preload/contract/releases.ts'
import type { ComposePlace } from '../../../src-preload/contract/targets.ts'
import type { Json, JsonObject } from '../../../src-preload/contract/vocabulary.ts'
import { canonicalText, sha256 } from '../../lifecycle/canonical.ts'
import type { Plan, PlanRequest } from '../../ports/runtime.ts'
import { documentImages, isMapping, readDocument, serviceOption } from './document.ts'
import type { ComposeDocument } from './document.ts'
import { foreignParts } from './foreign.ts'
import { resolvedFor } from './image.ts'
import { servicesOf } from './live.ts'
import { composeCheck } from './noticed.ts'
import { problemsError } from './problems.ts'
import { refuseUnsafe } from './unsafe.ts'
import { validate } from './validate.ts'
import { words } from './words.ts'

/** What `up` will do to the services of a target; each list sorted by name. */
export interface Effect {
  readonly create: readonly string[]
  readonly recreate: readonly string[]
  readonly keep: readonly string[]
  /** Services that run, or did by the previous document, and are not in this one: their containers are removed. */
  readonly orphans: readonly string[]
}

/**
 * The steps for a target's one host, in order: `put` the document (by digest), `config` (the host's own validation),
 * `pull` of images that the host doesn't have (left out where it has all), `up` with orphans removed. Compared with
 * what runs by image id, and with the previous document. Pure. Throws `compose_config_invalid` or `compose_unsafe` for
 * a document that may not go to this target, whoever rendered it, and `strategy_unsupported`.
 */
export function planCompose(request: PlanRequest): Plan {
  const { target, live, strategy } = request
  validate(target, strategy)
  const document = readDocument(request.document)
  refuseForeign(document, target.place)
  const effect = effectOf(document, request)
  const missing = missingImages(document, live.images)
  const steps = describeSteps(request, effect, missing)
  const host = hostName(target.place)
  return {
    steps: steps.map((step, index) => ({ ...step, index, host })),
    checks: [...effectChecks(effect), ...imageChecks(missing), ...volumeChecks(document, request.previous)],
  }
}

/**
 * Throws `compose_config_invalid` for a stored document that needs what it doesn't hold, and `compose_unsafe` for what
 * the place doesn't allow. Asked again wherever a document is about to leave for a host: who rendered it may have
 * skipped both.
 */
export function refuseForeign(document: ComposeDocument, place: ComposePlace): void {
  const [first, ...more] = foreignParts(document)
  if (first !== undefined) throw problemsError('compose_config_invalid', [first, ...more])
  refuseUnsafe(document, place)
}

/** How a place's host is called wherever it is shown: its address, or `local`. */
export function hostName(place: ComposePlace): string {
  return place.host.kind === 'ssh' ? place.host.address : 'local'
}

/** Names of the services that `up` starts: those without profiles, since no profile is ever enabled. */
export function startedServices(document: ComposeDocument): string[] {
  return Object.keys(document.services)
    .filter((name) => {
      const profiles = serviceOption(document, name, 'profiles')
      return !(Array.isArray(profiles) && profiles.length > 0)
    })
    .sort()
}

function effectOf(document: ComposeDocument, { previous, live }: PlanRequest): Effect {
  const before = previous === null ? null : readDocument(previous)
  const running = servicesOf(live.base)
  const started = startedServices(document)
  const stays = (name: string): boolean =>
    sameService(before, document, name) &&
    sameImage(running[name], resolvedFor(live.images, imageOf(document, name)))
  const present = started.filter((name) => Object.hasOwn(running, name))
  const known = new Set([...Object.keys(running), ...(before === null ? [] : startedServices(before))])
  return {
    create: started.filter((name) => !Object.hasOwn(running, name)),
    recreate: present.filter((name) => !stays(name)),
    keep: present.filter(stays),
    orphans: [...known].filter((name) => !Object.hasOwn(document.services, name)).sort(),
  }
}

/** What a service runs with is its own options and the networks, volumes, configs and secrets around it. */
function sameService(before: ComposeDocument | null, after: ComposeDocument, name: string): boolean {
  if (before === null || !Object.hasOwn(before.services, name)) return false
  if (canonicalText(before.services[name] ?? null) !== canonicalText(after.services[name] ?? null))
    return false
  return ['networks', 'volumes', 'configs', 'secrets'].every(
    (section) => canonicalText(before[section] ?? null) === canonicalText(after[section] ?? null),
  )
}

function sameImage(running: Json | undefined, resolved: ResolvedImage | undefined): boolean {
  const id = resolved?.image_id ?? null
  return id === null || (isMapping(running) && running['image_id'] === id)
}

function imageOf(document: ComposeDocument, name: string): string {
  const image = serviceOption(document, name, 'image')
  return typeof image === 'string' ? image : ''
}

function missingImages(document: ComposeDocument, resolved: readonly ResolvedImage[]): string[] {
  const needed = startedServices(document).map((name) => imageOf(document, name))
  const absent = (image: string): boolean => (resolvedFor(resolved, image)?.image_id ?? null) === null
  return documentImages(document).filter((image) => needed.includes(image) && absent(image))
}

type Described = Omit<PlannedStep, 'index' | 'host'>

function describeSteps(request: PlanRequest, effect: Effect, missing: readonly string[]): Described[] {
  const bytes = request.document.length
  const document_digest = sha256(request.document)
  const { create, recreate, keep, orphans } = effect
  const pull = step('pull', { images: missing }, { images: missing.join(', '), count: missing.length })
  return [
    step('put', { document_digest, bytes }, { digest: document_digest, bytes }),
    step('config', { document_digest }, { project: request.target.place.project }),
    ...(missing.length > 0 ? [pull] : []),
    step(
      'up',
      { document_digest, create, recreate, keep, orphans },
      {
        project: request.target.place.project,
        create: create.length,
        recreate: recreate.length,
        keep: keep.length,
        orphans: orphans.length,
      },
    ),
  ]
}

function step(
  key: 'put' | 'config' | 'pull' | 'up',
  params: JsonObject,
  told: Readonly<Record<string, string | number>>,
): Described {
  return { key, message: words(`step.compose_${key}`, told), params }
}

function effectChecks({ recreate, orphans }: Effect): Check[] {
  const checks: Check[] = []
  if (recreate.length > 0) {
    checks.push(composeCheck('services_recreated', 'info', { services: recreate.join(', ') }))
  }
  if (orphans.length > 0) {
    checks.push(composeCheck('orphans_removed', 'warning', { services: orphans.join(', ') }))
  }
  return checks
}

function imageChecks(missing: readonly string[]): Check[] {
  if (missing.length === 0) return []
  return [composeCheck('images_missing', 'warning', { images: missing.join(', ') })]
}

/** `up` removes no volume; data of one that is no longer named stays on the host until somebody removes it. */
function volumeChecks(document: ComposeDocument, previous: Uint8Array | null): Check[] {
  const names = (one: ComposeDocument): string[] =>
    isMapping(one['volumes']) ? Object.keys(one['volumes']) : []
  const before = previous === null ? [] : names(readDocument(previous))
  const left = before.filter((name) => !names(document).includes(name)).sort()
  return left.length === 0 ? [] : [composeCheck('volumes_kept', 'info', { volumes: left.join(', ') })]
}
