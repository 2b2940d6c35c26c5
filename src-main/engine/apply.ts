import { z } from 'zod'
import { PilothouseError } from '../../src-preload/contract/errors.ts'
import type { PlannedStep, Preview, Progress, Release } from '../../src-preload/contract/releases.ts'
import { commandId } from '../../src-preload/contract/vocabulary.ts'
import { canonicalDigest, sha256 } from '../lifecycle/canonical.ts'
import { driftBetween } from '../lifecycle/drift.ts'
import { createMask } from '../lifecycle/masking.ts'
import { lease as pace } from '../lifecycle/pace.ts'
import type { FinishCommand } from '../ports/ledger.ts'
import type { Failure, Live } from '../ports/runtime.ts'
import { carryOutAll, recordFindings } from './execution.ts'
import type { Execution } from './execution.ts'
import { keepLease } from './lease.ts'
import { runtimeOf } from './parts.ts'
import type { EngineParts } from './parts.ts'
import { RunLog } from './runLog.ts'
import { openValues } from './sealing.ts'
import { subjectOf } from './subjects.ts'
import type { Subject } from './subjects.ts'

type Push = (progress: Progress) => void

async function planOf(parts: EngineParts, release: Release): Promise<Preview> {
  const preview = await parts.reads.preview(release.id)
  if (preview === null) throw new PilothouseError('preview_required', { release: release.label })
  return preview
}

/** The stored bytes, hashed here: what was approved is what runs, whatever a database answers. */
async function approvedDocument(parts: EngineParts, preview: Preview): Promise<Uint8Array> {
  const document = await parts.reads.document(preview.document_digest)
  const actual = sha256(document)
  if (actual === preview.document_digest) return document
  throw new PilothouseError('digest_mismatch', { expected: preview.document_digest, actual })
}

function observe(parts: EngineParts, subject: Subject, preview: Preview, ledgerId: string): Promise<Live> {
  const { target } = subject
  const images = preview.images.map((image) => image.reference)
  return runtimeOf(parts, target.runtime).observe({ target, ledger_id: ledgerId, images })
}

/** Planned here, from the approved document and what runs: the steps of the preview are only its author's word. */
async function stepsNow(
  parts: EngineParts,
  { target }: Subject,
  found: { readonly release: Release; readonly document: Uint8Array; readonly live: Live },
): Promise<readonly PlannedStep[]> {
  const { release, document, live } = found
  const last = await parts.reads.lastApplied(target.id)
  const previous = last === null ? null : await parts.reads.document(last.document_digest)
  const runtime = runtimeOf(parts, target.runtime)
  return runtime.plan({ target, document, previous, live, strategy: release.strategy }).steps
}

/** Looks, takes the lease, and gathers what the run needs. Nothing on the target has changed when it throws. */
async function begin(parts: EngineParts, release: Release, push: Push): Promise<Execution> {
  const subject = await subjectOf(parts.reads, { service: release.service.id, target: release.target.id })
  const { target, delivery } = subject
  await parts.ledger.authorize({
    permission: release.kind === 'rollback' ? 'release:rollback' : 'release:apply',
    runtime: target.runtime,
    project_id: target.project_id,
    resource_type: 'release',
    resource_id: release.id,
  })
  const [preview, identity] = await Promise.all([planOf(parts, release), parts.reads.identity()])
  const document = await approvedDocument(parts, preview)
  const secrets = await openValues(parts, target, document)
  const live = await observe(parts, subject, preview, identity.id)
  const steps = await stepsNow(parts, subject, { release, document, live })
  const taken = await parts.ledger.takeLease({
    release_id: release.id,
    seen_revision: release.revision,
    document_digest: sha256(document),
    live_base_digest: canonicalDigest(live.base),
    drifted: driftBetween(preview.live_base, live.base),
    observed_fence: live.fence,
    lease_seconds: pace.seconds,
  })
  return {
    parts,
    release,
    preview,
    steps,
    target,
    delivery,
    runtime: runtimeOf(parts, target.runtime),
    document,
    secrets,
    ledger_id: identity.id,
    attempt: taken.attempt,
    lease: keepLease(parts, { release_id: release.id, fence: taken.fence }),
    log: new RunLog(),
    checks: [],
    push,
  }
}

async function liveAfter(
  execution: Execution,
): Promise<Pick<FinishCommand, 'live_base' | 'live_base_digest'>> {
  const { target, preview, runtime, ledger_id } = execution
  const images = preview.images.map((image) => image.reference)
  const live = await runtime.observe({ target, ledger_id, images })
  return { live_base: live.base, live_base_digest: canonicalDigest(live.base) }
}

async function finish(execution: Execution, outcome: FinishCommand['outcome']): Promise<void> {
  const { parts, release, lease, log, checks } = execution
  await parts.ledger.finish({
    command_id: commandId.parse(parts.newId()),
    release_id: release.id,
    fence: lease.fence,
    outcome,
    checks,
    ...(await liveAfter(execution)),
    logs_digest: log.digest(),
  })
}

const withReason = z.looseObject({ reason: z.string().min(1) })

/** What a failure says of itself in one line; its code is kept beside it. */
function reasonOf(error: PilothouseError): string {
  const told = withReason.safeParse(error.data)
  return told.success ? told.data.reason : JSON.stringify(error.data)
}

async function finishFailed(execution: Execution, failure: Failure): Promise<void> {
  await recordFindings(execution, failure)
  const message = createMask(execution.secrets.values())(reasonOf(failure.error))
  await finish(execution, { kind: 'failed', code: failure.error.code, message })
}

/**
 * Carries an approved release out: also a retry of a failed one, and the recovery of one whose executor vanished (its
 * steps are idempotent and run again under a new fence). Returns the release as it ended, `applied` or `failed`.
 * Throws where the outcome is not known; the release then stays `applying` until it is recovered.
 */
export async function applyRelease(parts: EngineParts, reference: string, push: Push): Promise<Release> {
  const execution = await begin(parts, await parts.reads.release(reference), push)
  try {
    push({ kind: 'state', release: await parts.reads.release(execution.release.id) })
    const failure = await carryOutAll(execution)
    if (failure === null) await finish(execution, { kind: 'applied' })
    else await finishFailed(execution, failure)
  } finally {
    await execution.lease.release()
  }
  const ended = await parts.reads.release(execution.release.id)
  push({ kind: 'state', release: ended })
  return ended
}
