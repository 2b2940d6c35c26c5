import { Alert, Loader, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Ticket } from '../../../../src-preload/contract/inbox.ts'
import { ConfirmHash } from '../../../components/ConfirmHash.tsx'
import { Failure } from '../../../components/Failure.tsx'
import { Words } from '../../../components/Words.tsx'
import { orpc } from '../../../transport/client.ts'
import { failureOf } from '../../../transport/failure.ts'
import { useMe } from '../../../transport/me.ts'
import { useWords } from '../../../words/words.ts'
import { visible } from '../../../words/visible.ts'
import type { Decision } from '../deciding.ts'
import { mayRepeat } from '../outcome.ts'
import { ticketTitle } from '../titles.ts'
import { useComparison } from '../useComparison.ts'
import { useCommentDraft, useDecide } from './commands.ts'
import { decisionName } from './naming.ts'
import { Refused } from './Refused.tsx'
import { hasMoved, needsComment } from './standing.ts'
import type { TicketAct } from './TicketDialog.tsx'

interface Props {
  readonly decision: Decision
  readonly ticket: Ticket
  readonly onAct: (act: TicketAct) => void
  readonly onClose: () => void
}

const colors: Record<Decision, string> = { approve: 'teal.9', reject: 'red', revoke: 'red' }

/**
 * Decides a ticket: says once more what it is, in the words of this desktop's own comparison, and sends the revision and
 * hash that were shown when it was opened. A ticket that changes meanwhile can't be decided from here.
 */
export function DecideDialog({ decision, ticket, onAct, onClose }: Props) {
  const { say } = useWords()
  const { me } = useMe()
  const [seen] = useState(ticket)
  const name = decisionName(decision, seen)
  const now = useQuery(orpc.inbox.get.queryOptions({ input: { ticket: seen.id } }))
  const draft = useCommentDraft(seen)
  const deciding = useDecide(decision, seen, () => {
    draft.clear()
    onClose()
  })
  const comparison = useComparison(seen, decision === 'approve')
  const compared = decision !== 'approve' || !('release' in seen) || comparison.data !== undefined
  const moved = deciding.isIdle && hasMoved(seen, now.data, decision)
  const refused = deciding.error !== null && !mayRepeat(failureOf(deciding.error).code)
  return (
    <ConfirmHash
      opened
      onClose={onClose}
      title={say(`window.inbox.do.${name}_title`)}
      hash={seen.context_hash}
      action={say(`window.inbox.do.${name}`)}
      color={colors[decision]}
      comment={needsComment(decision, seen, me?.member.login) ? 'required' : 'optional'}
      draft={draft}
      pending={deciding.isPending}
      blocked={!compared || moved || refused}
      onConfirm={(comment) => deciding.mutate(comment)}
    >
      <Subject ticket={seen} />
      {decision === 'approve' && 'release' in seen && <Compared ticket={seen} />}
      {moved && (
        <Alert color="yellow" variant="light" role="alert">
          {say('window.inbox.do.moved')}
        </Alert>
      )}
      <Refused error={deciding.error} ticket={seen} onAct={onAct} onClose={onClose} />
    </ConfirmHash>
  )
}

function Subject({ ticket }: { readonly ticket: Ticket }) {
  const { say } = useWords()
  return (
    <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
      {ticketTitle(ticket, say)}
    </Text>
  )
}

function Compared({ ticket }: { readonly ticket: Ticket }) {
  const { say } = useWords()
  const { data, error } = useComparison(ticket)
  if (error !== null) {
    return (
      <>
        <Text size="sm">{say('window.inbox.own.failed')}</Text>
        <Failure error={error} />
      </>
    )
  }
  if (data === undefined) return <Loader size="sm" aria-label={say('window.inbox.own.working')} />
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        {say('window.inbox.own.plan')}
      </Text>
      <Words messages={data.words} />
      {data.claim_differs.length > 0 && (
        <Alert
          color="red"
          variant="light"
          role="alert"
          icon={<IconAlertTriangle aria-hidden />}
          title={say('window.inbox.forged.title')}
        >
          {say('window.inbox.forged.explained', { count: data.claim_differs.length })}{' '}
          <b>{data.claim_differs.map(({ kind, name }) => visible(`${kind} ${name}`)).join(', ')}</b>
        </Alert>
      )}
    </Stack>
  )
}
