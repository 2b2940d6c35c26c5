import { Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

interface Props {
  readonly title: string
  /** What to do about it. */
  readonly text: string
  readonly children?: ReactNode
}

/** Nothing here yet, and what to do about it; `children` are buttons or links. */
export function Empty({ title, text, children }: Props) {
  return (
    <Stack align="center" gap="xs" py="xl" px="md" ta="center" role="status">
      <Title order={2} size="h4">
        {title}
      </Title>
      <Text c="dimmed" maw={560}>
        {text}
      </Text>
      {children}
    </Stack>
  )
}
