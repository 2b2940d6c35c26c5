import type { Ticket } from '../../../src-preload/contract/inbox.ts'
import { noTeam } from '../../../src-preload/contract/releases.ts'

/** One rule of a ticket: how far it is filled, by whom, and who still can. */
export interface RuleProgress {
  readonly kind: 'anyone' | 'role' | 'team' | 'no_team'
  readonly name: string
  readonly given: number
  readonly minimum: number
  readonly filled: boolean
  readonly approved_by: readonly string[]
  /** Candidates who have not approved yet; empty where the rule is filled. */
  readonly still: readonly string[]
}

/** The rules of a ticket as people read them. */
export function ruleProgress(ticket: Pick<Ticket, 'rules'>): RuleProgress[] {
  return ticket.rules.map((rule) => {
    const given = rule.approved_by.length
    const filled = given >= rule.minimum
    const still = rule.candidates.filter((candidate) => !rule.approved_by.includes(candidate))
    return {
      ...whom(rule),
      given,
      minimum: rule.minimum,
      filled,
      approved_by: rule.approved_by,
      still: filled ? [] : still,
    }
  })
}

function whom(rule: { role: string | null; team: string | null }): Pick<RuleProgress, 'kind' | 'name'> {
  if (rule.team === noTeam) return { kind: 'no_team', name: '' }
  if (rule.team !== null) return { kind: 'team', name: rule.team }
  if (rule.role !== null) return { kind: 'role', name: rule.role }
  return { kind: 'anyone', name: '' }
}
