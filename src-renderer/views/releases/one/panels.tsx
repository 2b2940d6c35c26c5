import { Anchor, Loader, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { ReactNode } from 'react'
import type { Release } from '../../../../src-preload/contract/releases.ts'
import { Empty } from '../../../components/Empty.tsx'
import { Failure } from '../../../components/Failure.tsx'
import { Findings } from '../../../components/Findings.tsx'
import { LogView } from '../../../components/LogView.tsx'
import { linesIn } from '../../../components/logLines.ts'
import { Steps } from '../../../components/Steps.tsx'
import { Timeline } from '../../../components/Timeline.tsx'
import { mergedSteps, useRuns } from '../../../state/runs.ts'
import { orpc } from '../../../transport/client.ts'
import { failureOf } from '../../../transport/failure.ts'
import { useWords } from '../../../words/words.ts'
import { Checks, PlanBody } from '../plan/PlanBody.tsx'

interface Props {
  readonly release: Release
}

interface ReadProps<T> {
  readonly query: { readonly data: T | undefined; readonly error: unknown; readonly isPending: boolean }
  readonly about: string
  readonly children: (data: T) => ReactNode
}

function Read<T>({ query, about, children }: ReadProps<T>) {
  const { say } = useWords()
  return (
    <Stack gap="md">
      <Failure error={query.error} about={{ release: about }} />
      {query.isPending && <Loader size="sm" aria-label={say('window.loading')} />}
      {query.data !== undefined && children(query.data)}
    </Stack>
  )
}

/** The plan as it was recorded. */
export function Plan({ release }: Props) {
  const { say } = useWords()
  const query = useQuery(orpc.releases.show_preview.queryOptions({ input: { release: release.id } }))
  if (query.error !== null && failureOf(query.error).code === 'preview_required') {
    return <Empty title={say('window.releases.no_plan')} text={say('window.releases.no_plan_text')} />
  }
  return (
    <Read query={query} about={release.label}>
      {(preview) => <PlanBody release={release} preview={preview} />}
    </Read>
  )
}

/** Steps as they are taken, by whomever. */
export function StepList({ release }: Props) {
  const query = useQuery(orpc.releases.steps.queryOptions({ input: { release: release.id } }))
  const run = useRuns(({ runs }) => runs[release.id])
  return (
    <Read query={query} about={release.label}>
      {(steps) => (
        <>
          <Steps steps={mergedSteps(steps, run?.steps ?? [])} />
          {run !== undefined && run.checks.length > 0 && <Checks checks={run.checks} />}
        </>
      )}
    </Read>
  )
}

/** What the steps printed: while this window carries it out as it comes, else as it was recorded. */
export function Logs({ release }: Props) {
  const query = useQuery(orpc.releases.logs.queryOptions({ input: { release: release.id } }))
  const run = useRuns(({ runs }) => runs[release.id])
  const recorded = useMemo(() => linesIn(query.data ?? []), [query.data])
  const live = run?.going === true ? run.lines : []
  return (
    <Read query={query} about={release.label}>
      {() => <LogView lines={live.length > 0 ? live : recorded} />}
    </Read>
  )
}

/** What was found wrong, and what to do next. */
export function Diagnosis({ release }: Props) {
  const { say } = useWords()
  const query = useQuery(orpc.releases.diagnostics.queryOptions({ input: { release: release.id } }))
  return (
    <Read query={query} about={release.label}>
      {(findings) =>
        findings.length === 0 ? (
          <Empty title={say('window.releases.no_findings')} text={say('window.releases.no_findings_text')} />
        ) : (
          <Findings findings={findings} />
        )
      }
    </Read>
  )
}

/** The record of the release and its tickets, oldest first. */
export function Record({ release }: Props) {
  const { say } = useWords()
  const query = useQuery(orpc.releases.timeline.queryOptions({ input: { release: release.id } }))
  return (
    <Read query={query} about={release.label}>
      {(events) => (
        <>
          <Text size="sm" c="dimmed">
            {say('window.releases.timeline_text')}{' '}
            {release.change_link !== null && (
              <Anchor href={release.change_link} target="_blank" rel="noreferrer noopener">
                {release.change_link}
              </Anchor>
            )}
          </Text>
          <Timeline events={events} />
        </>
      )}
    </Read>
  )
}
