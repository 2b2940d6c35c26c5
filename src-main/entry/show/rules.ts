import type { ApprovalRule } from '../../../src-preload/contract/access.ts'
import { noTeam } from '../../../src-preload/contract/releases.ts'
import type { PolicyDecision } from '../../../src-preload/contract/releases.ts'
import { assertNever } from '../../../src-preload/contract/vocabulary.ts'
import { say } from '../say.ts'

type PolicyRule = PolicyDecision['rules'][number]

/** Who may fill a rule, as it counts for one plan or change. */
export function whoFills(rule: Pick<PolicyRule, 'role' | 'team'>): string {
  if (rule.team === noTeam) return say('say.rule_no_team')
  if (rule.team !== null) return say('say.rule_team', { team: rule.team })
  return rule.role ?? say('say.any_approver')
}

/** People who could fill a rule now. */
export function candidatesText(candidates: readonly string[]): string {
  return candidates.length === 0 ? say('say.nobody') : candidates.join(', ')
}

function subjectOf(rule: ApprovalRule): string {
  switch (rule.kind) {
    case 'anyone':
      return say('say.rule_anyone')
    case 'role':
      return say('say.rule_role', { role: rule.role })
    case 'team':
      return say('say.rule_team', { team: rule.team })
    case 'service_team':
      return say('say.rule_service_team')
    default:
      return assertNever(rule)
  }
}

/** A rule of a policy in words. */
export function ruleWords(rule: ApprovalRule): string {
  return say('say.rule_count', { minimum: rule.minimum, who: subjectOf(rule) })
}
