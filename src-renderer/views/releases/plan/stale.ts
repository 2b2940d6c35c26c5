import type { ErrorCode } from '../../../../src-preload/contract/errors.ts'
import type { Preview } from '../../../../src-preload/contract/releases.ts'

/** Why a plan that somebody wanted to ask for no longer counts. */
export type Stale = Extract<ErrorCode, 'preview_required' | 'preview_expired' | 'preview_mismatch'>

/** Whether a refusal leads back to reading a plan, instead of ending in an error. */
export function isStale(code: ErrorCode): code is Stale {
  return code === 'preview_required' || code === 'preview_expired' || code === 'preview_mismatch'
}

/**
 * What leads on after a plan was refused as stale: reading the one that is there where somebody planned anew meanwhile,
 * else planning again.
 *
 * @param confirmed the plan that the person saw
 * @param current the plan that the ledger has now; null where there is none
 */
export function wayOn(confirmed: Preview, current: Preview | null): 'read' | 'plan_again' {
  const isNewer = current !== null && current.preview_ref !== confirmed.preview_ref
  return isNewer && current.valid ? 'read' : 'plan_again'
}

/** Milliseconds until a plan expires, by this machine's clock; zero when it has. */
export function leftOf(preview: Pick<Preview, 'expires_at' | 'valid'>, now: number): number {
  return preview.valid ? Math.max(0, Date.parse(preview.expires_at) - now) : 0
}
