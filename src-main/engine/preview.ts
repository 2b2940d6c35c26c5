import { PilothouseError } from '../../src-preload/contract/errors.ts'
import type {
  Check,
  Diff,
  Preview,
  Release,
  ResolvedImage,
  WayBack,
} from '../../src-preload/contract/releases.ts'
import { caps, previewRef, releaseId } from '../../src-preload/contract/vocabulary.ts'
import type { CommandId, Digest, Position } from '../../src-preload/contract/vocabulary.ts'
import { canonicalDigest, sha256 } from '../lifecycle/canonical.ts'
import { contextOf } from '../lifecycle/context.ts'
import { compareObjects } from '../lifecycle/diff.ts'
import { driftBetween } from '../lifecycle/drift.ts'
import { assessRisk } from '../lifecycle/risk.ts'
import type { PreviewCommand } from '../ports/ledger.ts'
import type { LastApplied } from '../ports/reads.ts'
import type { Live } from '../ports/runtime.ts'
import { runtimeOf } from './parts.ts'
import type { EngineParts } from './parts.ts'
import type { Subject } from './subjects.ts'

/** A document that shall run, and where it came from; rendered just now or restored from an earlier release. */
export interface Proposal {
  readonly command_id: CommandId
  readonly subject: Subject
  readonly document: Uint8Array
  readonly images: readonly ResolvedImage[]
  readonly live: Live
  readonly checks: readonly Check[]
  /** The document that the diff starts from; null where nothing was released. */
  readonly compared_with: Uint8Array | null
  readonly last: LastApplied | null
  readonly open: Release | null
  readonly described: Pick<
    PreviewCommand,
    | 'kind'
    | 'source_release_id'
    | 'target_revision'
    | 'version_label'
    | 'variables'
    | 'secret_variables'
    | 'strategy'
    | 'reason'
    | 'change_link'
    | 'sealed'
  >
}

export interface Previewed {
  readonly release: Release
  readonly preview: Preview
  readonly position: Position
}

function wayBackOf({ last, subject }: Proposal): WayBack {
  return {
    document_digest: last?.document_digest ?? null,
    release: last?.label ?? null,
    on_failure: subject.delivery.on_failure,
    go_back_hours: subject.delivery.go_back_hours,
  }
}

async function liveChecks(parts: EngineParts, proposal: Proposal): Promise<Check[]> {
  if (proposal.last === null) {
    return [{ key: 'first_release', severity: 'info', message: { text: 'check.first_release', params: {} } }]
  }
  // Going back from a failed release starts from a state that nobody meant: only an applied one left a base to compare.
  const left = await parts.reads.liveLeftBy(proposal.described.source_release_id ?? proposal.last.release_id)
  const drifted = left === null ? [] : driftBetween(left, proposal.live.base)
  if (drifted.length === 0) return []
  const params = { release: proposal.last.label, objects: drifted.join(', ') }
  return [{ key: 'live_differs', severity: 'warning', message: { text: 'check.live_differs', params } }]
}

function requireFits(document: Uint8Array, diff: Diff): void {
  if (document.byteLength > caps.document) {
    throw new PilothouseError('document_too_large', { bytes: document.byteLength, cap: caps.document })
  }
  const bytes = Buffer.byteLength(JSON.stringify(diff))
  if (bytes > caps.diff) throw new PilothouseError('document_too_large', { bytes, cap: caps.diff })
}

async function judge(parts: EngineParts, proposal: Proposal, diff: Diff, checks: readonly Check[]) {
  const { target } = proposal.subject
  return assessRisk({
    production: target.stage.production,
    stage: target.stage.name,
    diff,
    strategy: proposal.described.strategy,
    checks,
    can_go_back: proposal.last !== null,
    hours_since_failure: await parts.reads.hoursSinceFailure(target.id),
  })
}

function contextFor(proposal: Proposal, ids: { release: Release['id']; digest: Digest; policy: number }) {
  const { service, target, delivery } = proposal.subject
  const { verification, on_failure, retries, go_back_hours } = delivery
  return contextOf({
    release: ids.release,
    revision: (proposal.open?.revision ?? 0) + 1,
    service: service.id,
    target: { id: target.id, identity: target.identity },
    runtime: target.runtime,
    strategy: proposal.described.strategy,
    delivery: { verification, on_failure, retries, go_back_hours },
    variables: proposal.described.variables,
    document_digest: ids.digest,
    previous_document_digest: proposal.last?.document_digest ?? null,
    images: proposal.images,
    live_base: proposal.live.base,
    policy_version: ids.policy,
  })
}

/** Diffs, judges and records a proposal as the release's plan. The ledger checks what can be checked. */
export async function recordProposal(parts: EngineParts, proposal: Proposal): Promise<Previewed> {
  const { service, target } = proposal.subject
  const runtime = runtimeOf(parts, target.runtime)
  const objects = (document: Uint8Array | null) => (document === null ? [] : runtime.objects(document))
  const diff = compareObjects(objects(proposal.compared_with), objects(proposal.document))
  requireFits(proposal.document, diff)
  const plan = runtime.plan({
    target,
    document: proposal.document,
    previous: proposal.compared_with,
    live: proposal.live,
    strategy: proposal.described.strategy,
  })
  const checks = [
    ...proposal.checks,
    ...proposal.live.checks,
    ...plan.checks,
    ...(await liveChecks(parts, proposal)),
  ]
  const digest = sha256(proposal.document)
  const release = proposal.open?.id ?? releaseId.parse(parts.newId())
  const { kind, source_release_id } = proposal.described
  const policy = await parts.reads.policyFor({
    service_id: service.id,
    target_id: target.id,
    kind,
    source_release_id,
    document_digest: digest,
  })
  const committed = await parts.ledger.recordPreview({
    ...proposal.described,
    command_id: proposal.command_id,
    release_id: release,
    seen_revision: proposal.open?.revision ?? 0,
    service_id: service.id,
    target_id: target.id,
    correlation_id: proposal.open?.correlation_id ?? parts.newId(),
    preview_ref: previewRef.parse(parts.newId()),
    document: proposal.document,
    document_digest: digest,
    previous_document_digest: proposal.last?.document_digest ?? null,
    context: contextFor(proposal, { release, digest, policy: policy.version }).text,
    live_base: proposal.live.base,
    live_base_digest: canonicalDigest(proposal.live.base),
    diff,
    checks,
    risk: await judge(parts, proposal, diff, checks),
    images: proposal.images,
    steps: plan.steps,
    way_back: wayBackOf(proposal),
  })
  return recorded(parts, committed.release_id, committed.position)
}

async function recorded(parts: EngineParts, id: Release['id'], position: Position): Promise<Previewed> {
  const [release, preview] = await Promise.all([parts.reads.release(id), parts.reads.preview(id)])
  if (preview === null) throw new PilothouseError('preview_required', { release: release.label })
  return { release, preview, position }
}
