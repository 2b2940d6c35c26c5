import { Button, Group, Loader, TextInput } from '@mantine/core'
import { IconSearch, IconUserPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { Empty } from '../../../components/Empty.tsx'
import { Failure } from '../../../components/Failure.tsx'
import { orpc } from '../../../transport/client.ts'
import { useMe } from '../../../transport/me.ts'
import { useWords } from '../../../words/words.ts'
import { AccessFrame } from '../AccessFrame.tsx'
import { BindingDialog } from '../change/BindingDialog.tsx'
import type { BindingAsk } from '../change/BindingDialog.tsx'
import { Portions } from '../Portions.tsx'
import { InviteDialog } from './InviteDialog.tsx'
import { PersonCard } from './PersonCard.tsx'
import { found, persons } from './persons.ts'

/** Everybody who works with the ledger: people, their logins, and what roles those hold. */
export function PeoplePage() {
  const { say } = useWords()
  const { may } = useMe()
  const members = useQuery(orpc.members.list.queryOptions({ input: {} }))
  const teams = useQuery(orpc.access.teams.queryOptions({ input: {} }))
  const [text, setText] = useState('')
  const [ask, setAsk] = useState<BindingAsk | null>(null)
  const [inviting, setInviting] = useState(false)
  const everybody = useMemo(() => persons(members.data ?? [], teams.data ?? []), [members.data, teams.data])
  const shown = found(everybody, text)
  return (
    <AccessFrame
      page="people"
      freshness={members.dataUpdatedAt}
      actions={
        <>
          {may('access:write') && (
            <Button variant="default" onClick={() => setAsk({ kind: 'grant', to: null })}>
              {say('window.access.people.grant')}
            </Button>
          )}
          <Button leftSection={<IconUserPlus size={16} aria-hidden />} onClick={() => setInviting(true)}>
            {say('window.access.people.invite')}
          </Button>
        </>
      }
    >
      <Group>
        <TextInput
          label={say('window.access.people.find')}
          leftSection={<IconSearch size={14} aria-hidden />}
          size="xs"
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
      </Group>
      <Failure error={members.error ?? teams.error} />
      {members.isPending && <Loader size="sm" aria-label={say('window.loading')} />}
      {members.data !== undefined && shown.length === 0 && (
        <Empty title={say('window.access.people.none')} text={say('window.access.people.none_hint')} />
      )}
      <Portions items={shown}>
        {(person) => (
          <PersonCard key={person.id} person={person} editable={may('access:write')} onAsk={setAsk} />
        )}
      </Portions>
      {ask !== null && <BindingDialog ask={ask} onClose={() => setAsk(null)} />}
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </AccessFrame>
  )
}
