import { Kbd, Modal, Table } from '@mantine/core'
import { useListedShortcuts } from '../components/shortcuts.ts'
import { useWords } from '../words/words.ts'

/** The keys that work on the page that is shown. */
export function KeyHelp({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const { say } = useWords()
  const listed = useListedShortcuts()
  return (
    <Modal opened={opened} onClose={onClose} title={say('window.keys.help')}>
      <Table withRowBorders={false}>
        <Table.Tbody>
          {listed.map(({ key, label }) => (
            <Table.Tr key={`${key} ${label}`}>
              <Table.Th scope="row" w="6rem">
                <Kbd>{key}</Kbd>
              </Table.Th>
              <Table.Td>{say(label)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  )
}
