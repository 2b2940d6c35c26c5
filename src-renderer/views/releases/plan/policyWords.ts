import type { PolicyDecision } from '../../../../src-preload/contract/releases.ts'
import { noTeam } from '../../../../src-preload/contract/releases.ts'
import type { Say } from '../../../words/words.ts'

type Rule = PolicyDecision['rules'][number]

function whoFills({ role, team }: Rule, say: Say): string {
  if (team === noTeam) return say('window.rule.no_team')
  if (team !== null) return say('window.rule.team', { team })
  return role ?? say('window.rule.anyone')
}

/** One rule of a policy, with the people who can fill it. */
export function ruleWords(rule: Rule, say: Say): string {
  const candidates = rule.candidates.length === 0 ? say('window.nobody') : rule.candidates
  return say('window.rule', { count: rule.minimum, who: whoFills(rule, say), candidates })
}

/** Who has to agree, all of it together, or why nobody has to. */
export function policyWords(policy: PolicyDecision, say: Say): string[] {
  if (policy.covered_by !== null) return [say('window.preview.policy_covered')]
  if (policy.solo) return [say('window.preview.policy_solo')]
  if (!policy.required) return [say('window.preview.policy_none')]
  return policy.rules.map((rule) => ruleWords(rule, say))
}
