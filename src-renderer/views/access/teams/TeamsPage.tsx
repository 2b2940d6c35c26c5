import { Button, Loader } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Empty } from '../../../components/Empty.tsx'
import { Failure } from '../../../components/Failure.tsx'
import { Section } from '../../../components/Page.tsx'
import { orpc } from '../../../transport/client.ts'
import { useMe } from '../../../transport/me.ts'
import { useWords } from '../../../words/words.ts'
import { AccessFrame } from '../AccessFrame.tsx'
import { BindingDialog } from '../change/BindingDialog.tsx'
import type { BindingAsk } from '../change/BindingDialog.tsx'
import { useProjects } from '../change/fields.tsx'
import { Portions } from '../Portions.tsx'
import { ProjectFilter, useChosenProject } from '../ProjectFilter.tsx'
import { ServiceTeams } from './ServiceTeams.tsx'
import { TeamCard } from './TeamCard.tsx'
import { TeamDialog } from './TeamDialog.tsx'
import type { TeamAsk } from './TeamDialog.tsx'

/** Teams with their people and roles, and which team each service belongs to. */
export function TeamsPage() {
  const { say } = useWords()
  const { may } = useMe()
  const project = useChosenProject()
  const { data, error, isPending, dataUpdatedAt } = useQuery(
    orpc.access.teams.queryOptions({ input: project === null ? {} : { project } }),
  )
  const projects = useProjects()
  const [binding, setBinding] = useState<BindingAsk | null>(null)
  const [team, setTeam] = useState<TeamAsk | null>(null)
  const editable = may('access:write')
  return (
    <AccessFrame
      page="teams"
      freshness={dataUpdatedAt}
      actions={
        editable && (
          <Button onClick={() => setTeam({ project: project ?? '', team: null })}>
            {say('window.access.teams.make')}
          </Button>
        )
      }
    >
      <ProjectFilter />
      <Failure error={error} />
      {isPending && <Loader size="sm" aria-label={say('window.loading')} />}
      {data?.length === 0 && (
        <Empty title={say('window.access.teams.none')} text={say('window.access.teams.none_hint')} />
      )}
      <Portions items={data ?? []}>
        {(shown) => (
          <TeamCard
            key={shown.id}
            team={shown}
            editable={editable}
            onAsk={setBinding}
            onEdit={() => setTeam({ project: shown.project, team: shown })}
          />
        )}
      </Portions>
      {may('release:read') && (
        <Section title={say('window.access.teams.services')}>
          {(project === null ? projects : [project]).map((name) => (
            <ServiceTeams key={name} project={name} editable={editable} />
          ))}
        </Section>
      )}
      {binding !== null && <BindingDialog ask={binding} onClose={() => setBinding(null)} />}
      {team !== null && <TeamDialog ask={team} onClose={() => setTeam(null)} />}
    </AccessFrame>
  )
}
