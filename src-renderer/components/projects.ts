import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { ProjectId } from '../../src-preload/contract/vocabulary.ts'
import { orpc } from '../transport/client.ts'

/** The names of the projects that the reader sees, by id: a stage's policy names its project, a target its stage. */
export function useProjectNames(): ReadonlyMap<ProjectId, string> {
  const targets = useQuery(orpc.targets.list.queryOptions({ input: {} })).data
  const policies = useQuery(orpc.access.policies.queryOptions({ input: {} })).data
  return useMemo(() => {
    const byStage = new Map(policies?.map(({ stage_id, project }) => [stage_id, project]))
    return new Map(
      targets?.flatMap(({ project_id, stage }) => {
        const name = byStage.get(stage.id)
        return name === undefined ? [] : [[project_id, name] as const]
      }),
    )
  }, [targets, policies])
}
