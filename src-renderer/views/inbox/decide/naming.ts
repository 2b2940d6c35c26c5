import type { Ticket } from '../../../../src-preload/contract/inbox.ts'
import type { Decision } from '../deciding.ts'

/** What a decision is called: a review is closed, and a change of one's own is taken back. */
export type DecisionName = Decision | 'review_approve' | 'review_reject' | 'withdraw'

/** The name of a decision about a ticket. */
export function decisionName(
  decision: Decision,
  { scope_type: scope }: Pick<Ticket, 'scope_type'>,
): DecisionName {
  if (decision === 'revoke') return scope === 'policy' || scope === 'access' ? 'withdraw' : 'revoke'
  return scope === 'review' ? `review_${decision}` : decision
}
