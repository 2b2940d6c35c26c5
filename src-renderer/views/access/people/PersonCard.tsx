import { Badge, Button, Code, Group, Paper, Stack, Text, Title } from '@mantine/core'
import type { Member } from '../../../../src-preload/contract/members.ts'
import { ToneBadge } from '../../../components/badges.tsx'
import { listWords, subjectWords } from '../../../components/change/words.ts'
import { useMe } from '../../../transport/me.ts'
import { visible } from '../../../words/visible.ts'
import { useWords } from '../../../words/words.ts'
import type { BindingAsk } from '../change/BindingDialog.tsx'
import { RoleList } from '../change/RoleList.tsx'
import type { Person } from './persons.ts'

interface Props {
  readonly person: Person
  readonly editable: boolean
  readonly onAsk: (ask: BindingAsk) => void
}

/** One person: their logins with what each holds, and the teams that give them more. */
export function PersonCard({ person, editable, onAsk }: Props) {
  const { say } = useWords()
  const { me } = useMe()
  const teams = person.teams.map(({ project, name }) =>
    subjectWords({ kind: 'team', project, team: name }, say),
  )
  return (
    <Paper withBorder p="md" component="article" aria-label={visible(person.name)}>
      <Stack gap="sm">
        <Group gap="xs">
          <Title order={2} size="h4" style={{ overflowWrap: 'anywhere' }}>
            {visible(person.name)}
          </Title>
          {me?.member.person.id === person.id && (
            <Badge variant="light" tt="none">
              {say('window.access.people.you')}
            </Badge>
          )}
        </Group>
        {teams.length > 0 && (
          <Text size="sm" c="dimmed">
            {say('window.access.people.in_teams', { teams: listWords(teams, say, 'window.access.none') })}
          </Text>
        )}
        {person.logins.map((login) => (
          <Login key={login.id} member={login} editable={editable} onAsk={onAsk} />
        ))}
      </Stack>
    </Paper>
  )
}

interface LoginProps {
  readonly member: Member
  readonly editable: boolean
  readonly onAsk: (ask: BindingAsk) => void
}

function Login({ member, editable, onAsk }: LoginProps) {
  const { say } = useWords()
  const { login, active } = member
  return (
    <Group gap="sm" justify="space-between" align="flex-start">
      <Stack gap={4} miw={0} flex="1 1 20rem">
        <Group gap="xs">
          <Code>{login}</Code>
          <Text span size="xs" c="dimmed">
            {say(`window.access.people.kind.${member.kind}`)}
          </Text>
          <ToneBadge
            tone={active ? 'good' : 'faint'}
            text={active ? 'window.access.people.active' : 'window.access.people.inactive'}
          />
          {member.recipient === null && (
            <Text span size="xs" c="dimmed">
              {say('window.access.people.no_key')}
            </Text>
          )}
        </Group>
        <RoleList
          subject={{ kind: 'member', login }}
          roles={member.roles}
          editable={editable}
          onAsk={onAsk}
        />
      </Stack>
      {editable && (
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            aria-label={say('window.access.people.grant_to', { login })}
            onClick={() => onAsk({ kind: 'grant', to: { kind: 'member', login } })}
          >
            {say('window.access.people.grant')}
          </Button>
          <Button
            size="xs"
            variant="default"
            aria-label={say(`window.access.people.${active ? 'disable' : 'enable'}`, { login })}
            onClick={() => onAsk({ kind: 'member', login, active: !active })}
          >
            {say(`window.access.people.${active ? 'disable' : 'enable'}_short`)}
          </Button>
        </Group>
      )}
    </Group>
  )
}
