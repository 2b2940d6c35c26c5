import { useQuery } from '@tanstack/react-query'
import type { Ref } from 'react'
import { lifecycleStates, runtimes } from '../../../../src-preload/contract/vocabulary.ts'
import type { FilterField } from '../../../components/FilterBar.tsx'
import { orpc } from '../../../transport/client.ts'
import { useWords } from '../../../words/words.ts'
import type { filterNames } from './query.ts'

type Name = (typeof filterNames)[number]

function named(names: readonly string[]): { value: string; label: string }[] {
  return [...new Set(names)].sort().map((name) => ({ value: name, label: name }))
}

/** What the list can be narrowed by, with the services and targets that there are. */
export function useReleaseFields(search: Ref<HTMLInputElement>): FilterField<Name>[] {
  const { say } = useWords()
  const services = useQuery(orpc.services.list.queryOptions({ input: {} })).data ?? []
  const targets = useQuery(orpc.targets.list.queryOptions({ input: {} })).data ?? []
  const choice = (name: Name, label: string, options: { value: string; label: string }[]) => ({
    kind: 'choice' as const,
    name,
    label,
    options,
  })
  return [
    { kind: 'text', name: 'text', label: say('window.releases.filter.text'), ref: search },
    choice(
      'state',
      say('window.releases.state'),
      lifecycleStates.map((state) => ({ value: state, label: say(`window.state.${state}`) })),
    ),
    choice('service', say('window.releases.service'), named(services.map(({ name }) => name))),
    choice('target', say('window.releases.target'), named(targets.map(({ name }) => name))),
    choice('stage', say('window.releases.stage'), named(targets.map(({ stage }) => stage.name))),
    choice(
      'runtime',
      say('window.releases.runtime'),
      runtimes.map((name) => ({ value: name, label: say(`window.runtime.${name}`) })),
    ),
    { kind: 'text', name: 'requester', label: say('window.releases.filter.requester') },
    { kind: 'day', name: 'since', label: say('window.releases.filter.since') },
    { kind: 'day', name: 'until', label: say('window.releases.filter.until') },
  ]
}
