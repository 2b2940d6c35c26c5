import { Anchor, Badge, Group, List, Stack, Table, Text } from '@mantine/core'
import { Link } from 'wouter'
import type { Check, Preview, Release } from '../../../../src-preload/contract/releases.ts'
import { RiskBadge } from '../../../components/badges.tsx'
import { DiffView } from '../../../components/DiffView.tsx'
import { Hash } from '../../../components/Hash.tsx'
import { Section } from '../../../components/Page.tsx'
import { colors, severityTones } from '../../../components/tones.ts'
import { Words } from '../../../components/Words.tsx'
import { visible } from '../../../words/visible.ts'
import { useWords } from '../../../words/words.ts'
import { policyWords } from './policyWords.ts'

/** A plan as one reads it before asking for it: what changes, what was found, who decides, and the way back. */
export function PlanBody({ release, preview }: { readonly release: Release; readonly preview: Preview }) {
  const { say } = useWords()
  const { diff, checks, risk, steps, policy } = preview
  return (
    <Stack gap="lg">
      <Section title={say('window.preview.changes')}>
        <DiffView diff={diff} documents={{ before: preview.way_back.release, after: release.label }} />
      </Section>
      {checks.length > 0 && (
        <Section title={say('window.preview.checks')}>
          <Checks checks={checks} />
        </Section>
      )}
      <Section title={say('window.preview.risk')} beside={<RiskBadge level={risk.level} />}>
        {risk.reasons.length === 0 ? (
          <Text size="sm">{say('window.preview.risk_none')}</Text>
        ) : (
          <Words messages={risk.reasons} />
        )}
      </Section>
      <Section title={say('window.preview.approval')}>
        <Lines lines={policyWords(policy, say)} />
        {policy.covered_by !== null && (
          <Anchor component={Link} href={`/inbox/${policy.covered_by}`} size="sm">
            {say('window.preview.to_ticket')}
          </Anchor>
        )}
      </Section>
      <Section title={say('window.preview.way_back')}>
        <Lines lines={wayBackWords(preview, say)} />
      </Section>
      <Section title={say('window.preview.steps')}>
        <List type="ordered" size="sm">
          {steps.map((step) => (
            <List.Item key={`${step.index}/${step.host}`}>
              {say('window.preview.step', { host: step.host, step: say(step.message) })}
            </List.Item>
          ))}
        </List>
      </Section>
      {preview.images.length > 0 && (
        <Section title={say('window.preview.images')}>
          <Images images={preview.images} />
        </Section>
      )}
      <Text size="sm" c="dimmed">
        {say('window.preview.claimed', { login: preview.claimed_by })}
      </Text>
    </Stack>
  )
}

function wayBackWords({ way_back }: Preview, say: ReturnType<typeof useWords>['say']): string[] {
  const { release, on_failure, go_back_hours } = way_back
  if (release === null) return [say('window.preview.way_back_none')]
  return [
    say(`window.preview.way_back_${on_failure}`, { release, hours: go_back_hours }),
    say('window.preview.data_not_undone'),
  ]
}

function Lines({ lines }: { readonly lines: readonly string[] }) {
  return (
    <List size="sm">
      {lines.map((line) => (
        <List.Item key={line}>{line}</List.Item>
      ))}
    </List>
  )
}

/** Checks with their severity. */
export function Checks({ checks }: { readonly checks: readonly Check[] }) {
  const { say } = useWords()
  return (
    <Stack gap={4}>
      {checks.map(({ key, severity, message }) => (
        <Group key={`${key} ${say(message)}`} gap="xs" wrap="nowrap" align="flex-start">
          <Badge color={colors[severityTones[severity]]} variant="light" tt="none" miw="fit-content">
            {say(`window.severity.${severity}`)}
          </Badge>
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {say(message)}
          </Text>
        </Group>
      ))}
    </Stack>
  )
}

function Images({ images }: { readonly images: Preview['images'] }) {
  const { say } = useWords()
  return (
    <Table aria-label={say('window.preview.images')} verticalSpacing={4} layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{say('window.preview.image')}</Table.Th>
          <Table.Th>{say('window.preview.resolved')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {images.map(({ reference, repo_digest, image_id }) => {
          const resolved = repo_digest ?? image_id
          return (
            <Table.Tr key={reference}>
              <Table.Td ff="monospace" fz="xs" style={{ overflowWrap: 'anywhere' }}>
                {visible(reference)}
              </Table.Td>
              <Table.Td>
                {resolved === null ? say('window.preview.unresolved') : <Hash value={resolved} />}
              </Table.Td>
            </Table.Tr>
          )
        })}
      </Table.Tbody>
    </Table>
  )
}
