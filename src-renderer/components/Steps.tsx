import { Group, Loader, Stack, Table, Text } from '@mantine/core'
import { IconCheck, IconQuestionMark, IconX } from '@tabler/icons-react'
import type { ReleaseStep } from '../../src-preload/contract/releases.ts'
import { useWords } from '../words/words.ts'
import { Clock } from './Instant.tsx'
import { colors, stepTones } from './tones.ts'
import { Wide } from './Wide.tsx'

/** Steps by attempt, the latest first; what goes on now is told to screen readers as it happens. */
export function Steps({ steps }: { readonly steps: readonly ReleaseStep[] }) {
  const { say } = useWords()
  const attempts = [...new Set(steps.map(({ attempt }) => attempt))].sort((a, b) => b - a)
  const last = steps.at(-1)
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed" role="status" aria-live="polite">
        {last === undefined
          ? say('window.steps.none')
          : say('window.steps.now', {
              step: say(last.message),
              host: last.host,
              status: say(`window.step.${last.status}`),
            })}
      </Text>
      {attempts.map((attempt) => (
        <Attempt key={attempt} attempt={attempt} steps={steps.filter((step) => step.attempt === attempt)} />
      ))}
    </Stack>
  )
}

function Attempt({ attempt, steps }: { readonly attempt: number; readonly steps: readonly ReleaseStep[] }) {
  const { say } = useWords()
  return (
    <Wide label={say('window.steps.attempt', { attempt })} minWidth={560}>
      <Table aria-label={say('window.steps.attempt', { attempt })} verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{say('window.steps.status')}</Table.Th>
            <Table.Th>{say('window.steps.step')}</Table.Th>
            <Table.Th>{say('window.steps.host')}</Table.Th>
            <Table.Th>{say('window.steps.started')}</Table.Th>
            <Table.Th>{say('window.steps.finished')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {steps.map((step) => (
            <Table.Tr key={`${step.index}/${step.host}/${step.fence}`}>
              <Table.Td>
                <Status status={step.status} />
              </Table.Td>
              <Table.Td>{say(step.message)}</Table.Td>
              <Table.Td>{step.host}</Table.Td>
              <Table.Td>
                <Clock at={step.started_at} />
              </Table.Td>
              <Table.Td>
                <Clock at={step.finished_at} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  )
}

const icons = { succeeded: IconCheck, failed: IconX, unknown: IconQuestionMark } as const

function Status({ status }: { readonly status: ReleaseStep['status'] }) {
  const { say } = useWords()
  const color = `var(--mantine-color-${colors[stepTones[status]]}-light-color)`
  const Icon = status === 'intended' ? null : icons[status]
  return (
    <Group gap={6} wrap="nowrap" c={color}>
      {Icon === null ? <Loader size={14} aria-hidden /> : <Icon size={16} aria-hidden />}
      <Text size="sm" style={{ whiteSpace: 'nowrap' }}>
        {say(`window.step.${status}`)}
      </Text>
    </Group>
  )
}
