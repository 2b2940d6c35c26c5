import { Box } from '@mantine/core'
import type { ReactNode } from 'react'

interface Props {
  readonly label: string
  /** The narrowest that the content gets before it scrolls sideways, in pixels. */
  readonly minWidth: number
  readonly children: ReactNode
}

/** A wide table in a narrow window: it scrolls sideways, also by keyboard. */
export function Wide({ label, minWidth, children }: Props) {
  return (
    <Box role="region" aria-label={label} tabIndex={0} style={{ overflowX: 'auto' }}>
      <Box miw={minWidth}>{children}</Box>
    </Box>
  )
}
