import { PilothouseError } from '../../src-preload/contract/errors.ts'
import type { Comparison, Progress, Release } from '../../src-preload/contract/releases.ts'
import { commandId, ticketId } from '../../src-preload/contract/vocabulary.ts'
import type { CommandId, Digest, PreviewRef } from '../../src-preload/contract/vocabulary.ts'
import type { ReleaseCommitted } from '../ports/ledger.ts'
import { applyRelease } from './apply.ts'
import { compareRelease } from './compare.ts'
import { carryOutDue } from './due.ts'
import type { Carried } from './due.ts'
import type { EngineParts } from './parts.ts'
import { planRelease } from './plan.ts'
import type { PlanAsk } from './plan.ts'
import type { Previewed } from './preview.ts'
import { follow } from './progressFeed.ts'
import { planRollback } from './rollback.ts'
import type { RollbackAsk } from './rollback.ts'

export interface RequestAsk {
  readonly command_id: CommandId
  readonly release: string
  readonly preview_ref: PreviewRef | null
  readonly context_hash?: Digest | undefined
  readonly source: 'desktop' | 'cli'
}

export interface BreakGlassAsk {
  readonly command_id: CommandId
  readonly release: string
  readonly reason: string
  readonly incident_link: string
}

/** What the engine does, whoever asks: window, command line or runner. */
export interface Engine {
  plan(ask: PlanAsk): Promise<Previewed>
  rollback(ask: RollbackAsk): Promise<Previewed>
  request(ask: RequestAsk): Promise<ReleaseCommitted>
  start(reference: string): AsyncIterable<Progress>
  compare(reference: string): Promise<Comparison>
  breakGlass(ask: BreakGlassAsk): Promise<ReleaseCommitted>
  /** Carries out what is due, one after the other; `push` hears of each run, an abort stops before the next one. */
  carryOutDue(push: (progress: Progress) => void, signal?: AbortSignal): Promise<Carried[]>
}

async function request(parts: EngineParts, ask: RequestAsk): Promise<ReleaseCommitted> {
  const release = await parts.reads.release(ask.release)
  if (ask.preview_ref !== null) {
    const preview = await parts.reads.preview(release.id)
    const failing = preview?.checks.filter((check) => check.severity === 'error') ?? []
    if (failing.length > 0)
      throw new PilothouseError('preflight_failed', { checks: failing.map((check) => check.key) })
  }
  return parts.ledger.requestApply({
    command_id: ask.command_id,
    release_id: release.id,
    seen_revision: release.revision,
    preview_ref: ask.preview_ref,
    context_hash: ask.context_hash ?? null,
    ticket_id: ticketId.parse(parts.newId()),
    source: ask.source,
  })
}

/** Lets a waiting release through in an emergency. The ledger judges, tells everybody, and opens the review. */
async function breakGlass(parts: EngineParts, ask: BreakGlassAsk): Promise<ReleaseCommitted> {
  const { release: reference, ...rest } = ask
  const release = await parts.reads.release(reference)
  return parts.ledger.breakGlass({
    ...rest,
    release_id: release.id,
    seen_revision: release.revision,
    ticket_id: ticketId.parse(parts.newId()),
  })
}

/** Goes back by itself where the failed release's configuration says so and the approval covers it. */
async function goBack(
  parts: EngineParts,
  failed: Release,
  push: (progress: Progress) => void,
): Promise<void> {
  const { release, preview } = await planRollback(parts, {
    command_id: commandId.parse(parts.newId()),
    release: failed.id,
    reason: `${failed.label} failed`,
  })
  push({ kind: 'state', release })
  const requested = await request(parts, {
    command_id: commandId.parse(parts.newId()),
    release: release.id,
    preview_ref: preview.preview_ref,
    context_hash: preview.context_hash,
    source: 'cli',
  })
  push({ kind: 'state', release: await parts.reads.release(release.id) })
  if (requested.state === 'approved') await applyRelease(parts, release.id, push)
}

async function start(
  parts: EngineParts,
  reference: string,
  push: (progress: Progress) => void,
): Promise<void> {
  const ended = await applyRelease(parts, reference, push)
  if (ended.lifecycle_state !== 'failed' || ended.kind === 'rollback') return
  const preview = await parts.reads.preview(ended.id)
  const { document_digest = null, on_failure = 'stop' } = preview?.way_back ?? {}
  if (on_failure === 'go_back' && document_digest !== null) await goBack(parts, ended, push)
}

/** The engine over its parts; it keeps no state of its own. */
export function createEngine(parts: EngineParts): Engine {
  return {
    plan: (ask) => planRelease(parts, ask),
    rollback: (ask) => planRollback(parts, ask),
    request: (ask) => request(parts, ask),
    start: (reference) => follow((push) => start(parts, reference, push)),
    compare: (reference) => compareRelease(parts, reference),
    breakGlass: (ask) => breakGlass(parts, ask),
    carryOutDue: (push, signal) =>
      carryOutDue(parts, { start: (reference, told) => start(parts, reference, told), push, signal }),
  }
}
