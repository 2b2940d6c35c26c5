import { Alert, Anchor, List, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconClock, IconFlame, IconHourglass, IconSnowflake } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { Release } from '../../../../src-preload/contract/releases.ts'
import { Failure } from '../../../components/Failure.tsx'
import { Instant } from '../../../components/Instant.tsx'
import { useRuns } from '../../../state/runs.ts'
import { orpc } from '../../../transport/client.ts'
import { visible } from '../../../words/visible.ts'
import { useWords } from '../../../words/words.ts'
import { ruleWords } from '../plan/policyWords.ts'
import { startingOf } from './start.ts'

/** What the release waits for, or what went wrong with it: whatever a person has to know before all else. */
export function Standing({ release }: { readonly release: Release }) {
  const run = useRuns(({ runs }) => runs[release.id])
  return (
    <Stack gap="sm">
      <RunFailure release={release} error={run?.error ?? null} />
      {release.break_glass !== null && <Emergency glass={release.break_glass} />}
      <State release={release} />
    </Stack>
  )
}

function State({ release }: { readonly release: Release }) {
  const { say } = useWords()
  switch (release.lifecycle_state) {
    case 'pending_approval':
      return <Pending release={release} />
    case 'approved':
      return (
        <>
          <Frozen release={release} />
          <Approved release={release} />
        </>
      )
    case 'applying':
      return <Applying release={release} />
    case 'failed':
      return <Failed release={release} />
    case 'draft':
    case 'preview':
      return <Note icon={<IconClock />}>{say('window.standing.planned')}</Note>
    case 'applied':
    case 'rollback':
    case 'rejected':
    case 'cancelled':
      return <TicketLink release={release} />
  }
}

function Note({
  icon,
  color = 'blue',
  children,
}: {
  readonly icon: ReactNode
  readonly color?: string
  readonly children: ReactNode
}) {
  return (
    <Alert color={color} variant="light" icon={icon} role="note">
      {children}
    </Alert>
  )
}

function TicketLink({ release }: { readonly release: Release }) {
  const { say } = useWords()
  if (release.approval_ticket === null) return null
  return (
    <Anchor component={Link} href={`/inbox/${release.approval_ticket}`} size="sm">
      {say('window.standing.to_ticket')}
    </Anchor>
  )
}

/** Who still has to agree. It is read from the list: opening a ticket is recorded as looking at it, and this is not. */
function Pending({ release }: { readonly release: Release }) {
  const { say } = useWords()
  const { data } = useQuery(
    orpc.inbox.list.queryOptions({
      input: { view: 'all', status: 'pending', text: release.label, limit: 200 },
    }),
  )
  const ticket = data?.tickets.find(({ id }) => id === release.approval_ticket)
  return (
    <Note icon={<IconHourglass />} color="yellow">
      <Text size="sm">{say('window.standing.pending')}</Text>
      <List size="sm">
        {ticket?.rules.map((rule) => {
          const given = rule.approved_by.length
          const words = ruleWords(rule, say)
          return (
            <List.Item key={words}>
              {given === 0
                ? words
                : say('window.standing.given', { rule: words, given, people: rule.approved_by })}
            </List.Item>
          )
        })}
      </List>
      <TicketLink release={release} />
    </Note>
  )
}

function Frozen({ release }: { readonly release: Release }) {
  const { say } = useWords()
  const { data } = useQuery(orpc.access.freezes.queryOptions({ input: { project: release.project } }))
  const frozen = data?.find((freeze) => freeze.active && freeze.stage === release.target.stage)
  if (frozen === undefined) return null
  return (
    <Note icon={<IconSnowflake />} color="yellow">
      {say('window.standing.frozen', { reason: frozen.reason })} <Instant at={frozen.until} />
    </Note>
  )
}

function Approved({ release }: { readonly release: Release }) {
  const { say } = useWords()
  const executors = useQuery(orpc.releases.executors.queryOptions({ input: {} }))
  const starting = startingOf(release, executors.data ?? [])
  const nobody = starting.kind === 'nobody_online' && executors.data !== undefined
  return (
    <Note icon={nobody ? <IconAlertTriangle /> : <IconClock />} color={nobody ? 'red' : 'blue'}>
      <Text size="sm">
        {say(`window.start.${ruleName(release.start.rule)}`, ruleParams(release.start.rule))}{' '}
        {release.start.due_at !== null && (
          <>
            {say('window.start.due')} <Instant at={release.start.due_at} />
          </>
        )}
      </Text>
      {starting.kind === 'by_rule' && (
        <Text size="sm">{say('window.start.carried_by', { people: [...starting.by] })}</Text>
      )}
      {nobody && (
        <Text size="sm" fw={600} role="alert">
          {say('window.start.nobody_online')}
        </Text>
      )}
      <Text size="sm">
        {release.approved_until !== null && (
          <>
            {say('window.standing.approved_until')} <Instant at={release.approved_until} />
          </>
        )}
      </Text>
      <TicketLink release={release} />
    </Note>
  )
}

function ruleName(rule: Release['start']['rule']): 'by_hand' | 'on_approval' | 'at_time' {
  return typeof rule === 'string' ? rule : 'at_time'
}

function ruleParams(rule: Release['start']['rule']): Record<string, string> {
  return typeof rule === 'string' ? {} : { time: rule.time, zone: rule.time_zone }
}

function Applying({ release }: { readonly release: Release }) {
  const { say } = useWords()
  const lost = release.run === 'unknown'
  return (
    <Note icon={lost ? <IconAlertTriangle /> : <IconClock />} color={lost ? 'red' : 'yellow'}>
      <Text size="sm">
        {say(lost ? 'window.standing.lost' : 'window.standing.applying', {
          login: release.lease_holder ?? '–',
        })}
      </Text>
      {release.abort_requested && <Text size="sm">{say('window.standing.abort_asked')}</Text>}
    </Note>
  )
}

function Failed({ release }: { readonly release: Release }) {
  const { say } = useWords()
  const { failure } = release
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertTriangle />}
      title={say('window.standing.failed')}
      role="alert"
    >
      {failure !== null && (
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {say(`error.${failure.code}`)} {visible(failure.message)}
        </Text>
      )}
      <Anchor component={Link} href={`/releases/${release.label}?show=diagnosis`} size="sm">
        {say('window.standing.to_diagnosis')}
      </Anchor>
    </Alert>
  )
}

function Emergency({ glass }: { readonly glass: NonNullable<Release['break_glass']> }) {
  const { say } = useWords()
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconFlame />}
      title={say('window.glass.broken', { by: glass.by })}
      role="note"
    >
      <Text size="sm">{visible(glass.reason)}</Text>
      <Text size="sm">
        <Anchor href={glass.incident_link} target="_blank" rel="noreferrer noopener">
          {visible(glass.incident_link)}
        </Anchor>{' '}
        <Instant at={glass.at} />
      </Text>
      <Anchor component={Link} href={`/inbox/${glass.review_ticket}`} size="sm">
        {say('window.glass.to_review')}
      </Anchor>
    </Alert>
  )
}

/** Why a run that was begun here did not begin, or is no longer followed. */
function RunFailure({ release, error }: { readonly release: Release; readonly error: unknown }) {
  return <Failure error={error} about={{ release: release.label }} />
}
