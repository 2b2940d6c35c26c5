import { Badge, Button, Code, Group, Loader, Paper, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Role } from '../../../../src-preload/contract/access.ts'
import { permissionWords } from '../../../components/change/words.ts'
import { Failure } from '../../../components/Failure.tsx'
import { orpc } from '../../../transport/client.ts'
import { useMe } from '../../../transport/me.ts'
import { useWords } from '../../../words/words.ts'
import { AccessFrame } from '../AccessFrame.tsx'
import { RoleDialog } from './RoleDialog.tsx'

/** Roles and what each permits; those that came with the system say so. */
export function RolesPage() {
  const { say } = useWords()
  const { may } = useMe()
  const { data, error, isPending, dataUpdatedAt } = useQuery(orpc.access.roles.queryOptions({ input: {} }))
  const [asked, setAsked] = useState<Role | 'new' | null>(null)
  const editable = may('access:write')
  return (
    <AccessFrame
      page="roles"
      freshness={dataUpdatedAt}
      actions={editable && <Button onClick={() => setAsked('new')}>{say('window.access.roles.make')}</Button>}
    >
      <Text size="sm" c="dimmed">
        {say('window.access.roles.explained')}
      </Text>
      <Failure error={error} />
      {isPending && <Loader size="sm" aria-label={say('window.loading')} />}
      {data?.map((role) => (
        <RoleCard key={role.role} role={role} editable={editable} onEdit={() => setAsked(role)} />
      ))}
      {asked !== null && <RoleDialog role={asked === 'new' ? null : asked} onClose={() => setAsked(null)} />}
    </AccessFrame>
  )
}

interface CardProps {
  readonly role: Role
  readonly editable: boolean
  readonly onEdit: () => void
}

function RoleCard({ role, editable, onEdit }: CardProps) {
  const { say } = useWords()
  return (
    <Paper withBorder p="md" component="article" aria-label={role.role}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <Stack gap="xs" miw={0} flex="1 1 20rem">
          <Group gap="xs">
            <Title order={2} size="h4">
              {role.role}
            </Title>
            {role.template && (
              <Badge variant="light" color="gray" tt="none">
                {say('window.access.roles.template')}
              </Badge>
            )}
          </Group>
          <Group gap={6} component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
            {role.permissions.length === 0 && <li>{say('window.access.nothing')}</li>}
            {role.permissions.map((held) => (
              <li key={`${held.permission} ${held.runtime}`}>
                <Code>{permissionWords(held, say)}</Code>
              </li>
            ))}
          </Group>
        </Stack>
        {editable && (
          <Button
            size="xs"
            variant="default"
            aria-label={say('window.access.roles.edit_of', { role: role.role })}
            onClick={onEdit}
          >
            {say('window.access.change_it')}
          </Button>
        )}
      </Group>
    </Paper>
  )
}
