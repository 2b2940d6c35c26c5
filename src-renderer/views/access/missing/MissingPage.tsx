import { Code, Loader, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Entitlement } from '../../../../src-preload/contract/access.ts'
import { listWords, permissionWords, projectWords } from '../../../components/change/words.ts'
import { Failure } from '../../../components/Failure.tsx'
import { Section } from '../../../components/Page.tsx'
import { orpc } from '../../../transport/client.ts'
import { visible } from '../../../words/visible.ts'
import { WideTable } from '../../../components/WideTable.tsx'
import { useWords } from '../../../words/words.ts'
import { AccessFrame } from '../AccessFrame.tsx'
import { ProjectFilter, useChosenProject } from '../ProjectFilter.tsx'
import { byProject } from './entitlements.ts'
import type { InProject } from './entitlements.ts'

/** What the reader may do and through what, what they may not, and who could change that. */
export function MissingPage() {
  const { say } = useWords()
  const project = useChosenProject()
  const { data, error, isPending, dataUpdatedAt } = useQuery(
    orpc.access.missing.queryOptions({ input: project === null ? {} : { project } }),
  )
  return (
    <AccessFrame page="missing" editable={false} freshness={dataUpdatedAt}>
      <ProjectFilter />
      <Failure error={error} />
      {isPending && <Loader size="sm" aria-label={say('window.loading')} />}
      {byProject(data ?? []).map((group) => (
        <Project key={group.project ?? '*'} group={group} />
      ))}
    </AccessFrame>
  )
}

function Project({ group }: { readonly group: InProject }) {
  const { say } = useWords()
  const name = projectWords(group.project, say)
  return (
    <Section title={name}>
      {group.lacking.length === 0 ? (
        <Text size="sm">{say('window.access.missing.nothing')}</Text>
      ) : (
        <Lacking label={`${say('window.access.missing.lacking')}: ${name}`} entitlements={group.lacking} />
      )}
      {group.held.length === 0 ? (
        <Text size="sm">{say('window.access.missing.nothing_held')}</Text>
      ) : (
        <Held label={`${say('window.access.missing.held')}: ${name}`} entitlements={group.held} />
      )}
    </Section>
  )
}

interface TableProps {
  readonly label: string
  readonly entitlements: readonly Entitlement[]
}

function Permission({ entitlement }: { readonly entitlement: Entitlement }) {
  const { say } = useWords()
  return (
    <Table.Th scope="row" fw={400} w="18rem">
      <Code>{permissionWords(entitlement, say)}</Code>
    </Table.Th>
  )
}

const keyOf = ({ permission, runtime }: Entitlement) => `${permission} ${runtime}`

function Lacking({ label, entitlements }: TableProps) {
  const { say } = useWords()
  return (
    <WideTable minWidth={640} label={label}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{say('window.access.missing.lacking')}</Table.Th>
          <Table.Th>{say('window.access.missing.gives')}</Table.Th>
          <Table.Th>{say('window.access.missing.grantors')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {entitlements.map((entitlement) => (
          <Table.Tr key={keyOf(entitlement)}>
            <Permission entitlement={entitlement} />
            <Table.Td>{listWords(entitlement.roles, say, 'window.access.missing.no_role')}</Table.Td>
            <Table.Td>
              {listWords(entitlement.grantors.map(visible), say, 'window.access.missing.no_grantor')}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  )
}

function Held({ label, entitlements }: TableProps) {
  const { say } = useWords()
  return (
    <WideTable minWidth={420} label={label}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{say('window.access.missing.held')}</Table.Th>
          <Table.Th>{say('window.access.missing.through')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {entitlements.map((entitlement) => (
          <Table.Tr key={keyOf(entitlement)}>
            <Permission entitlement={entitlement} />
            <Table.Td>{listWords(entitlement.through.map(visible), say, 'window.access.none')}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  )
}
