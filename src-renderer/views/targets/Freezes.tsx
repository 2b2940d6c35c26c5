import { Badge, Group, List, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNow } from '../../components/clock.ts'
import { Failure } from '../../components/Failure.tsx'
import { Instant } from '../../components/Instant.tsx'
import { Section } from '../../components/Page.tsx'
import { orpc } from '../../transport/client.ts'
import { visible } from '../../words/visible.ts'
import { useWords } from '../../words/words.ts'

/** Times in which nothing starts on a stage, now and later; those that are over stand in the record. */
export function Freezes({ stage, project }: { readonly stage: string; readonly project: string }) {
  const { say } = useWords()
  const now = useNow(30_000)
  const { data, error } = useQuery(orpc.access.freezes.queryOptions({ input: { project } }))
  const ahead = data?.filter(
    (freeze) => freeze.stage === stage && freeze.lifted_at === null && Date.parse(freeze.until) > now,
  )
  return (
    <Section title={say('window.targets.freezes', { stage })}>
      <Failure error={error} />
      {ahead?.length === 0 && <Text size="sm">{say('window.targets.no_freezes')}</Text>}
      <List size="sm" listStyleType="none">
        {ahead?.map(({ id, active, reason, created_by, from, until }) => (
          <List.Item key={id}>
            <Group gap="xs">
              <Badge color={active ? 'red' : 'gray'} variant="light" tt="none">
                {say(active ? 'window.targets.freeze_active' : 'window.targets.freeze_later')}
              </Badge>
              <span>
                {say('window.targets.freeze_from')} <Instant at={from} short />{' '}
                {say('window.targets.freeze_until')} <Instant at={until} short />
              </span>
              <span>{say('window.targets.freeze', { reason: visible(reason), by: created_by })}</span>
            </Group>
          </List.Item>
        ))}
      </List>
    </Section>
  )
}
