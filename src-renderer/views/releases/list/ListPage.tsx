import { Button, Loader } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useRef, useState } from 'react'
import { Link } from 'wouter'
import type { ReleaseId } from '../../../../src-preload/contract/vocabulary.ts'
import { Empty } from '../../../components/Empty.tsx'
import { Failure } from '../../../components/Failure.tsx'
import { FilterBar } from '../../../components/FilterBar.tsx'
import { useFilters } from '../../../components/filters.ts'
import { Page } from '../../../components/Page.tsx'
import { Rows } from '../../../components/Rows.tsx'
import { useShortcuts } from '../../../components/shortcuts.ts'
import { orpc } from '../../../transport/client.ts'
import { useMe } from '../../../transport/me.ts'
import { useWords } from '../../../words/words.ts'
import { releaseColumns } from './columns.tsx'
import { useReleaseFields } from './fields.ts'
import { filterNames, pageSize, queryFor } from './query.ts'
import type { ReleaseFilters } from './query.ts'

function useReleases(filters: ReleaseFilters) {
  const first: ReleaseId | undefined = undefined
  const query = useInfiniteQuery(
    orpc.releases.list.infiniteOptions({
      input: (before: ReleaseId | undefined) => queryFor(filters, before),
      initialPageParam: first,
      getNextPageParam: (page) => (page.length < pageSize ? undefined : page.at(-1)?.id),
      placeholderData: keepPreviousData,
    }),
  )
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = query
  const releases = useMemo(() => data?.pages.flat() ?? [], [data])
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  return { ...query, releases, more }
}

/** Releases, newest first, narrowed by what the address says. */
export function ListPage() {
  const { say } = useWords()
  const { may } = useMe()
  const { filters, set, clear } = useFilters(filterNames)
  const { releases, more, error, isPending, data, dataUpdatedAt } = useReleases(filters)
  const [active, setActive] = useState<string | null>(null)
  const search = useRef<HTMLInputElement>(null)
  const fields = useReleaseFields(search)
  const columns = useMemo(() => releaseColumns(say), [say])
  useShortcuts([{ key: '/', label: 'window.keys.search', run: () => search.current?.focus() }])
  return (
    <Page
      title={say('window.releases.title')}
      freshness={dataUpdatedAt}
      actions={may('release:preview') && <NewRelease />}
    >
      <FilterBar fields={fields} filters={filters} onSet={set} onClear={clear} />
      <Failure error={error} />
      {isPending && <Loader size="sm" aria-label={say('window.loading')} />}
      {data !== undefined && releases.length === 0 && <Nothing filters={filters} />}
      {releases.length > 0 && (
        <Rows
          label={say('window.releases.title')}
          columns={columns}
          rows={releases}
          idOf={({ id }) => id}
          hrefOf={({ label }) => `/releases/${label}`}
          active={active}
          onActive={setActive}
          onEnd={more}
          minWidth={56}
        />
      )}
    </Page>
  )
}

function NewRelease() {
  const { say } = useWords()
  return (
    <Button component={Link} href="/releases/new" leftSection={<IconPlus size={16} aria-hidden />}>
      {say('window.releases.new')}
    </Button>
  )
}

function Nothing({ filters }: { readonly filters: ReleaseFilters }) {
  const { say } = useWords()
  const services = useQuery(orpc.services.list.queryOptions({ input: {} }))
  const narrowed = Object.values(filters).some((value) => value !== '')
  if (narrowed) {
    return <Empty title={say('window.releases.none_match')} text={say('window.releases.none_match_text')} />
  }
  if (services.data?.length === 0) {
    return (
      <Empty title={say('window.releases.none')} text={say('window.releases.none_text')}>
        <Button component={Link} href="/services/declare">
          {say('window.declare.to')}
        </Button>
      </Empty>
    )
  }
  return <Empty title={say('window.releases.none')} text={say('window.releases.none_text')} />
}
