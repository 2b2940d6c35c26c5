import { Button, Loader, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Delegation } from '../../../../src-preload/contract/access.ts'
import { ToneBadge } from '../../../components/badges.tsx'
import { Empty } from '../../../components/Empty.tsx'
import { Failure } from '../../../components/Failure.tsx'
import { Instant } from '../../../components/Instant.tsx'
import type { Tone } from '../../../components/tones.ts'
import { orpc } from '../../../transport/client.ts'
import { useMe } from '../../../transport/me.ts'
import { visible } from '../../../words/visible.ts'
import { WideTable } from '../../../components/WideTable.tsx'
import { useWords } from '../../../words/words.ts'
import { AccessFrame } from '../AccessFrame.tsx'
import { inOrder, phaseOf } from '../times.ts'
import type { Phase } from '../times.ts'
import { DelegateDialog, EndDialog } from './DelegateDialog.tsx'

const tones: Record<Phase, Tone> = { active: 'good', coming: 'warning', over: 'faint', ended: 'faint' }

type Shown = Delegation & { readonly phase: Phase }

/** Who decides in whose place, and until when. */
export function DelegatesPage() {
  const { say } = useWords()
  const { me, may } = useMe()
  const { data, error, isPending, dataUpdatedAt } = useQuery(
    orpc.access.delegations.queryOptions({ input: {} }),
  )
  const [now] = useState(Date.now)
  const [naming, setNaming] = useState<'own' | 'other' | null>(null)
  const [ended, setEnded] = useState<Delegation | null>(null)
  const delegations = inOrder(
    (data ?? []).map((delegation): Shown => {
      const span = { from: delegation.from, until: delegation.until, ended: delegation.ended_at }
      return { ...delegation, phase: phaseOf(span, Math.max(now, dataUpdatedAt)) }
    }),
  )
  const mayEnd = ({ person, to }: Delegation) =>
    may('access:write') || [person.id, to.id].some((id) => id === me?.member.person.id)
  return (
    <AccessFrame
      page="delegates"
      editable={false}
      freshness={dataUpdatedAt}
      actions={
        <>
          {may('access:write') && (
            <Button variant="default" onClick={() => setNaming('other')}>
              {say('window.access.delegates.make_other')}
            </Button>
          )}
          {may('release:approve') && (
            <Button onClick={() => setNaming('own')}>{say('window.access.delegates.make')}</Button>
          )}
        </>
      }
    >
      <Text size="sm" c="dimmed">
        {say('window.access.delegates.explained')}
      </Text>
      <Failure error={error} />
      {isPending && <Loader size="sm" aria-label={say('window.loading')} />}
      {data?.length === 0 && (
        <Empty title={say('window.access.delegates.none')} text={say('window.access.delegates.none_hint')} />
      )}
      {delegations.length > 0 && <Delegations delegations={delegations} mayEnd={mayEnd} onEnd={setEnded} />}
      {naming !== null && <DelegateDialog own={naming === 'own'} onClose={() => setNaming(null)} />}
      {ended !== null && <EndDialog delegation={ended} onClose={() => setEnded(null)} />}
    </AccessFrame>
  )
}

interface TableProps {
  readonly delegations: readonly Shown[]
  readonly mayEnd: (delegation: Delegation) => boolean
  readonly onEnd: (delegation: Delegation) => void
}

function Delegations({ delegations, mayEnd, onEnd }: TableProps) {
  const { say } = useWords()
  return (
    <WideTable minWidth={640} label={say('window.access.delegates')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{say('window.access.delegates.who')}</Table.Th>
          <Table.Th>{say('window.access.state')}</Table.Th>
          <Table.Th>{say('window.access.from')}</Table.Th>
          <Table.Th>{say('window.access.until')}</Table.Th>
          <Table.Th>{say('window.access.actions')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {delegations.map((delegation) => {
          const names = { to: visible(delegation.to.name), person: visible(delegation.person.name) }
          const open = delegation.phase === 'active' || delegation.phase === 'coming'
          return (
            <Table.Tr key={delegation.id}>
              <Table.Th scope="row" fw={500}>
                {say('window.access.delegates.words', names)}
              </Table.Th>
              <Table.Td>
                <ToneBadge
                  tone={tones[delegation.phase]}
                  text={`window.access.delegates.${delegation.phase}`}
                />
              </Table.Td>
              <Table.Td>
                <Instant at={delegation.from} short />
              </Table.Td>
              <Table.Td>
                <Instant at={delegation.until} short />
              </Table.Td>
              <Table.Td>
                {open && mayEnd(delegation) && (
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={say('window.access.delegates.end_of', names)}
                    onClick={() => onEnd(delegation)}
                  >
                    {say('window.access.delegates.end')}
                  </Button>
                )}
              </Table.Td>
            </Table.Tr>
          )
        })}
      </Table.Tbody>
    </WideTable>
  )
}
