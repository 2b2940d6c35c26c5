import { Alert, Badge, Button, Code, Group, Stack, Text } from '@mantine/core'
import { IconEye } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import type { Observation, Target } from '../../../src-preload/contract/targets.ts'
import { Failure } from '../../components/Failure.tsx'
import { Facts } from '../../components/Facts.tsx'
import { Hash } from '../../components/Hash.tsx'
import { Instant } from '../../components/Instant.tsx'
import { Section } from '../../components/Page.tsx'
import { colors, severityTones } from '../../components/tones.ts'
import { client } from '../../transport/client.ts'
import { useMe } from '../../transport/me.ts'
import { visible } from '../../words/visible.ts'
import { useWords } from '../../words/words.ts'

/** A look at what runs on a target, when somebody asks for it. */
export function Observe({ target }: { readonly target: Target }) {
  const { say } = useWords()
  const { may } = useMe()
  const look = useMutation({
    mutationFn: async () => {
      const found = await client.targets.observe({ target: target.id })
      return { found, at: new Date().toISOString() }
    },
  })
  if (!may('release:preview', { project_id: target.project_id, runtime: target.runtime })) return null
  return (
    <Section title={say('window.targets.observed')}>
      <Group>
        <Button
          variant="default"
          leftSection={<IconEye size={16} aria-hidden />}
          loading={look.isPending}
          onClick={() => look.mutate()}
        >
          {say('window.targets.observe')}
        </Button>
        <Text size="sm" c="dimmed">
          {say('window.targets.observe_text')}
        </Text>
      </Group>
      <Failure error={look.error} about={{ target: target.name }} />
      {look.data !== undefined && <Seen {...look.data} applied={target.last_applied !== null} />}
    </Section>
  )
}

interface SeenProps {
  readonly found: Observation
  readonly at: string
  /** Whether anything was released there, to compare with. */
  readonly applied: boolean
}

function Seen({ found, at, applied }: SeenProps) {
  const { say } = useWords()
  const verdict = !applied ? 'never_applied' : found.drifted ? 'drifted' : 'as_left'
  return (
    <Stack gap="xs" role="status">
      <Alert
        color={verdict === 'drifted' ? 'red' : verdict === 'as_left' ? 'teal' : 'gray'}
        variant="light"
        role="note"
      >
        {say(`window.targets.${verdict}`)}
      </Alert>
      {found.checks.map(({ key, severity, params }) => {
        const words = say({ text: `check.${key}`, params })
        return (
          <Group key={words} gap="xs" wrap="nowrap" align="flex-start">
            <Badge color={colors[severityTones[severity]]} variant="light" tt="none" miw="fit-content">
              {say(`window.severity.${severity}`)}
            </Badge>
            <Text size="sm">{words}</Text>
          </Group>
        )
      })}
      <Facts
        facts={[
          [say('window.targets.observed_at'), <Instant key="at" at={at} />],
          [say('window.targets.fence'), found.fence],
          [say('window.targets.live_base'), <Hash key="base" value={found.live_base_digest} />],
        ]}
      />
      <Text size="sm" fw={600}>
        {say('window.targets.details')}
      </Text>
      <Code
        block
        tabIndex={0}
        aria-label={say('window.targets.details')}
        mah={320}
        style={{ overflow: 'auto' }}
      >
        {visible(JSON.stringify({ ...found.detail, ...found.live_base }, null, 2))}
      </Code>
    </Stack>
  )
}
