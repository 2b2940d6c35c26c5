import { jsonObject } from '../../src-preload/contract/vocabulary.ts'
import type {
  CdConfig,
  Service,
  ServiceSource,
  VariableDeclaration,
} from '../../src-preload/contract/services.ts'
import type { ComposePlace, Stage, Target } from '../../src-preload/contract/targets.ts'
import type { Declared } from './configChanges.ts'

/** A project's configuration as it shall be, without the ids that the ledger needs. */
interface Wanted {
  readonly project: { readonly name: string }
  readonly stages: readonly Omit<Stage, 'id' | 'project_id'>[]
  readonly targets: readonly {
    readonly name: string
    readonly stage: string
    readonly runtime: string
    readonly place: ComposePlace
  }[]
  readonly services: readonly {
    readonly name: string
    readonly runtime: string
    readonly source: ServiceSource
    readonly variables: Readonly<Record<string, VariableDeclaration>>
    readonly releases_to: readonly Omit<CdConfig, 'target_id'>[]
  }[]
}

function projectNoun(name: string): Declared {
  return { noun: 'project', name, value: { name } }
}

function stageNoun(stage: Wanted['stages'][number]): Declared {
  const { name, rank, production, preview_ttl_minutes, approval_window_hours } = stage
  return { noun: 'stage', name, value: { rank, production, preview_ttl_minutes, approval_window_hours } }
}

function targetNoun(target: Wanted['targets'][number]): Declared {
  const { name, stage, runtime, place } = target
  return { noun: 'target', name, value: jsonObject.parse({ stage, runtime, ...place }) }
}

function serviceNouns(service: Wanted['services'][number]): Declared[] {
  const { name, runtime, source, variables } = service
  const deliveries = service.releases_to.map((delivery): Declared => {
    const { target, strategy, verification, on_failure, start, retries, go_back_hours } = delivery
    const value = jsonObject.parse({ strategy, verification, on_failure, start, retries, go_back_hours })
    return { noun: 'cd_config', name: `${name} → ${target}`, value }
  })
  return [{ noun: 'service', name, value: jsonObject.parse({ runtime, source, variables }) }, ...deliveries]
}

/** A declaration as comparable nouns, in the order in which people read it. */
export function declaredNouns(wanted: Wanted): Declared[] {
  return [
    projectNoun(wanted.project.name),
    ...wanted.stages.map(stageNoun),
    ...wanted.targets.map(targetNoun),
    ...wanted.services.flatMap(serviceNouns),
  ]
}

/** What a project has, as the same nouns. */
export function existingNouns(
  project: string,
  has: {
    readonly stages: readonly Stage[]
    readonly targets: readonly Target[]
    readonly services: readonly Service[]
  },
): Declared[] {
  return declaredNouns({
    project: { name: project },
    stages: has.stages,
    targets: has.targets.map((target) => ({ ...target, stage: target.stage.name })),
    services: has.services,
  })
}
