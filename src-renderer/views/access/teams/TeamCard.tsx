import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import type { Team } from '../../../../src-preload/contract/access.ts'
import { listWords } from '../../../components/change/words.ts'
import { visible } from '../../../words/visible.ts'
import { useWords } from '../../../words/words.ts'
import type { BindingAsk } from '../change/BindingDialog.tsx'
import { RoleList } from '../change/RoleList.tsx'

interface Props {
  readonly team: Team
  readonly editable: boolean
  readonly onAsk: (ask: BindingAsk) => void
  readonly onEdit: () => void
}

/** One team: who is in it, and the roles that everybody in it holds. */
export function TeamCard({ team, editable, onAsk, onEdit }: Props) {
  const { say } = useWords()
  const people = team.people.map(({ name }) => visible(name))
  const subject = { kind: 'team', project: team.project, team: team.name } as const
  return (
    <Paper withBorder p="md" component="article" aria-label={team.name}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <Stack gap="xs" miw={0} flex="1 1 20rem">
          <Group gap="xs" align="baseline">
            <Title order={2} size="h4">
              {team.name}
            </Title>
            <Text span size="sm" c="dimmed">
              {team.project}
            </Text>
          </Group>
          <Text size="sm">
            {say('window.access.teams.people_are', {
              people: listWords(people, say, 'window.access.nobody'),
            })}
          </Text>
          <RoleList subject={subject} roles={team.roles} editable={editable} onAsk={onAsk} />
        </Stack>
        {editable && (
          <Group gap="xs">
            <Button
              size="xs"
              variant="default"
              aria-label={say('window.access.people.grant_to', { login: team.name })}
              onClick={() => onAsk({ kind: 'grant', to: subject })}
            >
              {say('window.access.people.grant')}
            </Button>
            <Button
              size="xs"
              variant="default"
              aria-label={say('window.access.teams.edit_of', { team: team.name })}
              onClick={onEdit}
            >
              {say('window.access.teams.edit')}
            </Button>
          </Group>
        )}
      </Group>
    </Paper>
  )
}
