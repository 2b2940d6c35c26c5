import { Anchor, Button, Group, Loader, Text } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { Link, useParams } from 'wouter'
import type { Ticket } from '../../../src-preload/contract/inbox.ts'
import { RiskBadge, TicketBadge, ToneBadge } from '../../components/badges.tsx'
import { Failure } from '../../components/Failure.tsx'
import { Page } from '../../components/Page.tsx'
import { useShortcuts } from '../../components/shortcuts.ts'
import { orpc } from '../../transport/client.ts'
import { useMe } from '../../transport/me.ts'
import { useWords } from '../../words/words.ts'
import type { Say } from '../../words/words.ts'
import { decisionName } from './decide/naming.ts'
import { TicketDialog } from './decide/TicketDialog.tsx'
import type { TicketAct } from './decide/TicketDialog.tsx'
import { choicesFor } from './deciding.ts'
import type { Choices } from './deciding.ts'
import { ruleProgress } from './rules.ts'
import { Body } from './ticket/Body.tsx'
import { History } from './ticket/History.tsx'
import { Request } from './ticket/Request.tsx'
import { ticketTitle } from './titles.ts'

/** One ticket; it changes as others act, while what is typed here stays. */
export function TicketPage() {
  const { say } = useWords()
  const { ticket: id = '' } = useParams<{ ticket: string }>()
  const { data, error, dataUpdatedAt } = useQuery(orpc.inbox.get.queryOptions({ input: { ticket: id } }))
  if (data !== undefined) return <Shown ticket={data} freshness={dataUpdatedAt} />
  return (
    <Page title={say('window.inbox.column.ticket')}>
      <Back />
      {error === null ? <Loader size="sm" aria-label={say('window.loading')} /> : <Failure error={error} />}
    </Page>
  )
}

function Back() {
  const { say } = useWords()
  return (
    <Anchor component={Link} href="/inbox" size="sm" w="fit-content" underline="hover">
      <Group gap={4} component="span">
        <IconArrowLeft size={14} aria-hidden /> {say('window.inbox.ticket.back')}
      </Group>
    </Anchor>
  )
}

function Shown({ ticket, freshness }: { readonly ticket: Ticket; readonly freshness: number }) {
  const { say } = useWords()
  const { me } = useMe()
  const [act, setAct] = useState<{ readonly act: TicketAct; readonly ticket: Ticket } | null>(null)
  const comment = useRef<HTMLTextAreaElement>(null)
  const choices = me === undefined ? null : choicesFor(ticket, me)
  const begin = (chosen: TicketAct, may: boolean | undefined) => () => {
    if (may === true) setAct({ act: chosen, ticket })
  }
  useShortcuts([
    { key: 'a', label: 'window.inbox.keys.approve', run: begin('approve', choices?.decide) },
    { key: 'r', label: 'window.inbox.keys.reject', run: begin('reject', choices?.decide) },
    { key: 'e', label: 'window.inbox.keys.assign', run: begin('assign', choices?.assign) },
    { key: 'c', label: 'window.inbox.keys.comment', run: () => comment.current?.focus() },
  ])
  return (
    <Page
      title={ticketTitle(ticket, say)}
      beside={<Badges ticket={ticket} />}
      freshness={freshness}
      actions={
        choices !== null && (
          <Actions ticket={ticket} choices={choices} onAct={(chosen) => setAct({ act: chosen, ticket })} />
        )
      }
    >
      <Back />
      {choices?.why != null && (
        <Text size="sm" role="status">
          {whyWords(ticket, choices.why, say)}
        </Text>
      )}
      <Request ticket={ticket} />
      <Body ticket={ticket} />
      <History ticket={ticket} field={comment} />
      {act !== null && (
        <TicketDialog
          act={act.act}
          ticket={act.ticket}
          onAct={(next) => setAct({ act: next, ticket })}
          onClose={() => setAct(null)}
        />
      )}
    </Page>
  )
}

function Badges({ ticket }: { readonly ticket: Ticket }) {
  return (
    <Group gap={6}>
      <TicketBadge status={ticket.status} />
      <RiskBadge level={ticket.risk_level} />
      <Text span size="sm" fw={600}>
        {ticket.priority.toUpperCase()}
      </Text>
      {ticket.overdue && <ToneBadge tone="bad" text="window.inbox.row.overdue" />}
      {ticket.escalated_at !== null && <ToneBadge tone="bad" text="window.inbox.row.escalated" />}
    </Group>
  )
}

function whyWords(ticket: Ticket, why: NonNullable<Choices['why']>, say: Say): string {
  if (why !== 'not_yours') return say(`window.inbox.why.${why}`)
  const names = [...new Set(ruleProgress(ticket).flatMap(({ still }) => still))]
  return names.length === 0
    ? say('window.inbox.why.not_yours_nobody')
    : say('window.inbox.why.not_yours', { names })
}

interface ActionsProps {
  readonly ticket: Ticket
  readonly choices: Choices
  readonly onAct: (act: TicketAct) => void
}

function Actions({ ticket, choices, onAct }: ActionsProps) {
  const { say } = useWords()
  return (
    <>
      {choices.decide && (
        <>
          <Button color="teal.9" onClick={() => onAct('approve')}>
            {say(`window.inbox.do.${decisionName('approve', ticket)}`)}
          </Button>
          <Button color="red" variant="light" onClick={() => onAct('reject')}>
            {say(`window.inbox.do.${decisionName('reject', ticket)}`)}
          </Button>
        </>
      )}
      {choices.revoke && (
        <Button color="red" variant="outline" onClick={() => onAct('revoke')}>
          {say(`window.inbox.do.${decisionName('revoke', ticket)}`)}
        </Button>
      )}
      {choices.assign && (
        <Button variant="default" onClick={() => onAct('assign')}>
          {say('window.inbox.do.assign')}
        </Button>
      )}
    </>
  )
}
