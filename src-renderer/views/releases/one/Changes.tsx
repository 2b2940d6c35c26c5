import { Button, Loader, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import type { Release } from '../../../../src-preload/contract/releases.ts'
import { DiffView } from '../../../components/DiffView.tsx'
import { Empty } from '../../../components/Empty.tsx'
import { Failure } from '../../../components/Failure.tsx'
import { Section } from '../../../components/Page.tsx'
import { orpc } from '../../../transport/client.ts'
import { useWords } from '../../../words/words.ts'

/** What changes: the reader's own comparison first, and on demand what the requester's desktop said. */
export function Changes({ release }: { readonly release: Release }) {
  const { say } = useWords()
  if (release.document_digest === null) {
    return <Empty title={say('window.releases.no_plan')} text={say('window.releases.no_plan_text')} />
  }
  return <Compared release={release} />
}

function Compared({ release }: { readonly release: Release }) {
  const { say } = useWords()
  const [claimed, { toggle }] = useDisclosure(false)
  const own = useQuery(orpc.releases.compare.queryOptions({ input: { release: release.id } }))
  const preview = useQuery(orpc.releases.show_preview.queryOptions({ input: { release: release.id } }))
  return (
    <Stack gap="lg">
      <Section title={say('window.releases.own_diff')}>
        <Text size="sm" c="dimmed">
          {say('window.releases.own_diff_text')}
        </Text>
        <Failure error={own.error} about={{ release: release.label }} />
        {own.isPending && <Loader size="sm" aria-label={say('window.loading')} />}
        {own.data !== undefined && (
          <DiffView
            diff={own.data}
            {...(preview.data === undefined
              ? {}
              : { documents: { before: preview.data.way_back.release, after: release.label } })}
          />
        )}
      </Section>
      {preview.data !== undefined && (
        <Section title={say('window.releases.claimed_diff', { login: preview.data.claimed_by })}>
          <Text size="sm" c="dimmed">
            {say('window.releases.claimed_diff_text')}
          </Text>
          <Button
            variant="default"
            onClick={toggle}
            aria-expanded={claimed}
            style={{ alignSelf: 'flex-start' }}
          >
            {say(claimed ? 'window.releases.claimed_hide' : 'window.releases.claimed_show')}
          </Button>
          {claimed && <DiffView diff={preview.data.diff} />}
        </Section>
      )}
    </Stack>
  )
}
