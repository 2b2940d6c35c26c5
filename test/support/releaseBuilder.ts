import { randomUUID } from 'node:crypto'
import { canonicalDigest, canonicalText, sha256 } from '../../src-main/lifecycle/canonical.ts'
import { contextOf } from '../../src-main/lifecycle/context.ts'
import { placeIdentity } from '../../src-main/lifecycle/identity.ts'
import type {
  Declaration,
  DecisionCommand,
  FinishCommand,
  LeaseCommand,
  PreviewCommand,
  RequestCommand,
} from '../../src-main/ports/ledger.ts'
import type { NewDiagnostic } from '../../src-main/ports/runtime.ts'
import type { ComposePlace } from '../../src-preload/contract/targets.ts'
import {
  commandId,
  previewRef,
  projectId,
  releaseId,
  serviceId,
  stageId,
  targetId,
  ticketId,
} from '../../src-preload/contract/vocabulary.ts'
import type { Digest, JsonObject, ReleaseId } from '../../src-preload/contract/vocabulary.ts'

export const newCommandId = () => commandId.parse(randomUUID())
export const newReleaseId = () => releaseId.parse(randomUUID())
export const newTicketId = () => ticketId.parse(randomUUID())

/** A place on an Engine of its own, so that no two of them are the same place. */
export function aPlace(changes: Partial<ComposePlace> = {}): ComposePlace {
  return {
    host: { kind: 'local', engine_id: `engine ${randomUUID()}` },
    project: 'shop',
    allow: [],
    ...changes,
  }
}

/** A stage, `production` unless told. */
export function aStage(changes: Partial<Declaration['stages'][number]> = {}): Declaration['stages'][number] {
  return {
    id: stageId.parse(randomUUID()),
    name: 'production',
    rank: 0,
    production: true,
    preview_ttl_minutes: 30,
    approval_window_hours: 8,
    approvals: null,
    ...changes,
  }
}

/** A target on the stage `production`, on a place of its own. */
export function aTarget(
  changes: Partial<Declaration['targets'][number]> = {},
): Declaration['targets'][number] {
  const place = changes.place ?? aPlace()
  return {
    id: targetId.parse(randomUUID()),
    name: 'shop-production',
    stage: 'production',
    runtime: 'compose',
    place,
    identity: placeIdentity(place),
    ...changes,
  }
}

type DeclaredService = Declaration['services'][number]

/** How a service is released to a target; two retries, and an approval covers going back for a day. */
export function aCdConfig(
  changes: Partial<DeclaredService['releases_to'][number]> = {},
): DeclaredService['releases_to'][number] {
  return {
    target: 'shop-production',
    strategy: 'rolling',
    verification: { timeout_seconds: 60, window_seconds: 5, max_restarts: 0 },
    on_failure: 'stop',
    start: 'by_hand',
    retries: 2,
    go_back_hours: 24,
    ...changes,
  }
}

/** The service `web` with one variable, released to `shop-production`. */
export function aService(changes: Partial<DeclaredService> = {}): DeclaredService {
  return {
    id: serviceId.parse(randomUUID()),
    name: 'web',
    team: null,
    runtime: 'compose',
    source: { kind: 'directory', path: '/srv/shop', file: 'compose.yaml' },
    variables: { TAG: { required: true, secret: false } },
    releases_to: [aCdConfig()],
    ...changes,
  }
}

/** The project `shop`: one production stage, one target, one service. */
export function aDeclaration(changes: Partial<Declaration> = {}): Declaration {
  return {
    command_id: newCommandId(),
    project: { id: projectId.parse(randomUUID()), name: 'shop' },
    stages: [aStage()],
    targets: [aTarget()],
    services: [aService()],
    ...changes,
  }
}

/** What a plan is about: ids as the ledger has them, and what changed since the last one. */
export interface Subject {
  readonly service: Pick<DeclaredService, 'id' | 'releases_to'>
  readonly target: Pick<Declaration['targets'][number], 'id' | 'identity'>
}
export interface PlanOptions {
  readonly release?: ReleaseId
  readonly seen_revision?: number
  readonly previous?: Digest | null
  readonly tag?: string
  readonly live?: JsonObject
  readonly policy_version?: number
}

/** A plan of the service's document at a tag; its context is the canonical one. */
export function aPreview(
  subject: Subject,
  options: PlanOptions = {},
  changes: Partial<PreviewCommand> = {},
): PreviewCommand {
  const { seen_revision = 0, previous = null, tag = '1.0', live = {}, policy_version = 2 } = options
  const document = Buffer.from(canonicalText({ services: { web: { image: `shop/web:${tag}` } } }))
  const command: PreviewCommand = {
    command_id: newCommandId(),
    release_id: options.release ?? newReleaseId(),
    seen_revision,
    service_id: subject.service.id,
    target_id: subject.target.id,
    kind: 'release',
    source_release_id: null,
    target_revision: null,
    version_label: tag,
    variables: { TAG: tag },
    secret_variables: [],
    strategy: 'rolling',
    reason: 'a better shop',
    change_link: null,
    correlation_id: randomUUID(),
    preview_ref: previewRef.parse(randomUUID()),
    document,
    document_digest: sha256(document),
    previous_document_digest: previous,
    context: '',
    live_base: live,
    live_base_digest: canonicalDigest(live),
    diff: { objects: [], counts: { create: 1, change: 0, replace: 0, delete: 0, unchanged: 0 }, words: [] },
    checks: [],
    risk: { level: 'high', reasons: [] },
    images: [{ reference: `shop/web:${tag}`, image_id: null, repo_digest: null }],
    steps: [{ index: 0, key: 'up', host: 'local', message: { text: 'step.up', params: {} }, params: {} }],
    way_back: { document_digest: previous, release: null, on_failure: 'stop', go_back_hours: 24 },
    sealed: [],
    ...changes,
  }
  return { ...command, context: changes.context ?? contextFor(command, subject, policy_version) }
}

function contextFor(command: PreviewCommand, { service, target }: Subject, policy_version: number): string {
  const { verification, on_failure, retries, go_back_hours } = service.releases_to[0] ?? aCdConfig()
  return contextOf({
    release: command.release_id,
    revision: command.seen_revision + 1,
    service: command.service_id,
    target: { id: target.id, identity: target.identity },
    runtime: 'compose',
    strategy: command.strategy,
    delivery: { verification, on_failure, retries, go_back_hours },
    variables: command.variables,
    document_digest: command.document_digest,
    previous_document_digest: command.previous_document_digest,
    images: command.images,
    live_base: command.live_base,
    policy_version,
  }).text
}

/** Asks to apply the plan that was just recorded. */
export function aRequest(plan: PreviewCommand, changes: Partial<RequestCommand> = {}): RequestCommand {
  return {
    command_id: newCommandId(),
    release_id: plan.release_id,
    seen_revision: plan.seen_revision + 1,
    preview_ref: plan.preview_ref,
    context_hash: sha256(plan.context),
    ticket_id: newTicketId(),
    source: 'cli',
    ...changes,
  }
}

/** A decision on the plan as it was recorded; an approval unless told. */
export function aDecision(
  plan: PreviewCommand,
  request: Pick<RequestCommand, 'ticket_id'>,
  changes: Partial<DecisionCommand> = {},
): DecisionCommand {
  return {
    command_id: newCommandId(),
    ticket_id: request.ticket_id,
    decision: 'approve',
    seen_revision: plan.seen_revision + 1,
    seen_context_hash: sha256(plan.context),
    comment: '',
    ...changes,
  }
}

/** An executor that found the target as it was planned. */
export function aLease(
  plan: PreviewCommand,
  seen_revision: number,
  changes: Partial<LeaseCommand> = {},
): LeaseCommand {
  return {
    release_id: plan.release_id,
    seen_revision,
    document_digest: plan.document_digest,
    live_base_digest: plan.live_base_digest,
    drifted: [],
    observed_fence: 0,
    lease_seconds: 60,
    ...changes,
  }
}

/** The end of a run that went well, which leaves the target as `live` says. */
export function aFinish(
  release_id: ReleaseId,
  fence: number,
  changes: Partial<FinishCommand> & { readonly live?: JsonObject } = {},
): FinishCommand {
  const { live = { services: { web: release_id } }, ...rest } = changes
  return {
    command_id: newCommandId(),
    release_id,
    fence,
    outcome: { kind: 'applied' },
    checks: [],
    live_base: live,
    live_base_digest: canonicalDigest(live),
    logs_digest: sha256(''),
    ...rest,
  }
}

/** One finding, as a runtime gives it. */
export function aDiagnostic(changes: Partial<NewDiagnostic> = {}): NewDiagnostic & { id: string } {
  return {
    id: randomUUID(),
    phase: 'apply',
    code: 'compose_up_failed',
    severity: 'error',
    resource: { kind: 'service', name: 'web', namespace: null, host: 'local', container: null },
    message: { text: 'finding.exited', params: {} },
    evidence: { exit_code: 1, health_output: null, last_log_lines: ['no such file'], facts: {} },
    hint: { text: 'finding.exited', params: {} },
    ...changes,
  }
}
