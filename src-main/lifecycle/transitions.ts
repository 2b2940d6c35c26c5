import type { LifecycleEvent, LifecycleState } from '../../src-preload/contract/vocabulary.ts'

/**
 * The state table of a release (lifecycle.md) as data: where an event leads from each state. A pair that is not here
 * is refused with `release_state_invalid`. The ledger holds the same rows; a test walks both.
 */
export const transitions = {
  draft: { plan: 'preview', withdraw: 'cancelled', revoke: 'cancelled', expire: 'cancelled' },
  preview: {
    plan: 'preview',
    request_with_policy: 'pending_approval',
    request_without_policy: 'approved',
    withdraw: 'cancelled',
    revoke: 'cancelled',
    expire: 'cancelled',
  },
  pending_approval: {
    plan: 'preview',
    drift_found: 'preview',
    quorum_filled: 'approved',
    glass_broken: 'approved',
    reject: 'rejected',
    withdraw: 'cancelled',
    revoke: 'cancelled',
    expire: 'cancelled',
  },
  approved: {
    plan: 'preview',
    drift_found: 'preview',
    glass_broken: 'approved',
    lease_taken: 'applying',
    withdraw: 'cancelled',
    revoke: 'cancelled',
    expire: 'cancelled',
  },
  applying: { lease_recovered: 'applying', verified: 'applied', step_failed: 'failed' },
  applied: { rolled_back: 'rollback' },
  failed: { lease_taken: 'applying', rolled_back: 'rollback' },
  rollback: {},
  rejected: {},
  cancelled: {},
} as const satisfies Record<LifecycleState, Partial<Record<LifecycleEvent, LifecycleState>>>

/** The state that `event` leads to from `state`, or null where the table refuses it. */
export function next(state: LifecycleState, event: LifecycleEvent): LifecycleState | null {
  const row: Partial<Record<LifecycleEvent, LifecycleState>> = transitions[state]
  return row[event] ?? null
}
