import { Button, Loader, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from 'wouter'
import type { Service } from '../../../src-preload/contract/services.ts'
import { Facts } from '../../components/Facts.tsx'
import { Failure } from '../../components/Failure.tsx'
import { findNamed } from '../../components/named.ts'
import { Page, Section } from '../../components/Page.tsx'
import { useProjectNames } from '../../components/projects.ts'
import { Several } from '../../components/Several.tsx'
import { orpc } from '../../transport/client.ts'
import { useMe } from '../../transport/me.ts'
import { visible } from '../../words/visible.ts'
import { useWords } from '../../words/words.ts'
import { Deliveries, VariableTable } from './tables.tsx'

/** One service: where it comes from, what it wants to be told, where it goes and how. */
export function ServicePage() {
  const { service: wanted = '' } = useParams()
  const { say } = useWords()
  const projects = useProjectNames()
  const { data, error, isPending, dataUpdatedAt } = useQuery(orpc.services.list.queryOptions({ input: {} }))
  const found = findNamed(data ?? [], wanted)
  const one = found.kind === 'one' ? found.found : null
  return (
    <Page
      title={one?.name ?? wanted}
      freshness={dataUpdatedAt}
      actions={one !== null && <Actions service={one} />}
    >
      <Failure error={error} />
      {isPending && <Loader size="sm" aria-label={say('window.loading')} />}
      {data !== undefined && found.kind === 'none' && <Text>{say('window.services.unknown')}</Text>}
      {found.kind === 'several' && (
        <Several
          text={say('window.services.several')}
          choices={found.found.map(({ id, name, project_id }) => ({
            label: `${name} (${projects.get(project_id) ?? id})`,
            href: `/services/${id}`,
          }))}
        />
      )}
      {one !== null && <Detail service={one} project={projects.get(one.project_id) ?? null} />}
    </Page>
  )
}

function Actions({ service }: { readonly service: Service }) {
  const { say } = useWords()
  const { may } = useMe()
  const where = { project_id: service.project_id, runtime: service.runtime }
  return (
    <>
      <Button component={Link} href={`/releases?service=${service.name}`} variant="default">
        {say('window.services.its_releases')}
      </Button>
      {may('release:preview', where) && service.releases_to.length > 0 && (
        <Button component={Link} href={`/releases/new?service=${service.id}`}>
          {say('window.services.release')}
        </Button>
      )}
    </>
  )
}

function Detail({ service, project }: { readonly service: Service; readonly project: string | null }) {
  const { say } = useWords()
  return (
    <Stack gap="lg">
      <Facts
        facts={[
          [say('window.services.project'), project],
          [say('window.services.team'), service.team],
          [say('window.releases.runtime'), say(`window.runtime.${service.runtime}`)],
          [say('window.services.source'), visible(`${service.source.path}/${service.source.file}`)],
        ]}
      />
      <Text size="sm" c="dimmed">
        {say('window.services.source_text')}
      </Text>
      <Section title={say('window.services.variables')}>
        <VariableTable variables={service.variables} />
      </Section>
      <Section title={say('window.services.releases_to')}>
        <Deliveries deliveries={service.releases_to} />
      </Section>
      <Text size="sm" c="dimmed">
        {say('window.services.changed_in_file')}
      </Text>
    </Stack>
  )
}
