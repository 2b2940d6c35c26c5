import { ActionIcon, Badge, Group, Text } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import type { BindingSubject } from '../../../../src-preload/contract/access.ts'
import { projectWords, subjectWords } from '../../../components/change/words.ts'
import { instantText } from '../../../words/instants.ts'
import { useWords } from '../../../words/words.ts'
import type { BindingAsk } from './BindingDialog.tsx'

interface Held {
  readonly role: string
  readonly project: string | null
  readonly until: string | null
}

interface Props {
  readonly subject: BindingSubject
  readonly roles: readonly Held[]
  readonly editable: boolean
  readonly onAsk: (ask: BindingAsk) => void
}

/** The roles of a login or team, where each counts and until when, each with the way to take it. */
export function RoleList({ subject, roles, editable, onAsk }: Props) {
  const { say, language } = useWords()
  if (roles.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {say('window.access.people.no_roles')}
      </Text>
    )
  }
  const words = ({ role, project, until }: Held) => {
    const where = projectWords(project, say)
    if (until === null) return say('window.access.people.role_in', { role, project: where })
    const end = instantText(until, language, true)
    return say('window.access.people.role_until', { role, project: where, until: end })
  }
  return (
    <Group gap={6} component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
      {roles.map((held) => (
        <li key={`${held.role} ${held.project}`}>
          <Badge
            variant="default"
            tt="none"
            fw={500}
            size="lg"
            pr={editable ? 4 : 'sm'}
            rightSection={
              editable && (
                <ActionIcon
                  size="xs"
                  variant="subtle"
                  color="gray"
                  aria-label={say('window.access.people.revoke', {
                    role: held.role,
                    project: projectWords(held.project, say),
                    who: subjectWords(subject, say),
                  })}
                  onClick={() =>
                    onAsk({ kind: 'revoke', from: subject, role: held.role, project: held.project })
                  }
                >
                  <IconX size={12} aria-hidden />
                </ActionIcon>
              )
            }
          >
            {words(held)}
          </Badge>
        </li>
      ))}
    </Group>
  )
}
