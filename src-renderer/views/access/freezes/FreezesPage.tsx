import { Button, Loader, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Freeze } from '../../../../src-preload/contract/access.ts'
import { ToneBadge } from '../../../components/badges.tsx'
import { Empty } from '../../../components/Empty.tsx'
import { Failure } from '../../../components/Failure.tsx'
import { Instant } from '../../../components/Instant.tsx'
import type { Tone } from '../../../components/tones.ts'
import { orpc } from '../../../transport/client.ts'
import { useMe } from '../../../transport/me.ts'
import { instantText } from '../../../words/instants.ts'
import { visible } from '../../../words/visible.ts'
import { WideTable } from '../../../components/WideTable.tsx'
import { useWords } from '../../../words/words.ts'
import { AccessFrame } from '../AccessFrame.tsx'
import { ChangeDialog } from '../change/ChangeDialog.tsx'
import { ProjectFilter, useChosenProject } from '../ProjectFilter.tsx'
import { inOrder, phaseOf } from '../times.ts'
import type { Phase } from '../times.ts'
import { FreezeDialog } from './FreezeDialog.tsx'

const tones: Record<Phase, Tone> = { active: 'plain', coming: 'warning', over: 'faint', ended: 'faint' }

type Shown = Freeze & { readonly phase: Phase }

/** Times in which nothing starts on a stage: placed at once, lifted before their end by a second person. */
export function FreezesPage() {
  const { say } = useWords()
  const { may } = useMe()
  const project = useChosenProject()
  const { data, error, isPending, dataUpdatedAt } = useQuery(
    orpc.access.freezes.queryOptions({ input: project === null ? {} : { project } }),
  )
  const [now] = useState(Date.now)
  const [placing, setPlacing] = useState(false)
  const [lifted, setLifted] = useState<Freeze | null>(null)
  const freezes = inOrder(
    (data ?? []).map((freeze): Shown => {
      const span = { from: freeze.from, until: freeze.until, ended: freeze.lifted_at }
      return { ...freeze, phase: phaseOf(span, Math.max(now, dataUpdatedAt)) }
    }),
  )
  return (
    <AccessFrame
      page="freezes"
      freshness={dataUpdatedAt}
      actions={
        may('access:write') && (
          <Button onClick={() => setPlacing(true)}>{say('window.access.freezes.make')}</Button>
        )
      }
    >
      <ProjectFilter />
      <Failure error={error} />
      {isPending && <Loader size="sm" aria-label={say('window.loading')} />}
      {data?.length === 0 && (
        <Empty title={say('window.access.freezes.none')} text={say('window.access.freezes.none_hint')} />
      )}
      {freezes.length > 0 && <Freezes freezes={freezes} editable={may('access:write')} onLift={setLifted} />}
      {placing && <FreezeDialog project={project} onClose={() => setPlacing(false)} />}
      {lifted !== null && <LiftDialog freeze={lifted} onClose={() => setLifted(null)} />}
    </AccessFrame>
  )
}

interface FreezesProps {
  readonly freezes: readonly Shown[]
  readonly editable: boolean
  readonly onLift: (freeze: Freeze) => void
}

function Freezes({ freezes, editable, onLift }: FreezesProps) {
  const { say } = useWords()
  return (
    <WideTable minWidth={760} label={say('window.access.freezes')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{say('window.access.stage')}</Table.Th>
          <Table.Th>{say('window.access.state')}</Table.Th>
          <Table.Th>{say('window.access.from')}</Table.Th>
          <Table.Th>{say('window.access.until')}</Table.Th>
          <Table.Th>{say('window.access.reason')}</Table.Th>
          {editable && <Table.Th>{say('window.access.actions')}</Table.Th>}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {freezes.map((freeze) => (
          <Table.Tr key={freeze.id}>
            <Table.Th scope="row" fw={500}>
              {freeze.project} · {freeze.stage}
            </Table.Th>
            <Table.Td>
              <ToneBadge tone={tones[freeze.phase]} text={`window.access.freezes.${freeze.phase}`} />
            </Table.Td>
            <Table.Td>
              <Instant at={freeze.from} short />
            </Table.Td>
            <Table.Td>
              <Instant at={freeze.until} short />
            </Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
              {visible(freeze.reason)}
              <Text size="xs" c="dimmed">
                {say('window.access.freezes.by', { login: freeze.created_by })}
              </Text>
            </Table.Td>
            {editable && (
              <Table.Td>
                {(freeze.phase === 'active' || freeze.phase === 'coming') && (
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={say('window.access.freezes.lift_of', {
                      stage: freeze.stage,
                      project: freeze.project,
                    })}
                    onClick={() => onLift(freeze)}
                  >
                    {say('window.access.freezes.lift')}
                  </Button>
                )}
              </Table.Td>
            )}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  )
}

function LiftDialog({ freeze, onClose }: { readonly freeze: Freeze; readonly onClose: () => void }) {
  const { say, language } = useWords()
  const at = (instant: string) => instantText(instant, language, true)
  const { project, stage, from, until } = freeze
  return (
    <ChangeDialog
      title={say('window.access.freezes.lift_title')}
      asked={{ kind: 'lift_freeze', freeze: freeze.id }}
      now={say('window.access.freezes.words', { project, stage, from: at(from), until: at(until) })}
      onClose={onClose}
    />
  )
}
