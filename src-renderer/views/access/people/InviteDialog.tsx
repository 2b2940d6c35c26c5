import {
  Alert,
  Button,
  Code,
  CopyButton,
  Group,
  Modal,
  MultiSelect,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
} from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useFocusGivenBack } from '../../../components/focus.ts'
import { inDialog } from '../../../components/inDialog.ts'
import { orpc } from '../../../transport/client.ts'
import { useWords } from '../../../words/words.ts'
import { LoginChoice, ProjectChoice } from '../change/fields.tsx'
import { inviteCommand } from './invite.ts'

interface Typed {
  readonly login: string
  readonly kind: 'new' | 'same'
  readonly person: string
  readonly as: string
  readonly roles: readonly string[]
  /** '*' for all. */
  readonly project: string
}

const nothing: Typed = { login: '', kind: 'new', person: '', as: '', roles: [], project: '*' }

function commandOf({ login, kind, person, as, roles, project }: Typed): string | null {
  return inviteCommand({
    login,
    who: kind === 'new' ? { kind, person } : { kind, as },
    roles: roles.map((role) => ({ role, project: project === '*' ? null : project })),
  })
}

/** How somebody gets a login: it takes the administrator's own database login, so this shows the command to run. */
export function InviteDialog({ onClose }: { readonly onClose: () => void }) {
  const { say } = useWords()
  const [typed, setTyped] = useState(nothing)
  useFocusGivenBack()
  const set = (change: Partial<Typed>) => setTyped((before) => ({ ...before, ...change }))
  return (
    <Modal
      opened
      onClose={onClose}
      title={say('window.access.invite.title')}
      size="lg"
      closeButtonProps={{ 'aria-label': say('window.close') }}
    >
      <Stack gap="md">
        <Text size="sm">{say('window.access.invite.why')}</Text>
        <Who typed={typed} set={set} />
        <TextInput
          label={say('window.access.invite.login')}
          description={say('window.access.invite.login_explained')}
          value={typed.login}
          onChange={({ currentTarget }) => set({ login: currentTarget.value })}
          maxLength={41}
        />
        <Roles typed={typed} set={set} />
        <Command command={commandOf(typed)} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {say('window.close')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

interface PartProps {
  readonly typed: Typed
  readonly set: (change: Partial<Typed>) => void
}

function Who({ typed, set }: PartProps) {
  const { say } = useWords()
  return (
    <>
      <SegmentedControl
        aria-label={say('window.access.invite.who')}
        value={typed.kind}
        onChange={(kind) => set({ kind: kind === 'same' ? 'same' : 'new' })}
        data={[
          { value: 'new', label: say('window.access.invite.new') },
          { value: 'same', label: say('window.access.invite.same') },
        ]}
      />
      {typed.kind === 'new' ? (
        <TextInput
          label={say('window.access.invite.person')}
          value={typed.person}
          onChange={({ currentTarget }) => set({ person: currentTarget.value })}
          maxLength={200}
        />
      ) : (
        <LoginChoice
          label={say('window.access.person')}
          value={typed.as}
          onChange={(as) => set({ as })}
          problem={undefined}
        />
      )}
    </>
  )
}

function Roles({ typed, set }: PartProps) {
  const { say } = useWords()
  const { data } = useQuery(orpc.access.roles.queryOptions({ input: {} }))
  return (
    <Group grow align="flex-start">
      <MultiSelect
        label={say('window.access.invite.roles')}
        data={(data ?? []).map(({ role }) => role)}
        value={[...typed.roles]}
        onChange={(roles) => set({ roles })}
        searchable
        comboboxProps={inDialog}
      />
      <ProjectChoice
        all
        label={say('window.access.project')}
        value={typed.project}
        onChange={(project) => set({ project })}
        problem={undefined}
      />
    </Group>
  )
}

function Command({ command }: { readonly command: string | null }) {
  const { say } = useWords()
  if (command === null) {
    return (
      <Text size="sm" c="dimmed">
        {say('window.access.invite.incomplete')}
      </Text>
    )
  }
  return (
    <Alert role="note" variant="light" title={say('window.access.invite.command')}>
      <Stack gap="xs">
        <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {command}
        </Code>
        <CopyButton value={command}>
          {({ copied, copy }) => (
            <Button size="xs" variant="default" w="fit-content" onClick={copy}>
              {say(copied ? 'window.access.invite.copied' : 'window.access.invite.copy')}
            </Button>
          )}
        </CopyButton>
        <Text size="sm">{say('window.access.invite.then')}</Text>
      </Stack>
    </Alert>
  )
}
