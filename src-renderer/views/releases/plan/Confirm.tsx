import { Alert, Button, Group, Paper, Stack, Text } from '@mantine/core'
import { IconClockX, IconRefresh } from '@tabler/icons-react'
import { useState } from 'react'
import { Link } from 'wouter'
import type { Preview, Release } from '../../../../src-preload/contract/releases.ts'
import type { PreviewRef } from '../../../../src-preload/contract/vocabulary.ts'
import { useNow } from '../../../components/clock.ts'
import { ConfirmHash } from '../../../components/ConfirmHash.tsx'
import { Failure } from '../../../components/Failure.tsx'
import { Hash } from '../../../components/Hash.tsx'
import { Words } from '../../../components/Words.tsx'
import { failureOf } from '../../../transport/failure.ts'
import { remainingText } from '../../../words/instants.ts'
import { useWords } from '../../../words/words.ts'
import { policyWords } from './policyWords.ts'
import { isStale, leftOf } from './stale.ts'
import type { useAsking } from './useAsking.ts'

interface Props {
  readonly release: Release
  readonly preview: Preview
  readonly asking: ReturnType<typeof useAsking>
}

/** The last step: asking for exactly the plan that was read, by its hash, while it counts. */
export function Confirm({ release, preview, asking }: Props) {
  const { say } = useWords()
  const [asked, setAsked] = useState<PreviewRef | null>(null)
  const replaced = asked !== null && asked !== preview.preview_ref
  const left = leftOf(preview, useNow())
  const failing = preview.checks.filter(({ severity }) => severity === 'error').length
  const { ask, again, look } = asking
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Group justify="space-between">
          <Text size="sm" component="div">
            {say('window.plan.named_by')} <Hash value={preview.context_hash} />
          </Text>
          <Expiry left={left} />
        </Group>
        {replaced && <Replaced />}
        {failing > 0 && (
          <Alert color="red" variant="light" role="note">
            {say('window.plan.checks_fail', { count: failing })}
          </Alert>
        )}
        <Failure error={again.error ?? look.error} about={{ release: release.label }}>
          <ToForm release={release} />
        </Failure>
        <Group>
          <Button
            onClick={() => setAsked(preview.preview_ref)}
            disabled={left === 0 || failing > 0 || again.isPending}
            loading={ask.isPending}
          >
            {say('window.plan.ask')}
          </Button>
          <Button
            variant="default"
            onClick={asking.replan}
            loading={again.isPending}
            leftSection={<IconRefresh size={16} aria-hidden />}
          >
            {say('window.plan.again')}
          </Button>
          <ToForm release={release} />
        </Group>
      </Stack>
      {asked === preview.preview_ref && (
        <Asked {...{ release, preview, asking }} expired={left === 0} onClose={() => setAsked(null)} />
      )}
    </Paper>
  )
}

/** Somebody planned anew while this person was about to ask: what they read is not what stands there now. */
function Replaced() {
  const { say } = useWords()
  const why = say('window.plan.stale.preview_mismatch')
  return (
    <Alert color="yellow" variant="light" role="alert" title={say('window.plan.stale')}>
      {say('window.plan.stale_read', { why })}
    </Alert>
  )
}

/** Asks once more, naming the plan by its hash. What is stale leads back to the plan and is said there. */
function Asked({
  release,
  preview,
  asking,
  expired,
  onClose,
}: Props & { readonly expired: boolean; readonly onClose: () => void }) {
  const { say } = useWords()
  const { ask } = asking
  const error = ask.error !== null && !isStale(failureOf(ask.error).code) ? ask.error : null
  return (
    <ConfirmHash
      opened
      onClose={onClose}
      title={say('window.plan.confirm', { release: release.label })}
      hash={preview.context_hash}
      action={say('window.plan.ask')}
      comment="none"
      pending={ask.isPending}
      blocked={expired}
      error={error}
      onConfirm={() => asking.request(preview, onClose)}
    >
      <Words messages={preview.diff.words} />
      <Text size="sm">{policyWords(preview.policy, say).join(' ')}</Text>
    </ConfirmHash>
  )
}

function Expiry({ left }: { readonly left: number }) {
  const { say } = useWords()
  if (left > 0) {
    return (
      <Text size="sm" c="dimmed">
        {say('window.plan.expires_in', { left: remainingText(left) })}
      </Text>
    )
  }
  return (
    <Text size="sm" c="var(--mantine-color-error)" role="alert">
      <IconClockX size={14} aria-hidden /> {say('window.plan.expired')}
    </Text>
  )
}

/** Back to the form; a way back has none, since it restores a document as it is. */
function ToForm({ release }: { readonly release: Release }) {
  const { say } = useWords()
  if (release.kind === 'rollback') return null
  return (
    <Button component={Link} href={`/releases/new?release=${release.label}`} variant="subtle">
      {say('window.plan.to_form')}
    </Button>
  )
}
