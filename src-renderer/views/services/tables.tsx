import { Anchor, Code, Table, Text } from '@mantine/core'
import { Link } from 'wouter'
import type { CdConfig, Service, Verification } from '../../../src-preload/contract/services.ts'
import { startWords } from '../../components/startWords.ts'
import { Wide } from '../../components/Wide.tsx'
import { visible } from '../../words/visible.ts'
import type { Say } from '../../words/words.ts'
import { useWords } from '../../words/words.ts'

/** What the service wants to be told at each release. */
export function VariableTable({ variables }: { readonly variables: Service['variables'] }) {
  const { say } = useWords()
  const all = Object.entries(variables)
  if (all.length === 0) return <Text size="sm">{say('window.services.no_variables')}</Text>
  const mark = (yes: boolean) => say(yes ? 'window.yes' : 'window.no')
  return (
    <Table aria-label={say('window.services.variables')} verticalSpacing={6} maw={720} layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{say('window.services.variable')}</Table.Th>
          <Table.Th>{say('window.services.required')}</Table.Th>
          <Table.Th>{say('window.services.secret')}</Table.Th>
          <Table.Th>{say('window.services.default')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {all.map(([name, { required, secret, default: value }]) => (
          <Table.Tr key={name}>
            <Table.Td>
              <Code>{name}</Code>
            </Table.Td>
            <Table.Td>{mark(required)}</Table.Td>
            <Table.Td>{mark(secret)}</Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
              {value === undefined ? '–' : visible(value)}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

/** How a release is judged, in words. */
export function verificationWords({ http, ...verify }: Verification, say: Say): string {
  const words = say('window.services.verify', {
    timeout: verify.timeout_seconds,
    window: verify.window_seconds,
    restarts: verify.max_restarts,
  })
  if (http === undefined) return words
  return `${words}; ${say('window.services.verify_http', { url: http.url, status: http.status })}`
}

/** Where the service goes, how, and how it is judged there. */
export function Deliveries({ deliveries }: { readonly deliveries: readonly CdConfig[] }) {
  const { say } = useWords()
  if (deliveries.length === 0) return <Text size="sm">{say('window.services.no_releases_to')}</Text>
  return (
    <Wide label={say('window.services.releases_to')} minWidth={760}>
      <Table aria-label={say('window.services.releases_to')} verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{say('window.releases.target')}</Table.Th>
            <Table.Th>{say('window.releases.strategy')}</Table.Th>
            <Table.Th>{say('window.services.start')}</Table.Th>
            <Table.Th>{say('window.services.verification')}</Table.Th>
            <Table.Th>{say('window.services.on_failure')}</Table.Th>
            <Table.Th>{say('window.services.retries')}</Table.Th>
            <Table.Th>{say('window.services.go_back_hours')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {deliveries.map((delivery) => (
            <Table.Tr key={delivery.target_id}>
              <Table.Td>
                <Anchor component={Link} href={`/targets/${delivery.target_id}`} size="sm">
                  {delivery.target}
                </Anchor>
              </Table.Td>
              <Table.Td>{say(`window.strategy.${delivery.strategy}`)}</Table.Td>
              <Table.Td>{startWords(delivery.start, say)}</Table.Td>
              <Table.Td>{verificationWords(delivery.verification, say)}</Table.Td>
              <Table.Td>{say(`window.services.on_failure.${delivery.on_failure}`)}</Table.Td>
              <Table.Td>{delivery.retries}</Table.Td>
              <Table.Td>{say('window.services.hours', { hours: delivery.go_back_hours })}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  )
}
