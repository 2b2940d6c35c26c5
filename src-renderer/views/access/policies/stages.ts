import type { ApprovalPolicy } from '../../../../src-preload/contract/access.ts'

/** The policies of one stage: the one for any runtime, and those of a runtime of its own. */
export interface StagePolicies {
  readonly id: string
  readonly first: ApprovalPolicy
  readonly policies: readonly ApprovalPolicy[]
}

/** Policies by stage, in the order in which they came. */
export function stagesOf(policies: readonly ApprovalPolicy[]): StagePolicies[] {
  const byStage = Map.groupBy(policies, ({ stage_id: id }) => id)
  return [...byStage.entries()].flatMap(([id, own]) => {
    const [first] = own
    return first === undefined ? [] : [{ id, first, policies: own }]
  })
}
