import { Button, Group, Loader, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ApprovalPolicy } from '../../../../src-preload/contract/access.ts'
import { ToneBadge } from '../../../components/badges.tsx'
import { approvalRuleWords, listWords, runtimeWords } from '../../../components/change/words.ts'
import { Empty } from '../../../components/Empty.tsx'
import { Failure } from '../../../components/Failure.tsx'
import { Section } from '../../../components/Page.tsx'
import { orpc } from '../../../transport/client.ts'
import { useMe } from '../../../transport/me.ts'
import { WideTable } from '../../../components/WideTable.tsx'
import { useWords } from '../../../words/words.ts'
import { AccessFrame } from '../AccessFrame.tsx'
import { ProjectFilter, useChosenProject } from '../ProjectFilter.tsx'
import { PolicyDialog } from './PolicyDialog.tsx'
import { StageDialog } from './StageDialog.tsx'
import { stagesOf } from './stages.ts'
import type { StagePolicies } from './stages.ts'

type Ask =
  | { readonly kind: 'rules'; readonly policy: ApprovalPolicy }
  | { readonly kind: 'runtime'; readonly policy: ApprovalPolicy }
  | { readonly kind: 'times'; readonly policy: ApprovalPolicy }

/** Who has to approve what, stage by stage, and who could do so now. */
export function PoliciesPage() {
  const { say } = useWords()
  const { may } = useMe()
  const project = useChosenProject()
  const { data, error, isPending, dataUpdatedAt } = useQuery(
    orpc.access.policies.queryOptions({ input: project === null ? {} : { project } }),
  )
  const [ask, setAsk] = useState<Ask | null>(null)
  const close = () => setAsk(null)
  return (
    <AccessFrame page="policies" freshness={dataUpdatedAt}>
      <ProjectFilter />
      <Text size="sm" c="dimmed">
        {say('window.access.rule.explained')} {say('window.access.policies.own_first')}
      </Text>
      <Failure error={error} />
      {isPending && <Loader size="sm" aria-label={say('window.loading')} />}
      {data?.length === 0 && (
        <Empty title={say('window.access.policies.none')} text={say('window.access.policies.none_hint')} />
      )}
      {stagesOf(data ?? []).map((stage) => (
        <Stage key={stage.id} stage={stage} editable={may('access:write')} onAsk={setAsk} />
      ))}
      {ask?.kind === 'times' && <StageDialog policy={ask.policy} onClose={close} />}
      {(ask?.kind === 'rules' || ask?.kind === 'runtime') && (
        <PolicyDialog policy={ask.policy} forRuntime={ask.kind === 'runtime'} onClose={close} />
      )}
    </AccessFrame>
  )
}

interface StageProps {
  readonly stage: StagePolicies
  readonly editable: boolean
  readonly onAsk: (ask: Ask) => void
}

function Stage({ stage, editable, onAsk }: StageProps) {
  const { say } = useWords()
  const { first } = stage
  const named = { stage: first.stage, project: first.project }
  return (
    <Section
      title={`${first.project} · ${first.stage}`}
      beside={first.production && <ToneBadge tone="warning" text="window.access.policies.production" />}
    >
      <WideTable minWidth={560} label={say('window.access.policies.table', named)}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="10rem">{say('window.access.runtime')}</Table.Th>
            <Table.Th>{say('window.access.policies.title')}</Table.Th>
            <Table.Th>{say('window.access.policies.candidates')}</Table.Th>
            {editable && <Table.Th w="8rem">{say('window.access.actions')}</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {stage.policies.map((policy) => (
            <PolicyRows key={policy.runtime} policy={policy} editable={editable} onAsk={onAsk} />
          ))}
        </Table.Tbody>
      </WideTable>
      <Group gap="sm">
        <Text size="sm">
          {say('window.access.policies.times', {
            minutes: first.preview_ttl_minutes,
            hours: first.approval_window_hours,
          })}
        </Text>
        {editable && (
          <>
            <Button
              size="xs"
              variant="default"
              aria-label={say('window.access.policies.times_of', named)}
              onClick={() => onAsk({ kind: 'times', policy: first })}
            >
              {say('window.access.policies.times_edit')}
            </Button>
            <Button
              size="xs"
              variant="default"
              aria-label={say('window.access.policies.add_runtime_of', named)}
              onClick={() => onAsk({ kind: 'runtime', policy: first })}
            >
              {say('window.access.policies.add_runtime')}
            </Button>
          </>
        )}
      </Group>
    </Section>
  )
}

const top = { verticalAlign: 'top' } as const

interface RowsProps {
  readonly policy: ApprovalPolicy
  readonly editable: boolean
  readonly onAsk: (ask: Ask) => void
}

function PolicyRows({ policy, editable, onAsk }: RowsProps) {
  const { say } = useWords()
  const span = Math.max(policy.rules.length, 1)
  const head = (
    <Table.Th scope="row" rowSpan={span} fw={500} style={top}>
      {runtimeWords(policy.runtime, say)}
    </Table.Th>
  )
  const edit = editable && (
    <Table.Td rowSpan={span} style={top}>
      <Button
        size="xs"
        variant="default"
        aria-label={say('window.access.policies.edit_of', {
          stage: policy.stage,
          project: policy.project,
          runtime: runtimeWords(policy.runtime, say),
        })}
        onClick={() => onAsk({ kind: 'rules', policy })}
      >
        {say('window.access.change_it')}
      </Button>
    </Table.Td>
  )
  if (policy.rules.length === 0) {
    return (
      <Table.Tr>
        {head}
        <Table.Td style={top}>{say('window.access.rule.none')}</Table.Td>
        <Table.Td style={top}>–</Table.Td>
        {edit}
      </Table.Tr>
    )
  }
  return policy.rules.map(({ rule, candidates }, index) => (
    <Table.Tr key={index}>
      {index === 0 && head}
      <Table.Td style={top}>{approvalRuleWords(rule, say)}</Table.Td>
      <Table.Td style={top}>
        {rule.kind === 'service_team'
          ? say('window.access.policies.by_service')
          : listWords(candidates, say, 'window.access.policies.no_candidates')}
      </Table.Td>
      {index === 0 && edit}
    </Table.Tr>
  ))
}
