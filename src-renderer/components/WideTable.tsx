import { Table } from '@mantine/core'
import type { ReactNode } from 'react'

interface Props {
  readonly label: string
  /** The narrowest it gets before it scrolls sideways, in pixels. */
  readonly minWidth: number
  /** Head and body. */
  readonly children: ReactNode
}

/** A table that scrolls sideways where the page is narrow, by the keyboard too. */
export function WideTable({ label, minWidth, children }: Props) {
  return (
    <Table.ScrollContainer
      minWidth={minWidth}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'group', 'aria-label': label } }}
    >
      <Table aria-label={label} verticalSpacing={6}>
        {children}
      </Table>
    </Table.ScrollContainer>
  )
}
