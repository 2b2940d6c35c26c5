import type { ResolvedImage } from '../../src-preload/contract/releases.ts'
import type {
  Digest,
  JsonObject,
  ReleaseId,
  RuntimeName,
  ServiceId,
  StrategyName,
  TargetId,
} from '../../src-preload/contract/vocabulary.ts'
import { jsonObject } from '../../src-preload/contract/vocabulary.ts'
import type { CdConfig } from '../../src-preload/contract/services.ts'
import { canonicalText, sha256 } from './canonical.ts'

/** Everything that an approval is about (lifecycle.md). What is not in here is not approved. */
export interface PreviewContext {
  readonly release: ReleaseId
  readonly revision: number
  readonly service: ServiceId
  readonly target: { readonly id: TargetId; readonly identity: Digest }
  readonly runtime: RuntimeName
  readonly strategy: StrategyName
  /** How the release is judged, and what follows a failure. */
  readonly delivery: Pick<CdConfig, 'verification' | 'on_failure' | 'retries' | 'go_back_hours'>
  readonly variables: Readonly<Record<string, string>>
  readonly document_digest: Digest
  readonly previous_document_digest: Digest | null
  /** What each reference was resolved to: a tag alone does not say what runs. */
  readonly images: readonly ResolvedImage[]
  readonly live_base: JsonObject
  readonly policy_version: number
}

/** The canonical text that the ledger hashes, and the hash that tickets and approvals name. */
export function contextOf(context: PreviewContext): { text: string; hash: Digest } {
  const text = canonicalText(jsonObject.parse(context))
  return { text, hash: sha256(text) }
}
