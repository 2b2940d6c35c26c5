import { Group, Text, Timeline as Line } from '@mantine/core'
import { IconAlertTriangle, IconPoint, IconX } from '@tabler/icons-react'
import type { TimelineEvent } from '../../src-preload/contract/events.ts'
import type { Severity } from '../../src-preload/contract/vocabulary.ts'
import { useWords } from '../words/words.ts'
import { Empty } from './Empty.tsx'
import { eventWords } from './eventWords.ts'
import { Hash } from './Hash.tsx'
import { Instant } from './Instant.tsx'
import { colors, severityTones } from './tones.ts'

const icons: Record<Severity, typeof IconPoint> = {
  info: IconPoint,
  warning: IconAlertTriangle,
  error: IconX,
}

/** The record of one thing, oldest first: what, who, when, and the hash that an export can be compared with. */
export function Timeline({ events }: { readonly events: readonly TimelineEvent[] }) {
  const { say } = useWords()
  if (events.length === 0)
    return <Empty title={say('window.timeline.empty')} text={say('window.timeline.empty_text')} />
  return (
    <Line bulletSize={22} lineWidth={2} active={events.length} color="gray">
      {events.map((event) => {
        const Icon = icons[event.severity]
        return (
          <Line.Item
            key={event.id}
            color={colors[severityTones[event.severity]]}
            bullet={<Icon size={14} aria-hidden />}
            title={
              <Text size="sm" fw={500} style={{ overflowWrap: 'anywhere' }}>
                {eventWords(event, say)}
              </Text>
            }
          >
            <Group gap="xs" c="dimmed" fz="xs">
              <span>
                {event.actor_person === null ? event.actor : `${event.actor_person} (${event.actor})`}
              </span>
              <Instant at={event.occurred_at} />
              <Hash value={event.hash} />
            </Group>
          </Line.Item>
        )
      })}
    </Line>
  )
}
