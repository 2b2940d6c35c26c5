import { Alert, Anchor, Group, Loader, Stack, Text } from '@mantine/core'
import { IconArrowBackUp } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, Redirect, useParams } from 'wouter'
import type { Release } from '../../../../src-preload/contract/releases.ts'
import { StateBadge } from '../../../components/badges.tsx'
import { Failure } from '../../../components/Failure.tsx'
import { Page } from '../../../components/Page.tsx'
import { orpc } from '../../../transport/client.ts'
import { failureOf } from '../../../transport/failure.ts'
import { visible } from '../../../words/visible.ts'
import { useWords } from '../../../words/words.ts'
import { Confirm } from './Confirm.tsx'
import { PlanBody } from './PlanBody.tsx'
import { useAsking } from './useAsking.ts'
import { Way } from './Way.tsx'

/** The second and third step: read the plan, then ask for exactly that one. */
export function PlanPage() {
  const { release: label = '' } = useParams()
  const { say } = useWords()
  const { data, error } = useQuery(orpc.releases.get.queryOptions({ input: { release: label } }))
  return (
    <Page
      title={say('window.plan.title_of', { release: data?.label ?? label })}
      beside={data !== undefined && <StateBadge state={data.lifecycle_state} />}
    >
      <Failure error={error} about={{ release: label }} />
      {data === undefined && error === null && <Loader size="sm" aria-label={say('window.loading')} />}
      {data !== undefined && <Plan key={data.id} release={data} />}
    </Page>
  )
}

function Plan({ release }: { readonly release: Release }) {
  const { say } = useWords()
  const preview = useQuery(orpc.releases.show_preview.queryOptions({ input: { release: release.id } }))
  const asking = useAsking(release)
  const form = `/releases/new?release=${release.label}`
  if (preview.error !== null && failureOf(preview.error).code === 'preview_required') {
    return <Redirect to={form} replace />
  }
  const open = release.lifecycle_state === 'preview'
  return (
    <Stack gap="lg">
      {open && (
        <Way
          step={asking.ask.isPending ? 'confirm' : 'preview'}
          {...(release.kind === 'release' ? { form } : {})}
        />
      )}
      <Subject release={release} />
      {asking.stale !== null && (
        <Alert
          color="yellow"
          variant="light"
          icon={<IconArrowBackUp />}
          role="alert"
          title={say('window.plan.stale')}
        >
          {say(asking.again.isPending ? 'window.plan.stale_again' : 'window.plan.stale_read', {
            why: say(`window.plan.stale.${asking.stale}`),
          })}
        </Alert>
      )}
      <Failure error={preview.error} about={{ release: release.label }} />
      {preview.data !== undefined && (
        <>
          <PlanBody release={release} preview={preview.data} />
          {open ? (
            <Confirm release={release} preview={preview.data} asking={asking} />
          ) : (
            <Text size="sm">{say('window.plan.asked_already')}</Text>
          )}
        </>
      )}
    </Stack>
  )
}

function Subject({ release }: { readonly release: Release }) {
  const { say } = useWords()
  const { service, target, reason } = release
  return (
    <Group gap="lg">
      <Anchor component={Link} href={`/releases/${release.label}`}>
        {say('window.plan.to_release')}
      </Anchor>
      <Text size="sm">
        {say('window.releases.from_to', { service: service.name, target: target.name, stage: target.stage })}
      </Text>
      {reason !== '' && (
        <Text size="sm" c="dimmed">
          {visible(reason)}
        </Text>
      )}
    </Group>
  )
}
