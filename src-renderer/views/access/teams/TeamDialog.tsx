import { MultiSelect, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Team } from '../../../../src-preload/contract/access.ts'
import type { Member } from '../../../../src-preload/contract/members.ts'
import { listWords } from '../../../components/change/words.ts'
import { inDialog } from '../../../components/inDialog.ts'
import { orpc } from '../../../transport/client.ts'
import { useWords } from '../../../words/words.ts'
import { ChangeDialog } from '../change/ChangeDialog.tsx'
import { ProjectChoice, memberOption } from '../change/fields.tsx'
import { loginOf } from '../people/persons.ts'

/** A team that gets other people, or (null) a new one, in a project that may still be chosen. */
export interface TeamAsk {
  readonly project: string
  readonly team: Team | null
}

interface Props {
  readonly ask: TeamAsk
  readonly onClose: () => void
}

/** Makes a team or gives one other people, as soon as it is known who there is. */
export function TeamDialog({ ask, onClose }: Props) {
  const { data } = useQuery(orpc.members.list.queryOptions({ input: {} }))
  if (data === undefined) return null
  return <Filled ask={ask} members={data} onClose={onClose} />
}

/** One login a person: by it the change names them. */
function nameable(members: readonly Member[], chosen: readonly string[]): Member[] {
  const firsts = new Set(members.map(({ person }) => loginOf(members, person.id)))
  return members.filter(({ login, active }) => firsts.has(login) && (active || chosen.includes(login)))
}

function Filled({ ask, members, onClose }: Props & { readonly members: readonly Member[] }) {
  const { say } = useWords()
  const [project, setProject] = useState(ask.project)
  const [team, setTeam] = useState(ask.team?.name ?? '')
  const before = (ask.team?.people ?? []).flatMap(({ id }) => loginOf(members, id) ?? [])
  const [people, setPeople] = useState<readonly string[]>(before)
  const problem = (text: Parameters<typeof say>[0] | undefined) =>
    text === undefined ? undefined : say(text)
  return (
    <ChangeDialog
      title={say('window.access.teams.title')}
      asked={{ kind: 'team', project, team, people }}
      {...(ask.team === null ? {} : { now: listWords(before, say, 'window.access.nobody') })}
      onClose={onClose}
    >
      {(problems) => (
        <>
          <ProjectChoice
            label={say('window.access.project')}
            value={project}
            onChange={setProject}
            problem={problems['project']}
            disabled={ask.team !== null}
          />
          <TextInput
            label={say('window.access.teams.name')}
            value={team}
            onChange={({ currentTarget }) => setTeam(currentTarget.value)}
            error={problem(problems['team'])}
            disabled={ask.team !== null}
            maxLength={63}
            withAsterisk
          />
          <MultiSelect
            label={say('window.access.teams.people')}
            description={say('window.access.teams.login_explained')}
            data={nameable(members, people).map(memberOption)}
            value={[...people]}
            onChange={setPeople}
            error={problem(problems['people'])}
            searchable
            comboboxProps={inDialog}
          />
        </>
      )}
    </ChangeDialog>
  )
}
