import { Anchor, Text } from '@mantine/core'
import { IconExternalLink } from '@tabler/icons-react'
import { Link } from 'wouter'
import type { Ticket } from '../../../../src-preload/contract/inbox.ts'
import { Facts } from '../../../components/Facts.tsx'
import { Hash } from '../../../components/Hash.tsx'
import { Instant } from '../../../components/Instant.tsx'
import { Section } from '../../../components/Page.tsx'
import { useWords } from '../../../words/words.ts'
import { visible } from '../../../words/visible.ts'
import { ticketPlace } from '../titles.ts'

/** Who asks for what, why, and until when it can be answered. */
export function Request({ ticket }: { readonly ticket: Ticket }) {
  const { say } = useWords()
  const label = (key: 'change_link' | 'asked_by' | 'asked_at' | 'answer_due' | 'expires' | 'place') =>
    say(`window.inbox.ticket.${key}`)
  return (
    <Section title={say('window.inbox.ticket.request')}>
      <Text style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
        {ticket.reason === '' ? say('window.inbox.ticket.no_reason') : visible(ticket.reason)}
      </Text>
      <Facts
        facts={[
          [label('change_link'), ticket.change_link === null ? null : <Outside href={ticket.change_link} />],
          [
            label('asked_by'),
            say('window.inbox.ticket.asked_from', {
              person: ticket.requested_by_person,
              login: ticket.requested_by,
              source: say(`window.inbox.source.${ticket.source}`),
            }),
          ],
          [label('asked_at'), <Instant key="asked" at={ticket.created_at} />],
          [label('place'), ticketPlace(ticket, say)],
          [
            say('window.inbox.ticket.release'),
            'release' in ticket ? <ReleaseLink label={ticket.release} /> : null,
          ],
          [label('answer_due'), ticket.status === 'pending' ? <Instant at={ticket.sla_due_at} /> : null],
          [label('expires'), ticket.status === 'pending' ? <Expiry ticket={ticket} /> : null],
          [say('window.inbox.ticket.assigned'), ticket.assigned_to],
          [
            say('window.inbox.ticket.decided'),
            ticket.decided_at === null ? null : <Decided ticket={ticket} />,
          ],
          [say('window.inbox.ticket.hash'), <Hash key="hash" value={ticket.context_hash} />],
          [
            say('window.inbox.ticket.document'),
            'document_digest' in ticket ? <Hash key="document" value={ticket.document_digest} /> : null,
          ],
        ]}
      />
    </Section>
  )
}

/** An address outside of the window, shown whole so that nobody is led elsewhere than it says. */
export function Outside({ href }: { readonly href: string }) {
  return (
    <Anchor href={href} target="_blank" rel="noopener noreferrer" style={{ overflowWrap: 'anywhere' }}>
      {visible(href)} <IconExternalLink size={14} aria-hidden />
    </Anchor>
  )
}

/** The page of a release. */
export function ReleaseLink({ label }: { readonly label: string }) {
  return (
    <Anchor component={Link} href={`/releases/${label}`}>
      {label}
    </Anchor>
  )
}

function Expiry({ ticket }: { readonly ticket: Ticket }) {
  const { say } = useWords()
  if (ticket.expires_at === null) return say('window.inbox.ticket.never_expires')
  return <Instant at={ticket.expires_at} />
}

function Decided({ ticket }: { readonly ticket: Ticket }) {
  const { say } = useWords()
  return (
    <>
      <Instant at={ticket.decided_at} />
      {ticket.decided_by === null
        ? ''
        : ` ${say('window.inbox.ticket.decided_by', { login: ticket.decided_by })}`}
    </>
  )
}
