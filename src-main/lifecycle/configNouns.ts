import type { ApprovalPolicy, ApprovalRule } from '../../src-preload/contract/access.ts'
import { jsonObject } from '../../src-preload/contract/vocabulary.ts'
import type {
  CdConfig,
  Service,
  ServiceSource,
  VariableDeclaration,
} from '../../src-preload/contract/services.ts'
import type { ComposePlace, Stage, Target } from '../../src-preload/contract/targets.ts'
import type { Declared } from './configChanges.ts'
import { rulesText } from './approvalRules.ts'

/** A project's configuration as it shall be, without the ids that the ledger needs. */
interface Wanted {
  readonly project: { readonly name: string }
  readonly stages: readonly (Omit<Stage, 'id' | 'project_id'> & {
    /** Null where nothing is said about them. */
    readonly approvals: readonly ApprovalRule[] | null
  })[]
  readonly targets: readonly {
    readonly name: string
    readonly stage: string
    readonly runtime: string
    readonly place: ComposePlace
  }[]
  readonly services: readonly {
    readonly name: string
    readonly team: string | null
    readonly runtime: string
    readonly source: ServiceSource
    readonly variables: Readonly<Record<string, VariableDeclaration>>
    readonly releases_to: readonly Omit<CdConfig, 'target_id'>[]
  }[]
}

function projectNoun(name: string): Declared {
  return { noun: 'project', name, value: { name } }
}

function stageNouns(stage: Wanted['stages'][number]): Declared[] {
  const { name, rank, production, preview_ttl_minutes, approval_window_hours, approvals } = stage
  const value = { rank, production, preview_ttl_minutes, approval_window_hours }
  const policy: Declared[] =
    approvals === null ? [] : [{ noun: 'policy', name, value: { rules: rulesText(approvals) } }]
  return [{ noun: 'stage', name, value }, ...policy]
}

function targetNoun(target: Wanted['targets'][number]): Declared {
  const { name, stage, runtime, place } = target
  return { noun: 'target', name, value: jsonObject.parse({ stage, runtime, ...place }) }
}

function serviceNouns(service: Wanted['services'][number]): Declared[] {
  const { name, runtime, source, variables, team } = service
  const deliveries = service.releases_to.map((delivery): Declared => {
    const { target, strategy, verification, on_failure, start, retries, go_back_hours } = delivery
    const value = jsonObject.parse({ strategy, verification, on_failure, start, retries, go_back_hours })
    return { noun: 'cd_config', name: `${name} → ${target}`, value }
  })
  const value = jsonObject.parse({ runtime, source, variables, ...(team === null ? {} : { team }) })
  return [{ noun: 'service', name, value }, ...deliveries]
}

/** A declaration as comparable nouns, in the order in which people read it. */
export function declaredNouns(wanted: Wanted): Declared[] {
  return [
    projectNoun(wanted.project.name),
    ...wanted.stages.flatMap(stageNouns),
    ...wanted.targets.map(targetNoun),
    ...wanted.services.flatMap(serviceNouns),
  ]
}

/** The rules of a stage for both runtimes, which is what a file declares. */
function approvalsOf(stage: Stage, policies: readonly ApprovalPolicy[]): ApprovalRule[] | null {
  const policy = policies.find(({ stage_id, runtime }) => stage_id === stage.id && runtime === '*')
  return policy === undefined ? null : policy.rules.map(({ rule }) => rule)
}

/** What a project has, as the same nouns. */
export function existingNouns(
  project: string,
  has: {
    readonly stages: readonly Stage[]
    readonly policies: readonly ApprovalPolicy[]
    readonly targets: readonly Target[]
    readonly services: readonly Service[]
  },
): Declared[] {
  return declaredNouns({
    project: { name: project },
    stages: has.stages.map((stage) => ({ ...stage, approvals: approvalsOf(stage, has.policies) })),
    targets: has.targets.map((target) => ({ ...target, stage: target.stage.name })),
    services: has.services,
  })
}
