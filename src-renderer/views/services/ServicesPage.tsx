import { Button, Loader } from '@mantine/core'
import { IconFileText } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { Link } from 'wouter'
import type { Service } from '../../../src-preload/contract/services.ts'
import type { ProjectId } from '../../../src-preload/contract/vocabulary.ts'
import { Empty } from '../../components/Empty.tsx'
import { Failure } from '../../components/Failure.tsx'
import { addressOf } from '../../components/named.ts'
import { Page } from '../../components/Page.tsx'
import { useProjectNames } from '../../components/projects.ts'
import { Rows } from '../../components/Rows.tsx'
import type { Column } from '../../components/Rows.tsx'
import { orpc } from '../../transport/client.ts'
import { visible } from '../../words/visible.ts'
import type { Say } from '../../words/words.ts'
import { useWords } from '../../words/words.ts'

function serviceColumns(say: Say, projects: ReadonlyMap<ProjectId, string>): Column<Service>[] {
  return [
    { key: 'name', head: say('window.services.service'), width: '1fr', cell: ({ name }) => name },
    {
      key: 'project',
      head: say('window.services.project'),
      width: '1fr',
      cell: ({ project_id }) => projects.get(project_id) ?? '–',
    },
    { key: 'team', head: say('window.services.team'), width: '1fr', cell: ({ team }) => team ?? '–' },
    {
      key: 'targets',
      head: say('window.services.goes_to'),
      width: '1.6fr',
      cell: ({ releases_to }) => releases_to.map(({ target }) => target).join(', ') || '–',
    },
    {
      key: 'source',
      head: say('window.services.source'),
      width: '2fr',
      cell: ({ source }) => visible(`${source.path}/${source.file}`),
    },
  ]
}

/** What gets released, and where it goes. */
export function ServicesPage() {
  const { say } = useWords()
  const { data, error, isPending, dataUpdatedAt } = useQuery(orpc.services.list.queryOptions({ input: {} }))
  const projects = useProjectNames()
  const [active, setActive] = useState<string | null>(null)
  const columns = useMemo(() => serviceColumns(say, projects), [say, projects])
  const services = data ?? []
  return (
    <Page title={say('window.services.title')} freshness={dataUpdatedAt} actions={<Declare />}>
      <Failure error={error} />
      {isPending && <Loader size="sm" aria-label={say('window.loading')} />}
      {data?.length === 0 && (
        <Empty title={say('window.services.none')} text={say('window.services.none_text')}>
          <Declare />
        </Empty>
      )}
      {services.length > 0 && (
        <Rows
          label={say('window.services.title')}
          columns={columns}
          rows={services}
          idOf={({ id }) => id}
          hrefOf={(service) => `/services/${addressOf(services, service)}`}
          active={active}
          onActive={setActive}
        />
      )}
    </Page>
  )
}

function Declare() {
  const { say } = useWords()
  return (
    <Button
      component={Link}
      href="/services/declare"
      variant="default"
      leftSection={<IconFileText size={16} aria-hidden />}
    >
      {say('window.declare.to')}
    </Button>
  )
}
