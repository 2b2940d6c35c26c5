import { NativeSelect, Table, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Role, RolePermission } from '../../../../src-preload/contract/access.ts'
import { permissions } from '../../../../src-preload/contract/vocabulary.ts'
import { listWords, permissionWords } from '../../../components/change/words.ts'
import { useWords } from '../../../words/words.ts'
import { ChangeDialog } from '../change/ChangeDialog.tsx'
import { reaches, reachesOf, withReach } from './permissions.ts'

interface Props {
  /** The role that gets other permissions, or null for a new one. */
  readonly role: Role | null
  readonly onClose: () => void
}

/** Says what a role permits, permission by permission. */
export function RoleDialog({ role, onClose }: Props) {
  const { say } = useWords()
  const [name, setName] = useState(role?.role ?? '')
  const [held, setHeld] = useState<readonly RolePermission[]>(role?.permissions ?? [])
  const before = role?.permissions.map((permission) => permissionWords(permission, say))
  return (
    <ChangeDialog
      title={say('window.access.roles.title')}
      asked={{ kind: 'role', role: name, permissions: held }}
      {...(before === undefined ? {} : { now: listWords(before, say, 'window.access.nothing') })}
      onClose={onClose}
    >
      {(problems) => (
        <>
          <TextInput
            label={say('window.access.roles.name')}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            error={problems['role'] === undefined ? undefined : say(problems['role'])}
            disabled={role !== null}
            maxLength={63}
            withAsterisk
          />
          <Permissions held={held} onChange={setHeld} />
        </>
      )}
    </ChangeDialog>
  )
}

interface PermissionsProps {
  readonly held: readonly RolePermission[]
  readonly onChange: (held: readonly RolePermission[]) => void
}

function Permissions({ held, onChange }: PermissionsProps) {
  const { say } = useWords()
  const reachOf = reachesOf(held)
  const options = reaches.map((value) => ({ value, label: say(`window.access.roles.reach.${value}`) }))
  return (
    <Table aria-label={say('window.access.roles.permissions')} verticalSpacing={2}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{say('window.access.permission')}</Table.Th>
          <Table.Th>{say('window.access.roles.reach')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {permissions.map((permission) => (
          <Table.Tr key={permission}>
            <Table.Th scope="row" ff="monospace" fw={400}>
              {permission}
            </Table.Th>
            <Table.Td>
              <NativeSelect
                aria-label={permission}
                size="xs"
                data={options}
                value={reachOf(permission)}
                onChange={({ currentTarget }) => {
                  const reach = reaches.find((one) => one === currentTarget.value)
                  if (reach !== undefined) onChange(withReach(held, permission, reach))
                }}
              />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
