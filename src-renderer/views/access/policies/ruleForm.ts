import { v7 as newId } from 'uuid'
import type { ApprovalRule } from '../../../../src-preload/contract/access.ts'

export const ruleKinds = ['anyone', 'role', 'team', 'service_team'] as const

/** One rule as the form holds it: what was typed for another kind stays while the kind is tried out. */
export interface RuleForm {
  /** Tells rules apart while some are removed. */
  readonly key: string
  readonly kind: ApprovalRule['kind']
  readonly role: string
  readonly team: string
  readonly minimum: number | string
}

/** The form of a rule that counts now. */
export function ruleForm(rule: ApprovalRule): RuleForm {
  return {
    key: newId(),
    kind: rule.kind,
    role: rule.kind === 'role' ? rule.role : '',
    team: rule.kind === 'team' ? rule.team : '',
    minimum: rule.minimum,
  }
}

/** The form of a rule that is added. */
export function newRule(): RuleForm {
  return ruleForm({ kind: 'anyone', minimum: 1 })
}

/** What a form asks for, in the shape of the change. */
export function ruleAsked({ kind, role, team, minimum }: RuleForm): unknown {
  switch (kind) {
    case 'anyone':
    case 'service_team':
      return { kind, minimum }
    case 'role':
      return { kind, role, minimum }
    case 'team':
      return { kind, team, minimum }
  }
}
