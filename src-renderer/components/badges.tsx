import { Badge } from '@mantine/core'
import type { TicketStatus } from '../../src-preload/contract/inbox.ts'
import type { LifecycleState, RiskLevel } from '../../src-preload/contract/vocabulary.ts'
import type { SayKey } from '../words/words.ts'
import { useWords } from '../words/words.ts'
import { colors, riskTones, stateTones, ticketTones } from './tones.ts'
import type { Tone } from './tones.ts'

/** A word with its colour; `text` is the word's key. */
export function ToneBadge({ tone, text }: { readonly tone: Tone; readonly text: SayKey }) {
  const { say } = useWords()
  return (
    <Badge color={colors[tone]} variant="light" tt="none" fw={600} miw="fit-content">
      {say(text)}
    </Badge>
  )
}

/** Where a release stands. */
export function StateBadge({ state }: { readonly state: LifecycleState }) {
  return <ToneBadge tone={stateTones[state]} text={`window.state.${state}`} />
}

/** How risky a plan is. */
export function RiskBadge({ level }: { readonly level: RiskLevel }) {
  return <ToneBadge tone={riskTones[level]} text={`window.risk.${level}`} />
}

/** Where a ticket stands. */
export function TicketBadge({ status }: { readonly status: TicketStatus }) {
  return <ToneBadge tone={ticketTones[status]} text={`window.ticket.${status}`} />
}
