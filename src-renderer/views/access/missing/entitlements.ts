import type { Entitlement } from '../../../../src-preload/contract/access.ts'

/** What the reader may and may not do in one project; null stands for all projects. */
export interface InProject {
  readonly project: string | null
  readonly held: readonly Entitlement[]
  readonly lacking: readonly Entitlement[]
}

/** Entitlements by project, named projects first, each split into what is held and what is not. */
export function byProject(entitlements: readonly Entitlement[]): InProject[] {
  const groups = Map.groupBy(entitlements, ({ project }) => project)
  return [...groups.entries()]
    .map(([project, own]) => ({
      project,
      held: own.filter(({ held }) => held),
      lacking: own.filter(({ held }) => !held),
    }))
    .sort((one, other) => {
      if (one.project === null) return 1
      return other.project === null ? -1 : one.project.localeCompare(other.project)
    })
}
