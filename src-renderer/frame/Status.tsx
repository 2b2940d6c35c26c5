import { Badge, Group, Text, Tooltip } from '@mantine/core'
import { IconPlugConnectedX, IconUser } from '@tabler/icons-react'
import { Instant } from '../components/Instant.tsx'
import { useConnection } from '../state/connection.ts'
import { useMe } from '../transport/me.ts'
import { useWords } from '../words/words.ts'

/** Whether the engine can be reached, told to screen readers when it changes. */
export function ConnectionStatus() {
  const { say } = useWords()
  const connection = useConnection()
  return (
    <Group gap={6} role="status" aria-live="polite" wrap="nowrap">
      {connection.kind === 'offline' ? (
        <Badge
          color="red"
          variant="light"
          tt="none"
          leftSection={<IconPlugConnectedX size={14} aria-hidden />}
        >
          {say('window.offline_since')} <Instant at={new Date(connection.since).toISOString()} short />
        </Badge>
      ) : (
        <Badge color={connection.kind === 'live' ? 'teal' : 'gray'} variant="light" tt="none">
          {say(`window.connection.${connection.kind}`)}
        </Badge>
      )}
    </Group>
  )
}

/** Which ledger this is, and that nobody else works with it where that is so. */
export function LedgerStatus() {
  const { say } = useWords()
  const { me } = useMe()
  if (me === undefined) return null
  const { embedded, solo } = me.ledger
  return (
    <Group gap={6} wrap="nowrap">
      {solo && (
        <Tooltip label={say('window.solo_text')} multiline maw={320}>
          <Badge
            color="yellow"
            variant="light"
            tt="none"
            leftSection={<IconUser size={14} aria-hidden />}
            tabIndex={0}
            aria-label={`${say('window.solo')}. ${say('window.solo_text')}`}
            role="note"
          >
            {say('window.solo')}
          </Badge>
        </Tooltip>
      )}
      <Text size="sm" c="dimmed" visibleFrom="sm">
        {say(embedded ? 'window.ledger.embedded' : 'window.ledger.shared')}
      </Text>
    </Group>
  )
}
