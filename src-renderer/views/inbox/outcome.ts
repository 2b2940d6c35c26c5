import type { ErrorCode } from '../../../src-preload/contract/errors.ts'

/**
 * What to do after a refused decision: read the ticket as it is now, look for the newer plan's ticket, plan and ask
 * again, leave it to somebody else, say why, or try again.
 */
export type NextStep = 'read_again' | 'newer_plan' | 'ask_again' | 'somebody_else' | 'say_why' | 'try_again'

const steps: Partial<Record<ErrorCode, NextStep>> = {
  decision_stale: 'read_again',
  conflict: 'read_again',
  release_state_invalid: 'read_again',
  ticket_superseded: 'newer_plan',
  ticket_expired: 'ask_again',
  self_approval_denied: 'somebody_else',
  permission_denied: 'somebody_else',
  project_scope_denied: 'somebody_else',
  agent_not_allowed: 'somebody_else',
  comment_required: 'say_why',
  offline: 'try_again',
  ledger_unavailable: 'try_again',
  rate_limited: 'try_again',
}

/** The next step after a decision was refused with a code. */
export function nextStepAfter(code: string): NextStep {
  const known = Object.entries(steps).find(([refused]) => refused === code)
  return known?.[1] ?? 'read_again'
}

/** Whether a decision that was refused so may be sent once more as it is. */
export function mayRepeat(code: string): boolean {
  const step = nextStepAfter(code)
  return step === 'try_again' || step === 'say_why'
}
