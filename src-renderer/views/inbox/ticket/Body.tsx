import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type {
  ChangeTicket,
  PlanTicket,
  ReviewTicket,
  Ticket,
} from '../../../../src-preload/contract/inbox.ts'
import type { Preview } from '../../../../src-preload/contract/releases.ts'
import { StateBadge } from '../../../components/badges.tsx'
import { changeWords } from '../../../components/change/words.ts'
import { FieldTable } from '../../../components/DiffView.tsx'
import { Facts } from '../../../components/Facts.tsx'
import { Failure } from '../../../components/Failure.tsx'
import { Instant } from '../../../components/Instant.tsx'
import { Section } from '../../../components/Page.tsx'
import { orpc } from '../../../transport/client.ts'
import { instantText } from '../../../words/instants.ts'
import { useWords } from '../../../words/words.ts'
import { readableFields } from '../changeFields.ts'
import { useRecordedPlan } from '../useComparison.ts'
import { PlannedSteps, StartRule, WayBack } from './Carrying.tsx'
import { ClaimedComparison, OwnComparison } from './Comparison.tsx'
import { Frozen } from './Frozen.tsx'
import { Checks, Risk, Rules } from './Judgement.tsx'
import { Outside, ReleaseLink } from './Request.tsx'

/** What a ticket is about, by its kind. */
export function Body({ ticket }: { readonly ticket: Ticket }) {
  switch (ticket.scope_type) {
    case 'release':
    case 'rollback':
      return <PlanBody ticket={ticket} />
    case 'review':
      return <ReviewBody ticket={ticket} />
    case 'policy':
    case 'access':
      return <ChangeBody ticket={ticket} />
  }
}

function PlanBody({ ticket }: { readonly ticket: PlanTicket }) {
  const plan = useRecordedPlan(ticket)
  const release = useQuery(orpc.releases.get.queryOptions({ input: { release: ticket.scope_id } }))
  const own = plan.data?.context_hash === ticket.context_hash ? plan.data : undefined
  return (
    <>
      {ticket.status === 'pending' && <Frozen project={ticket.project} stage={ticket.stage} />}
      <OwnComparison ticket={ticket} plan={plan.data} />
      <Risk ticket={ticket} />
      <Rules ticket={ticket} />
      {own !== undefined && <Plan plan={own} />}
      {release.data !== undefined && <StartRule release={release.data} />}
      <ClaimedComparison ticket={ticket} plan={plan.data} />
      <Failure error={plan.error ?? release.error} about={{ release: ticket.release }} />
    </>
  )
}

function Plan({ plan }: { readonly plan: Preview }) {
  return (
    <>
      <PlannedSteps plan={plan} />
      <WayBack plan={plan} />
      <Checks checks={plan.checks} />
    </>
  )
}

function ReviewBody({ ticket }: { readonly ticket: ReviewTicket }) {
  const { say } = useWords()
  const plan = useRecordedPlan(ticket)
  const release = useQuery(orpc.releases.get.queryOptions({ input: { release: ticket.scope_id } }))
  const broken = release.data?.break_glass ?? null
  const by = broken === null || broken.by === ticket.requested_by ? ticket.requested_by_person : broken.by
  return (
    <>
      <Section title={say('window.inbox.review.title')}>
        <Text size="sm">{say('window.inbox.review.explained', { person: by })}</Text>
        <Facts
          facts={[
            [say('window.inbox.ticket.incident'), <Outside key="incident" href={ticket.incident_link} />],
            [say('window.inbox.review.by'), by],
            [say('window.inbox.review.at'), <Instant key="at" at={broken?.at ?? ticket.created_at} />],
            [say('window.inbox.ticket.release'), <ReleaseLink key="release" label={ticket.release} />],
            [
              say('window.inbox.review.state'),
              release.data === undefined ? null : <StateBadge state={release.data.lifecycle_state} />,
            ],
          ]}
        />
        <Text size="sm" c="dimmed">
          {say('window.inbox.review.effect')}
        </Text>
      </Section>
      <OwnComparison ticket={ticket} plan={plan.data} />
      <Risk ticket={ticket} />
      <Rules ticket={ticket} />
      <Failure error={plan.error ?? release.error} about={{ release: ticket.release }} />
    </>
  )
}

function ChangeBody({ ticket }: { readonly ticket: ChangeTicket }) {
  const { say, language } = useWords()
  const title = say('window.inbox.change.title')
  const at = (instant: string) => instantText(instant, language, true)
  return (
    <>
      <Section title={title}>
        <Text>{changeWords(ticket.change, say, at)}</Text>
        <Text size="sm" c="dimmed">
          {say('window.inbox.change.explained')}
        </Text>
        {ticket.fields.length === 0 ? (
          <Text size="sm">{say('window.inbox.change.no_fields')}</Text>
        ) : (
          <FieldTable fields={readableFields(ticket.fields, say, at)} label={title} />
        )}
      </Section>
      <Risk ticket={ticket} />
      <Rules ticket={ticket} />
    </>
  )
}
