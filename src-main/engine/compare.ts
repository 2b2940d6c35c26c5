import { PilothouseError } from '../../src-preload/contract/errors.ts'
import type { Comparison, DocumentObject, Preview, Release } from '../../src-preload/contract/releases.ts'
import type { Digest } from '../../src-preload/contract/vocabulary.ts'
import { claimDiffers } from '../lifecycle/claims.ts'
import { compareObjects } from '../lifecycle/diff.ts'
import { runtimeOf } from './parts.ts'
import type { EngineParts } from './parts.ts'

async function objectsOf(
  parts: EngineParts,
  release: Release,
  digest: Digest | null,
): Promise<readonly DocumentObject[]> {
  if (digest === null) return []
  return runtimeOf(parts, release.runtime).objects(await parts.reads.document(digest))
}

/**
 * What the plan's author had to compare with: the document that was last applied when they planned, which the ledger
 * checked; for a way back, what the release that is taken back left behind.
 */
async function plannedFrom(parts: EngineParts, release: Release, preview: Preview): Promise<Digest | null> {
  if (release.source_release_id === null) return preview.previous_document_digest
  return (await parts.reads.preview(release.source_release_id))?.document_digest ?? null
}

/**
 * The reader's own diff: the stored document against the target's last applied one, claimed by nobody; and the objects
 * of which the diff that the plan's author recorded says something else than it should. Throws `preview_required`
 * where there is no plan.
 */
export async function compareRelease(parts: EngineParts, reference: string): Promise<Comparison> {
  const release = await parts.reads.release(reference)
  const preview = await parts.reads.preview(release.id)
  if (preview === null) throw new PilothouseError('preview_required', { release: release.label })
  const [last, from, after] = await Promise.all([
    parts.reads.lastApplied(release.target.id, release.id),
    plannedFrom(parts, release, preview),
    objectsOf(parts, release, preview.document_digest),
  ])
  const own = compareObjects(await objectsOf(parts, release, last?.document_digest ?? null), after)
  const expected = compareObjects(await objectsOf(parts, release, from), after)
  return { ...own, claim_differs: claimDiffers(expected, preview.diff) }
}
