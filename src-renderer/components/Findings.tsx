import { Alert, Code, Stack, Text } from '@mantine/core'
import { IconBulb, IconStethoscope } from '@tabler/icons-react'
import type { Diagnostic } from '../../src-preload/contract/releases.ts'
import { visible } from '../words/visible.ts'
import { useWords } from '../words/words.ts'
import { Facts } from './Facts.tsx'
import { nextWords } from './failureWords.ts'
import { Instant } from './Instant.tsx'
import { colors, severityTones } from './tones.ts'

/** What was found wrong: what failed, where, why as far as known, the evidence, and what to do next. */
export function Findings({ findings }: { readonly findings: readonly Diagnostic[] }) {
  return (
    <Stack gap="sm">
      {findings.map((found) => (
        <Finding key={found.id} found={found} />
      ))}
    </Stack>
  )
}

function Finding({ found }: { readonly found: Diagnostic }) {
  const { say } = useWords()
  const { resource, evidence } = found
  const where = [resource.kind, resource.name, resource.host].filter((part) => part !== null)
  return (
    <Alert
      color={colors[severityTones[found.severity]]}
      variant="light"
      icon={<IconStethoscope />}
      title={say(found.message)}
      role="note"
    >
      <Stack gap="xs">
        <Facts
          facts={[
            [say('window.finding.where'), visible(where.join(' '))],
            [say('window.finding.container'), resource.container],
            [
              say('window.finding.phase'),
              say('window.finding.phase_of', { phase: found.phase, attempt: found.attempt }),
            ],
            [say('window.finding.exit_code'), evidence.exit_code],
            [
              say('window.finding.health'),
              evidence.health_output === null ? null : visible(evidence.health_output.trim()),
            ],
            [say('window.finding.seen'), <Instant key="seen" at={found.first_seen} />],
            [say('window.finding.count'), found.count > 1 ? found.count : null],
            [say('window.code'), <Code key="code">{found.code}</Code>],
          ]}
        />
        {evidence.last_log_lines.length > 0 && (
          <>
            <Text size="sm" fw={600}>
              {say('window.finding.last_lines')}
            </Text>
            <Code
              block
              tabIndex={0}
              aria-label={say('window.finding.last_lines')}
              mah={240}
              style={{ overflow: 'auto' }}
            >
              {evidence.last_log_lines.map(visible).join('\n')}
            </Code>
          </>
        )}
        <Text size="sm" fw={600} style={{ display: 'flex', gap: 6, alignItems: 'center' }}>
          <IconBulb size={18} aria-hidden />{' '}
          {say('window.finding.next', { hint: nextWords(found.hint, say) })}
        </Text>
      </Stack>
    </Alert>
  )
}
