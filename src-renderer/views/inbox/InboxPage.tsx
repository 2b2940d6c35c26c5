import { Badge, Group, Loader, SegmentedControl, Text } from '@mantine/core'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Ticket } from '../../../src-preload/contract/inbox.ts'
import type { TicketId } from '../../../src-preload/contract/vocabulary.ts'
import { Empty } from '../../components/Empty.tsx'
import { Failure } from '../../components/Failure.tsx'
import { FilterBar } from '../../components/FilterBar.tsx'
import { useFilters } from '../../components/filters.ts'
import { Page } from '../../components/Page.tsx'
import { Rows } from '../../components/Rows.tsx'
import { useShortcuts } from '../../components/shortcuts.ts'
import { orpc } from '../../transport/client.ts'
import { useWords } from '../../words/words.ts'
import { ticketColumns } from './columns.tsx'
import { TicketDialog } from './decide/TicketDialog.tsx'
import type { TicketAct } from './decide/TicketDialog.tsx'
import { filterNames, inboxQuery, isNarrowed, pageSize, viewOf, views } from './filters.ts'
import type { InboxFilters } from './filters.ts'
import { listed, select, useSelection } from './selection.ts'
import { useInboxFields } from './useInboxFields.ts'

function useTickets(filters: InboxFilters) {
  const query = useMemo(() => inboxQuery(filters), [filters])
  const first: TicketId | undefined = undefined
  return useInfiniteQuery(
    orpc.inbox.list.infiniteOptions({
      input: (after: TicketId | undefined) => ({ ...query, after }),
      initialPageParam: first,
      getNextPageParam: ({ tickets }) => (tickets.length < pageSize ? undefined : tickets.at(-1)?.id),
      placeholderData: keepPreviousData,
    }),
  )
}

/** What waits to be decided, worked through by keys: the list, what narrows it, and deciding from it. */
export function InboxPage() {
  const { say } = useWords()
  const { filters, set, clear } = useFilters(filterNames)
  const { data, error, isPending, dataUpdatedAt, ...more } = useTickets(filters)
  const search = useRef<HTMLInputElement>(null)
  const fields = useInboxFields(search)
  const tickets = useMemo(() => data?.pages.flatMap((page) => page.tickets) ?? [], [data])
  const onEnd = useCallback(() => {
    if (more.hasNextPage && !more.isFetchingNextPage) void more.fetchNextPage()
  }, [more])
  return (
    <Page
      title={say('window.inbox.title')}
      freshness={dataUpdatedAt}
      beside={data === undefined ? null : <Stats stats={data.pages[0]?.stats} />}
    >
      <Group gap="md" align="flex-end">
        <SegmentedControl
          aria-label={say('window.inbox.view')}
          value={viewOf(filters)}
          onChange={(view) => set('view', view)}
          data={views.map((value) => ({ value, label: say(`window.inbox.view.${value}`) }))}
        />
        <FilterBar fields={fields} filters={filters} onSet={set} onClear={clear} />
      </Group>
      <Failure error={error} />
      {isPending && <Loader size="sm" aria-label={say('window.inbox.more')} />}
      {data !== undefined && tickets.length === 0 && <Nothing filters={filters} />}
      {tickets.length > 0 && (
        <Tickets tickets={tickets} onEnd={onEnd} search={() => search.current?.focus()} />
      )}
    </Page>
  )
}

function Stats({
  stats,
}: {
  readonly stats: { pending: number; overdue: number; expiring: number } | undefined
}) {
  const { say } = useWords()
  if (stats === undefined) return null
  const { pending, overdue, expiring } = stats
  return (
    <Group gap={6} role="status" aria-label={say('window.inbox.stats')}>
      <Badge variant="light" tt="none">
        {say('window.inbox.stats.pending', { count: pending })}
      </Badge>
      <Badge variant="light" tt="none" color={overdue > 0 ? 'red' : 'gray'}>
        {say('window.inbox.stats.overdue', { count: overdue })}
      </Badge>
      <Badge variant="light" tt="none" color={expiring > 0 ? 'yellow' : 'gray'}>
        {say('window.inbox.stats.expiring', { count: expiring })}
      </Badge>
    </Group>
  )
}

function Nothing({ filters }: { readonly filters: InboxFilters }) {
  const { say } = useWords()
  const kind = isNarrowed(filters) ? 'filtered' : viewOf(filters)
  return <Empty title={say(`window.inbox.none_${kind}`)} text={say(`window.inbox.none_${kind}_hint`)} />
}

interface TicketsProps {
  readonly tickets: readonly Ticket[]
  readonly onEnd: () => void
  readonly search: () => void
}

function Tickets({ tickets, onEnd, search }: TicketsProps) {
  const { say } = useWords()
  const active = useSelection((selection) => selection.active)
  const [act, setAct] = useState<{ readonly act: TicketAct; readonly ticket: Ticket } | null>(null)
  const ids = tickets.map(({ id }) => id).join(' ')
  useEffect(() => listed(ids.split(' ')), [ids])
  const begin = (chosen: TicketAct) => () => {
    const ticket = tickets.find(({ id }) => id === active)
    if (ticket !== undefined) setAct({ act: chosen, ticket })
  }
  useShortcuts([
    { key: 'a', label: 'window.inbox.keys.approve', run: begin('approve') },
    { key: 'r', label: 'window.inbox.keys.reject', run: begin('reject') },
    { key: 'e', label: 'window.inbox.keys.assign', run: begin('assign') },
    { key: 'c', label: 'window.inbox.keys.comment', run: begin('comment') },
    { key: '/', label: 'window.inbox.keys.search', run: search },
  ])
  const columns = useMemo(() => ticketColumns(say), [say])
  return (
    <>
      <Rows
        label={say('window.inbox.list')}
        columns={columns}
        rows={tickets}
        idOf={({ id }) => id}
        hrefOf={({ id }) => `/inbox/${id}`}
        active={active}
        onActive={select}
        onEnd={onEnd}
        minWidth={60}
      />
      <Text size="xs" c="dimmed">
        {say('window.inbox.keys_hint')}
      </Text>
      {act !== null && (
        <TicketDialog
          act={act.act}
          ticket={act.ticket}
          onAct={(next) => setAct({ act: next, ticket: act.ticket })}
          onClose={() => setAct(null)}
        />
      )}
    </>
  )
}
