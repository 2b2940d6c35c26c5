import { Table } from '@mantine/core'
import type { ReactNode } from 'react'

/** What is known of a thing, a line each; a value of null has no line. */
export function Facts({
  facts,
}: {
  readonly facts: readonly (readonly [label: string, value: ReactNode])[]
}) {
  return (
    <Table withRowBorders={false} verticalSpacing={4} w="auto" maw="100%">
      <Table.Tbody>
        {facts
          .filter(([, value]) => value !== null && value !== '')
          .map(([label, value]) => (
            <Table.Tr key={label}>
              <Table.Th scope="row" c="dimmed" fw={500} ta="start" style={{ verticalAlign: 'top' }} w="11rem">
                {label}
              </Table.Th>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
            </Table.Tr>
          ))}
      </Table.Tbody>
    </Table>
  )
}
