import { Group, List, Text } from '@mantine/core'
import type { Ticket } from '../../../../src-preload/contract/inbox.ts'
import type { Check } from '../../../../src-preload/contract/releases.ts'
import { RiskBadge, ToneBadge } from '../../../components/badges.tsx'
import { Section } from '../../../components/Page.tsx'
import { severityTones } from '../../../components/tones.ts'
import { Words } from '../../../components/Words.tsx'
import { useWords } from '../../../words/words.ts'
import { ruleProgress } from '../rules.ts'
import type { RuleProgress } from '../rules.ts'

/** How risky it is, and why; a plan's risk is its author's word. */
export function Risk({ ticket }: { readonly ticket: Ticket }) {
  const { say } = useWords()
  const claimed = 'release' in ticket
  return (
    <Section title={say('window.inbox.risk.title')} beside={<RiskBadge level={ticket.risk_level} />}>
      {ticket.risk_reasons.length > 0 && <Words messages={ticket.risk_reasons} />}
      {ticket.risk_reasons.length === 0 && (
        <Text size="sm">{say(claimed ? 'window.inbox.risk.none' : 'window.inbox.risk.by_kind')}</Text>
      )}
      <Text size="xs" c="dimmed">
        {say(claimed ? 'window.inbox.risk.claimed' : 'window.inbox.risk.computed')}
      </Text>
    </Section>
  )
}

/** What the requester's desktop checked before it asked. */
export function Checks({ checks }: { readonly checks: readonly Check[] }) {
  const { say } = useWords()
  if (checks.length === 0) return null
  return (
    <Section title={say('window.inbox.claimed.checks')}>
      <Text size="xs" c="dimmed">
        {say('window.inbox.claimed.checks_by')}
      </Text>
      <List size="sm" spacing={4} listStyleType="none">
        {checks.map(({ key, severity, message }) => (
          <List.Item key={`${key} ${say(message)}`}>
            <Group gap="xs" wrap="nowrap" align="flex-start">
              <ToneBadge tone={severityTones[severity]} text={`window.severity.${severity}`} />
              <span style={{ overflowWrap: 'anywhere' }}>{say(message)}</span>
            </Group>
          </List.Item>
        ))}
      </List>
    </Section>
  )
}

/** Who has to approve: each rule, who has, and who still can. */
export function Rules({ ticket }: { readonly ticket: Ticket }) {
  const { say } = useWords()
  const isChange = !('release' in ticket)
  const pending = ticket.status === 'pending'
  const rules = ruleProgress(ticket)
  const stuck = pending && rules.some(({ filled, still }) => !filled && still.length === 0)
  return (
    <Section title={say('window.inbox.rules.title')}>
      <List size="sm" spacing="xs" listStyleType="none">
        {rules.map((rule, index) => (
          <List.Item key={index}>
            <Rule rule={rule} isChange={isChange} pending={pending} />
          </List.Item>
        ))}
      </List>
      {stuck && (
        <Text size="sm">{say(`window.inbox.rules.${isChange ? 'change_anyone' : 'nobody_left'}`)}</Text>
      )}
    </Section>
  )
}

interface RuleProps {
  readonly rule: RuleProgress
  readonly isChange: boolean
  readonly pending: boolean
}

function Rule({ rule, isChange, pending }: RuleProps) {
  const { say } = useWords()
  const { kind, name, minimum: count, given, approved_by: by, still, filled } = rule
  const whom = kind === 'anyone' && isChange ? 'changer' : kind
  const open = pending ? 'open' : 'unfilled'
  return (
    <>
      <Group gap="xs">
        <ToneBadge
          tone={filled ? 'good' : pending ? 'warning' : 'faint'}
          text={`window.inbox.rules.${filled ? 'filled' : open}`}
        />
        <span>
          {whom === 'no_team'
            ? say('window.inbox.rules.no_team')
            : say(`window.inbox.rules.${whom}`, { count, name })}
        </span>
        <Text span size="sm" c="dimmed">
          {say('window.inbox.rules.progress', { given, minimum: count })}
        </Text>
      </Group>
      {by.length > 0 && <div>{say('window.inbox.rules.approved', { names: [...by] })}</div>}
      {pending && still.length > 0 && <div>{say('window.inbox.rules.still', { names: [...still] })}</div>}
    </>
  )
}
