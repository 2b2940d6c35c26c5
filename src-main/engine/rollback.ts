import { PilothouseError } from '../../src-preload/contract/errors.ts'
import type { Check, Preview, Release, ResolvedImage } from '../../src-preload/contract/releases.ts'
import type { CommandId } from '../../src-preload/contract/vocabulary.ts'
import { runtimeOf } from './parts.ts'
import type { EngineParts } from './parts.ts'
import { recordProposal } from './preview.ts'
import type { Previewed } from './preview.ts'
import { subjectOf } from './subjects.ts'

export interface RollbackAsk {
  readonly command_id: CommandId
  readonly release: string
  readonly to?: string | undefined
  readonly reason: string
}

async function restoredRelease(parts: EngineParts, ask: RollbackAsk, source: Release): Promise<Release> {
  const reference = ask.to ?? (await parts.reads.lastApplied(source.target.id, source.id))?.release_id
  if (reference === undefined) {
    throw new PilothouseError(
      'rollback_source_invalid',
      { release: source.label },
      { hint: 'nothing_before' },
    )
  }
  return parts.reads.release(reference)
}

async function planOf(parts: EngineParts, release: Release): Promise<Preview> {
  const preview = await parts.reads.preview(release.id)
  if (preview === null) throw new PilothouseError('rollback_source_invalid', { release: release.label })
  return preview
}

/** The ids that ran then, where they were known: a tag that has moved since must not bring something else. */
function imagesThen(then: readonly ResolvedImage[], now: readonly ResolvedImage[]): ResolvedImage[] {
  return then.map((image) => {
    if (image.image_id !== null) return image
    return now.find((found) => found.reference === image.reference) ?? image
  })
}

const notUndone: Check = {
  key: 'data_not_undone',
  severity: 'info',
  message: { text: 'check.data_not_undone', params: {} },
}

/** Whose document the restored one is compared with: what a failed release left behind, else what was last applied. */
async function leftBehind(parts: EngineParts, source: Release): Promise<Uint8Array> {
  const { document_digest } = await planOf(parts, source)
  return parts.reads.document(document_digest)
}

/**
 * Plans the way back from an applied or failed release as a release of its own: the whole earlier document, with the
 * images that it ran with. The ledger judges whether the source may be rolled back and whether an approval covers it.
 */
export async function planRollback(parts: EngineParts, ask: RollbackAsk): Promise<Previewed> {
  const source = await parts.reads.release(ask.release)
  const subject = await subjectOf(parts.reads, {
    service: source.service.id,
    target: source.target.id,
  })
  const { target } = subject
  await parts.ledger.authorize({
    permission: 'release:rollback',
    runtime: target.runtime,
    project_id: target.project_id,
    resource_type: 'release',
    resource_id: source.id,
  })
  const restored = await restoredRelease(parts, ask, source)
  const then = await planOf(parts, restored)
  const [identity, document, last] = await Promise.all([
    parts.reads.identity(),
    parts.reads.document(then.document_digest),
    parts.reads.lastApplied(target.id),
  ])
  const runtime = runtimeOf(parts, target.runtime)
  const references = then.images.map((image) => image.reference)
  const live = await runtime.observe({ target, ledger_id: identity.id, images: references })
  return recordProposal(parts, {
    command_id: ask.command_id,
    subject,
    document,
    images: imagesThen(then.images, live.images),
    live,
    checks: [notUndone],
    compared_with: await leftBehind(parts, source),
    last,
    open: null,
    described: {
      kind: 'rollback',
      source_release_id: source.id,
      target_revision: restored.id,
      version_label: restored.version_label,
      variables: restored.variables,
      secret_variables: restored.secret_variables,
      strategy: restored.strategy,
      reason: ask.reason,
      change_link: source.change_link,
      sealed: [],
    },
  })
}
