import { Alert, Button, Group, Loader, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import type { PlanTicket, ReviewTicket } from '../../../../src-preload/contract/inbox.ts'
import type { Preview } from '../../../../src-preload/contract/releases.ts'
import { DiffView } from '../../../components/DiffView.tsx'
import { Failure } from '../../../components/Failure.tsx'
import { Section } from '../../../components/Page.tsx'
import { orpc } from '../../../transport/client.ts'
import { useWords } from '../../../words/words.ts'
import { useComparison } from '../useComparison.ts'

interface Props {
  readonly ticket: PlanTicket | ReviewTicket
  /** The newest plan of the release; another one than the ticket's where it was planned again. */
  readonly plan: Preview | undefined
}

/** What would be carried out, compared on this desktop and not taken from anybody's word. */
export function OwnComparison({ ticket, plan }: Props) {
  const { say } = useWords()
  const { data, error, isFetching, refetch } = useComparison(ticket)
  const target = useQuery(
    orpc.targets.get.queryOptions({ input: { target: ticket.target, project: ticket.project } }),
  )
  const newer = plan !== undefined && plan.context_hash !== ticket.context_hash
  const before = target.data?.last_applied?.release ?? null
  return (
    <Section title={say('window.inbox.own.title')}>
      <Text size="sm" c="dimmed">
        {say('window.inbox.own.explained')}
      </Text>
      {newer && (
        <Alert role="note" color="yellow" variant="light">
          {say('window.inbox.own.newer')}
        </Alert>
      )}
      {error !== null && (
        <Failure error={error} about={{ release: ticket.release }}>
          <Text size="sm">{say('window.inbox.own.failed')}</Text>
          <Group>
            <Button variant="default" size="xs" loading={isFetching} onClick={() => void refetch()}>
              {say('window.inbox.own.again')}
            </Button>
          </Group>
        </Failure>
      )}
      {data === undefined && error === null && (
        <Loader size="sm" aria-label={say('window.inbox.own.working')} />
      )}
      {data !== undefined && (
        <DiffView
          diff={data}
          {...(target.data === undefined || before === ticket.release
            ? {}
            : { documents: { before, after: ticket.release } })}
        />
      )}
    </Section>
  )
}

/** What the requester's desktop recorded of the same plan, closed until somebody wants to see it. */
export function ClaimedComparison({ ticket, plan }: Props) {
  const { say } = useWords()
  const [shown, { toggle }] = useDisclosure(false)
  if (plan === undefined) return null
  const same = plan.context_hash === ticket.context_hash
  return (
    <Section title={say('window.inbox.claimed.title')}>
      <Text size="sm" c="dimmed">
        {same
          ? say('window.inbox.claimed.explained', { login: plan.claimed_by })
          : say('window.inbox.claimed.gone')}
      </Text>
      {same && (
        <Button variant="default" onClick={toggle} aria-expanded={shown} style={{ alignSelf: 'flex-start' }}>
          {say(shown ? 'window.inbox.claimed.hide' : 'window.inbox.claimed.show')}
        </Button>
      )}
      {same && shown && <DiffView diff={plan.diff} />}
    </Section>
  )
}
