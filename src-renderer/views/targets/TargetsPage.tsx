import { Badge, Button, Loader } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { Link } from 'wouter'
import type { Target } from '../../../src-preload/contract/targets.ts'
import type { ProjectId } from '../../../src-preload/contract/vocabulary.ts'
import { Empty } from '../../components/Empty.tsx'
import { Failure } from '../../components/Failure.tsx'
import { addressOf } from '../../components/named.ts'
import { Page } from '../../components/Page.tsx'
import { useProjectNames } from '../../components/projects.ts'
import { Rows } from '../../components/Rows.tsx'
import type { Column } from '../../components/Rows.tsx'
import { orpc } from '../../transport/client.ts'
import type { Say } from '../../words/words.ts'
import { useWords } from '../../words/words.ts'
import { placeWords } from './placeWords.ts'

function targetColumns(say: Say, projects: ReadonlyMap<ProjectId, string>): Column<Target>[] {
  return [
    { key: 'name', head: say('window.targets.target'), width: '1.2fr', cell: ({ name }) => name },
    {
      key: 'project',
      head: say('window.services.project'),
      width: '1fr',
      cell: ({ project_id }) => projects.get(project_id) ?? '–',
    },
    {
      key: 'stage',
      head: say('window.releases.stage'),
      width: '1.2fr',
      cell: ({ stage }) => <StageName stage={stage} />,
    },
    {
      key: 'place',
      head: say('window.targets.place'),
      width: '2.2fr',
      cell: (target) => placeWords(target, say),
    },
    {
      key: 'last',
      head: say('window.targets.last_applied'),
      width: '1fr',
      cell: ({ last_applied }) => last_applied?.release ?? '–',
    },
    {
      key: 'locked',
      head: say('window.targets.locked'),
      width: '1fr',
      cell: ({ locked_by }) => locked_by ?? '–',
    },
  ]
}

/** A stage's name, and that it is production where it is called something else. */
export function StageName({ stage }: { readonly stage: Target['stage'] }) {
  const { say } = useWords()
  return (
    <>
      {stage.name}{' '}
      {stage.production && stage.name !== 'production' && (
        <Badge variant="light" color="red" tt="none" size="sm">
          {say('window.targets.production')}
        </Badge>
      )}
    </>
  )
}

/** Where services go. */
export function TargetsPage() {
  const { say } = useWords()
  const { data, error, isPending, dataUpdatedAt } = useQuery(orpc.targets.list.queryOptions({ input: {} }))
  const projects = useProjectNames()
  const [active, setActive] = useState<string | null>(null)
  const columns = useMemo(() => targetColumns(say, projects), [say, projects])
  const targets = data ?? []
  return (
    <Page title={say('window.targets.title')} freshness={dataUpdatedAt}>
      <Failure error={error} />
      {isPending && <Loader size="sm" aria-label={say('window.loading')} />}
      {data?.length === 0 && (
        <Empty title={say('window.targets.none')} text={say('window.targets.none_text')}>
          <Button component={Link} href="/services/declare" variant="default">
            {say('window.declare.to')}
          </Button>
        </Empty>
      )}
      {targets.length > 0 && (
        <Rows
          label={say('window.targets.title')}
          columns={columns}
          rows={targets}
          idOf={({ id }) => id}
          hrefOf={(target) => `/targets/${addressOf(targets, target)}`}
          active={active}
          onActive={setActive}
          minWidth={56}
        />
      )}
    </Page>
  )
}
