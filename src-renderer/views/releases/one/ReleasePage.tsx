import { Loader, Tabs, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useParams, useSearchParams } from 'wouter'
import type { Release } from '../../../../src-preload/contract/releases.ts'
import { StateBadge } from '../../../components/badges.tsx'
import { Failure } from '../../../components/Failure.tsx'
import { Page } from '../../../components/Page.tsx'
import { orpc } from '../../../transport/client.ts'
import { useWords } from '../../../words/words.ts'
import { ActionBar } from './ActionBar.tsx'
import { Changes } from './Changes.tsx'
import { Diagnosis, Logs, Plan, Record, StepList } from './panels.tsx'
import { ReleaseFacts } from './ReleaseFacts.tsx'
import { Standing } from './Standing.tsx'

/** One release: where it stands, what comes next, what it changes, how it ran, and its record. */
export function ReleasePage() {
  const { release: label = '' } = useParams()
  const { say } = useWords()
  const { data, error, dataUpdatedAt } = useQuery(
    orpc.releases.get.queryOptions({ input: { release: label } }),
  )
  return (
    <Page
      title={data?.label ?? label}
      freshness={dataUpdatedAt}
      beside={data !== undefined && <States release={data} />}
      actions={data !== undefined && <ActionBar release={data} />}
    >
      <Failure error={error} about={{ release: label }} />
      {data === undefined && error === null && <Loader size="sm" aria-label={say('window.loading')} />}
      {data !== undefined && (
        <>
          <Standing release={data} />
          <ReleaseFacts release={data} />
          <Panels key={data.id} release={data} />
        </>
      )}
    </Page>
  )
}

function States({ release }: { readonly release: Release }) {
  const { say } = useWords()
  return (
    <>
      <span role="status" aria-live="polite">
        <StateBadge state={release.lifecycle_state} />
      </span>
      {release.kind === 'rollback' && <Text size="sm">{say('window.releases.kind_rollback')}</Text>}
      {release.run !== 'idle' && (
        <Text size="sm" c="dimmed">
          {say(`window.run.${release.run}`)}
        </Text>
      )}
    </>
  )
}

const panels = ['changes', 'plan', 'steps', 'logs', 'diagnosis', 'timeline'] as const
type Panel = (typeof panels)[number]

/** The panel to begin with: what a person looks for in that state. */
export function firstPanel({ lifecycle_state: state }: Pick<Release, 'lifecycle_state'>): Panel {
  if (state === 'applying') return 'steps'
  return state === 'failed' ? 'diagnosis' : 'changes'
}

function Panels({ release }: { readonly release: Release }) {
  const { say } = useWords()
  const [search, setSearch] = useSearchParams()
  const [first, setFirst] = useState(() => firstPanel(release))
  const leading = firstPanel(release)
  // A run that begins or fails leads to where that is seen; one that ends well takes nobody away from what they read.
  if (leading !== 'changes' && leading !== first) setFirst(leading)
  const shown = panels.find((panel) => panel === search.get('show')) ?? first
  return (
    <Tabs
      value={shown}
      keepMounted={false}
      onChange={(panel) => setSearch(panel === null ? {} : { show: panel }, { replace: true })}
    >
      <Tabs.List aria-label={say('window.releases.parts')} mb="md">
        {panels.map((panel) => (
          <Tabs.Tab key={panel} value={panel}>
            {say(`window.releases.part.${panel}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="changes">
        <Changes release={release} />
      </Tabs.Panel>
      <Tabs.Panel value="plan">
        <Plan release={release} />
      </Tabs.Panel>
      <Tabs.Panel value="steps">
        <StepList release={release} />
      </Tabs.Panel>
      <Tabs.Panel value="logs">
        <Logs release={release} />
      </Tabs.Panel>
      <Tabs.Panel value="diagnosis">
        <Diagnosis release={release} />
      </Tabs.Panel>
      <Tabs.Panel value="timeline">
        <Record release={release} />
      </Tabs.Panel>
    </Tabs>
  )
}
