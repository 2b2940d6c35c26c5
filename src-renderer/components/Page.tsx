import { Group, Stack, Text, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import type { ReactNode } from 'react'
import { useConnection } from '../state/connection.ts'
import { useWords } from '../words/words.ts'
import { Instant } from './Instant.tsx'

interface Props {
  readonly title: string
  /** Beside the title: badges. */
  readonly beside?: ReactNode
  readonly actions?: ReactNode
  /** When what is shown was read, in milliseconds since 1970; said when the engine can't be reached. */
  readonly freshness?: number
  readonly children: ReactNode
}

/** One page: its title, what can be done, and whether what it shows may be old. */
export function Page({ title, beside, actions, freshness, children }: Props) {
  const { say } = useWords()
  useDocumentTitle(`${title} · ${say('window.product')}`)
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Stack gap={2}>
          <Group gap="sm" align="center">
            <Title order={1} size="h2">
              {title}
            </Title>
            {beside}
          </Group>
          <Freshness at={freshness ?? 0} />
        </Stack>
        <Group gap="xs">{actions}</Group>
      </Group>
      {children}
    </Stack>
  )
}

function Freshness({ at }: { readonly at: number }) {
  const { say } = useWords()
  const offline = useConnection((connection) => connection.kind === 'offline')
  if (!offline || at === 0) return null
  return (
    <Text size="sm" c="dimmed" role="status">
      {say('window.as_of')} <Instant at={new Date(at).toISOString()} />
    </Text>
  )
}

interface SectionProps {
  readonly title: string
  readonly beside?: ReactNode
  readonly children: ReactNode
}

/** A part of a page under a heading of its own. */
export function Section({ title, beside, children }: SectionProps) {
  return (
    <Stack gap="xs" component="section">
      <Group gap="xs" align="center">
        <Title order={2} size="h4">
          {title}
        </Title>
        {beside}
      </Group>
      {children}
    </Stack>
  )
}
