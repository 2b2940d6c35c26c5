import { Group, Stack, Text } from '@mantine/core'
import type { Ticket } from '../../../src-preload/contract/inbox.ts'
import { RiskBadge, TicketBadge, ToneBadge } from '../../components/badges.tsx'
import { Instant } from '../../components/Instant.tsx'
import type { Column } from '../../components/Rows.tsx'
import type { Say } from '../../words/words.ts'
import { visible } from '../../words/visible.ts'
import { ticketPlace, ticketTitle } from './titles.ts'

/** What the list tells of each ticket: what, how risky, how urgent, who asked, and until when. */
export function ticketColumns(say: Say): Column<Ticket>[] {
  return [
    {
      key: 'title',
      head: say('window.inbox.column.ticket'),
      width: 'minmax(20rem, 4fr)',
      cell: (ticket) => <About ticket={ticket} say={say} />,
    },
    {
      key: 'status',
      head: say('window.inbox.filter.status'),
      width: '8.5rem',
      cell: (ticket) => <Standing ticket={ticket} />,
    },
    {
      key: 'risk',
      head: say('window.inbox.filter.risk'),
      width: '8rem',
      cell: (ticket) => (
        <Group gap={6} wrap="nowrap">
          <RiskBadge level={ticket.risk_level} />
          <Text span size="xs" fw={600}>
            {ticket.priority.toUpperCase()}
          </Text>
        </Group>
      ),
    },
    {
      key: 'asked',
      head: say('window.inbox.filter.requester'),
      width: 'minmax(8rem, 1fr)',
      cell: (ticket) => <Who ticket={ticket} say={say} />,
    },
    {
      key: 'due',
      head: say('window.inbox.filter.due'),
      width: '10rem',
      cell: (ticket) => <When ticket={ticket} say={say} />,
    },
  ]
}

interface Cell {
  readonly ticket: Ticket
  readonly say: Say
}

function About({ ticket, say }: Cell) {
  const title = ticketTitle(ticket, say)
  return (
    <Stack gap={0} title={title}>
      <Text span fw={600} size="sm" truncate>
        {title}
      </Text>
      <Text span size="xs" c="dimmed" truncate>
        {say(`window.inbox.scope.${ticket.scope_type}`)} · {ticketPlace(ticket, say)}
      </Text>
    </Stack>
  )
}

function Standing({ ticket }: { readonly ticket: Ticket }) {
  if (ticket.can_decide) return <ToneBadge tone="plain" text="window.inbox.row.yours" />
  return <TicketBadge status={ticket.status} />
}

function Who({ ticket, say }: Cell) {
  return (
    <Stack gap={0}>
      <Text span size="sm" truncate>
        {visible(ticket.requested_by_person)}
      </Text>
      {ticket.assigned_to !== null && (
        <Text span size="xs" c="dimmed" truncate>
          {say('window.inbox.row.assigned', { login: ticket.assigned_to })}
        </Text>
      )}
    </Stack>
  )
}

function When({ ticket, say }: Cell) {
  if (ticket.status !== 'pending') {
    return (
      <Stack gap={0}>
        <Instant at={ticket.decided_at} short />
        {ticket.decided_at !== null && (
          <Text span size="xs" c="dimmed">
            {say('window.inbox.row.decided')}
          </Text>
        )}
      </Stack>
    )
  }
  return (
    <Stack gap={0} align="flex-start">
      <Instant at={ticket.sla_due_at} short />
      {ticket.overdue && (
        <ToneBadge
          tone="bad"
          text={ticket.escalated_at === null ? 'window.inbox.row.overdue' : 'window.inbox.row.escalated'}
        />
      )}
    </Stack>
  )
}
