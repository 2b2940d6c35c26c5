import { Button, Table } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Failure } from '../../../components/Failure.tsx'
import { orpc } from '../../../transport/client.ts'
import { WideTable } from '../../../components/WideTable.tsx'
import { useWords } from '../../../words/words.ts'
import { ChangeDialog } from '../change/ChangeDialog.tsx'
import { Choice } from '../change/fields.tsx'

interface Props {
  readonly project: string
  readonly editable: boolean
}

/** The services of a project and the team that each belongs to; a policy can ask for one of its people. */
export function ServiceTeams({ project, editable }: Props) {
  const { say } = useWords()
  const { data, error } = useQuery(orpc.services.list.queryOptions({ input: { project } }))
  const [chosen, setChosen] = useState<string | null>(null)
  const service = data?.find(({ name }) => name === chosen)
  if (error !== null) return <Failure error={error} />
  if (data === undefined || data.length === 0) return null
  return (
    <>
      <WideTable minWidth={420} label={`${say('window.access.teams.services')}: ${project}`}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{say('window.access.service')}</Table.Th>
            <Table.Th>{say('window.access.project')}</Table.Th>
            <Table.Th>{say('window.access.team')}</Table.Th>
            {editable && <Table.Th>{say('window.access.actions')}</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.map(({ id, name, team }) => (
            <Table.Tr key={id}>
              <Table.Th scope="row">{name}</Table.Th>
              <Table.Td>{project}</Table.Td>
              <Table.Td>{team ?? say('window.access.teams.no_team')}</Table.Td>
              {editable && (
                <Table.Td>
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={say('window.access.teams.service_edit', { service: name })}
                    onClick={() => setChosen(name)}
                  >
                    {say('window.access.change_it')}
                  </Button>
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
      {service !== undefined && (
        <ServiceTeamDialog
          key={service.name}
          project={project}
          service={service.name}
          team={service.team}
          onClose={() => setChosen(null)}
        />
      )}
    </>
  )
}

interface DialogProps {
  readonly project: string
  readonly service: string
  readonly team: string | null
  readonly onClose: () => void
}

/** Stands for no team in the form; no team can be called that. */
const none = '-'

function ServiceTeamDialog({ project, service, team, onClose }: DialogProps) {
  const { say } = useWords()
  const { data } = useQuery(orpc.access.teams.queryOptions({ input: { project } }))
  const [chosen, setChosen] = useState(team ?? none)
  const teams = (data ?? []).map(({ name }) => ({ value: name, label: name }))
  return (
    <ChangeDialog
      title={say('window.access.teams.service_title')}
      asked={{ kind: 'service_team', project, service, team: chosen === none ? null : chosen }}
      now={team ?? say('window.access.teams.no_team')}
      onClose={onClose}
    >
      {(problems) => (
        <Choice
          label={say('window.access.teams.service_of', { service })}
          options={[{ value: none, label: say('window.access.teams.no_team') }, ...teams]}
          value={chosen}
          onChange={setChosen}
          problem={problems['team']}
        />
      )}
    </ChangeDialog>
  )
}
