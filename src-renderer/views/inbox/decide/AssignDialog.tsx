import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Ticket } from '../../../../src-preload/contract/inbox.ts'
import { Failure } from '../../../components/Failure.tsx'
import { orpc } from '../../../transport/client.ts'
import { useWords } from '../../../words/words.ts'
import { assignable } from '../assignable.ts'
import { useFocusGivenBack } from '../../../components/focus.ts'
import { inDialog } from '../../../components/inDialog.ts'
import { useAssign } from './commands.ts'

/** Who can be asked to decide it, as far as the reader sees the members. */
function useAssignable(ticket: Ticket) {
  const members = useQuery(orpc.members.list.queryOptions({ input: {} }))
  const roles = useQuery(orpc.access.roles.queryOptions({ input: {} }))
  const teams = useQuery(orpc.access.teams.queryOptions({ input: {} }))
  const [now] = useState(Date.now)
  const facts =
    members.data === undefined || roles.data === undefined || teams.data === undefined
      ? null
      : { members: members.data, roles: roles.data, teams: teams.data }
  return {
    people: facts === null ? null : assignable(ticket, facts, now),
    error: members.error ?? roles.error ?? teams.error,
  }
}

/** Asks one of those who may to decide a ticket. */
export function AssignDialog({ ticket, onClose }: { readonly ticket: Ticket; readonly onClose: () => void }) {
  const { say } = useWords()
  const { people, error } = useAssignable(ticket)
  useFocusGivenBack()
  const [to, setTo] = useState(ticket.assigned_to ?? '')
  const sending = useAssign(ticket, onClose)
  const options = (people ?? []).map(({ login, person }) => ({
    value: login,
    label: `${person.name} (${login})`,
  }))
  return (
    <Modal
      opened
      onClose={onClose}
      title={say('window.inbox.assign.title')}
      closeButtonProps={{ 'aria-label': say('window.close') }}
    >
      <Stack gap="md">
        <Select
          label={say('window.inbox.assign.to')}
          description={say('window.inbox.assign.explained')}
          data={[{ value: '', label: say('window.inbox.assign.nobody') }, ...options]}
          value={to}
          onChange={(chosen) => setTo(chosen ?? '')}
          allowDeselect={false}
          searchable
          comboboxProps={inDialog}
          openOnFocus={false}
          data-autofocus
        />
        {people?.length === 0 && <Text size="sm">{say('window.inbox.assign.none')}</Text>}
        <Failure error={error ?? sending.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {say('window.cancel')}
          </Button>
          <Button
            loading={sending.isPending}
            disabled={people === null || to === (ticket.assigned_to ?? '')}
            onClick={() => sending.mutate(to === '' ? null : to)}
          >
            {say('window.inbox.do.assign')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
