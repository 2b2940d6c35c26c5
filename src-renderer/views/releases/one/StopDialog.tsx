import { Text, Textarea } from '@mantine/core'
import { z } from 'zod'
import type { Release } from '../../../../src-preload/contract/releases.ts'
import { AskDialog } from '../../../components/AskDialog.tsx'
import { useDraft } from '../../../state/drafts.ts'
import { client } from '../../../transport/client.ts'
import { useCommand } from '../../../transport/command.ts'
import type { CommandInput } from '../../../transport/command.ts'
import { useWords } from '../../../words/words.ts'

const text = z.string()
type Input = CommandInput<typeof client.releases.abort>

interface Props {
  readonly release: Release
  readonly kind: 'withdraw' | 'abort'
  readonly onClose: () => void
}

/** Takes a release back that has not begun, or asks a running one to stop at the next safe point. */
export function StopDialog({ release, kind, onClose }: Props) {
  const { say } = useWords()
  const comment = useDraft(`release:${release.id}:${kind}`, text, '')
  const stop = useCommand((input: Input, command_id) => client.releases[kind]({ ...input, command_id }))
  const onSuccess = () => {
    comment.clear()
    onClose()
  }
  return (
    <AskDialog
      title={say(`window.${kind}.title`, { release: release.label })}
      action={say(`window.action.${kind}`)}
      color="red"
      pending={stop.isPending}
      error={stop.error}
      about={{ release: release.label }}
      onClose={onClose}
      onConfirm={() => stop.mutate({ release: release.id, comment: comment.value.trim() }, { onSuccess })}
    >
      <Text size="sm">{say(`window.${kind}.text`)}</Text>
      <Textarea
        label={say('window.confirm.comment')}
        maxLength={4096}
        autosize
        minRows={2}
        value={comment.value}
        onChange={({ currentTarget }) => comment.set(currentTarget.value)}
        data-autofocus
      />
    </AskDialog>
  )
}
