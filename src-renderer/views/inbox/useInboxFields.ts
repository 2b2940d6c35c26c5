import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Ref } from 'react'
import { ticketScope, ticketStatus } from '../../../src-preload/contract/inbox.ts'
import { priority, riskLevels, runtimes } from '../../../src-preload/contract/vocabulary.ts'
import type { FilterField } from '../../components/FilterBar.tsx'
import { orpc } from '../../transport/client.ts'
import { useWords } from '../../words/words.ts'
import type { Say } from '../../words/words.ts'
import { dueWindows } from './filters.ts'
import type { filterNames } from './filters.ts'

type Name = Exclude<(typeof filterNames)[number], 'view'>
type Field = FilterField<Name>

const plain = (values: readonly string[]) => values.map((value) => ({ value, label: value }))

function fixedFields(say: Say): Field[] {
  return [
    {
      kind: 'choice',
      name: 'status',
      label: say('window.inbox.filter.status'),
      options: ticketStatus.options.map((value) => ({ value, label: say(`window.ticket.${value}`) })),
    },
    {
      kind: 'choice',
      name: 'scope',
      label: say('window.inbox.filter.scope'),
      options: ticketScope.options.map((value) => ({ value, label: say(`window.inbox.scope.${value}`) })),
    },
    {
      kind: 'choice',
      name: 'runtime',
      label: say('window.inbox.filter.runtime'),
      options: runtimes.map((value) => ({ value, label: say(`window.access.runtime.${value}`) })),
    },
    {
      kind: 'choice',
      name: 'risk',
      label: say('window.inbox.filter.risk'),
      options: riskLevels.map((value) => ({ value, label: say(`window.risk.${value}`) })),
    },
    {
      kind: 'choice',
      name: 'priority',
      label: say('window.inbox.filter.priority'),
      options: priority.options.map((value) => ({ value, label: value.toUpperCase() })),
    },
    {
      kind: 'choice',
      name: 'due',
      label: say('window.inbox.filter.due'),
      options: dueWindows.map((value) => ({ value, label: say(`window.inbox.due.${value}`) })),
    },
  ]
}

/** What the inbox can be narrowed by; projects and logins as far as the reader sees them. */
export function useInboxFields(search: Ref<HTMLInputElement>): readonly Field[] {
  const { say } = useWords()
  const policies = useQuery(orpc.access.policies.queryOptions({ input: {} }))
  const members = useQuery(orpc.members.list.queryOptions({ input: {} }))
  return useMemo(() => {
    const projects = [...new Set(policies.data?.map(({ project }) => project))].sort()
    const logins = members.data?.filter(({ active }) => active).map(({ login }) => login) ?? []
    return [
      { kind: 'text', name: 'text', label: say('window.inbox.filter.text'), ref: search },
      {
        kind: 'choice',
        name: 'project',
        label: say('window.inbox.filter.project'),
        options: plain(projects),
      },
      ...fixedFields(say),
      {
        kind: 'choice',
        name: 'assignee',
        label: say('window.inbox.filter.assignee'),
        options: plain(logins),
      },
      { kind: 'text', name: 'requester', label: say('window.inbox.filter.requester') },
    ]
  }, [say, policies.data, members.data, search])
}
