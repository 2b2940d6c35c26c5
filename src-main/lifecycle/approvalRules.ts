import type { ApprovalRule } from '../../src-preload/contract/access.ts'
import { assertNever } from '../../src-preload/contract/vocabulary.ts'

/** A rule as people type it: `anyone:1`, `role:release-manager:1`, `team:web:2`, `service_team:1`. */
export function ruleText(rule: ApprovalRule): string {
  switch (rule.kind) {
    case 'anyone':
    case 'service_team':
      return `${rule.kind}:${rule.minimum}`
    case 'role':
      return `role:${rule.role}:${rule.minimum}`
    case 'team':
      return `team:${rule.team}:${rule.minimum}`
    default:
      return assertNever(rule)
  }
}

/** The rules of a policy in one line, in their order; `none` for no rule. */
export function rulesText(rules: readonly ApprovalRule[]): string {
  return rules.length === 0 ? 'none' : rules.map(ruleText).join(', ')
}
