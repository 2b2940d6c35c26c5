import { List, Stack, Text } from '@mantine/core'
import type { Preview, Release } from '../../../../src-preload/contract/releases.ts'
import { Instant } from '../../../components/Instant.tsx'
import { Section } from '../../../components/Page.tsx'
import { useWords } from '../../../words/words.ts'
import type { Say } from '../../../words/words.ts'

/** What is carried out, step by step. */
export function PlannedSteps({ plan }: { readonly plan: Preview }) {
  const { say } = useWords()
  return (
    <Section title={say('window.inbox.steps.title')}>
      <List type="ordered" size="sm" spacing={2}>
        {plan.steps.map((step) => (
          <List.Item key={step.index}>
            {say(step.message)}{' '}
            <Text span size="sm" c="dimmed">
              {step.host}
            </Text>
          </List.Item>
        ))}
      </List>
    </Section>
  )
}

/** What an approval also covers: going back, and what happens by itself when a step fails. */
export function WayBack({ plan }: { readonly plan: Preview }) {
  const { say } = useWords()
  const { release, on_failure: onFailure, go_back_hours: hours } = plan.way_back
  return (
    <Section title={say('window.inbox.way_back.title')}>
      <Stack gap={2}>
        <Text size="sm">
          {release === null
            ? say('window.inbox.way_back.none')
            : say('window.inbox.way_back.to', { release, hours })}
        </Text>
        <Text size="sm">{say(`window.inbox.way_back.${onFailure}`)}</Text>
        <Text size="sm" c="dimmed">
          {say('window.inbox.way_back.data')}
        </Text>
      </Stack>
    </Section>
  )
}

function startWords({ rule }: Release['start'], say: Say): string {
  return typeof rule === 'string'
    ? say(`window.inbox.start.${rule}`)
    : say('window.inbox.start.at_time', { time: rule.time, time_zone: rule.time_zone })
}

/** When it starts once it is approved. */
export function StartRule({ release }: { readonly release: Release }) {
  const { say } = useWords()
  return (
    <Section title={say('window.inbox.start.title')}>
      <Text size="sm">{startWords(release.start, say)}</Text>
      {release.start.due_at !== null && (
        <Text size="sm">
          {say('window.inbox.start.due')}: <Instant at={release.start.due_at} />
        </Text>
      )}
    </Section>
  )
}
