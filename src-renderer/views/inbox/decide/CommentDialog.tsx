import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import type { Ticket } from '../../../../src-preload/contract/inbox.ts'
import { Failure } from '../../../components/Failure.tsx'
import { useFocusGivenBack } from '../../../components/focus.ts'
import { useWords } from '../../../words/words.ts'
import { ticketTitle } from '../titles.ts'
import { useComment, useCommentDraft } from './commands.ts'

/** Comments on a ticket from the list. */
export function CommentDialog({
  ticket,
  onClose,
}: {
  readonly ticket: Ticket
  readonly onClose: () => void
}) {
  const { say } = useWords()
  const draft = useCommentDraft(ticket)
  useFocusGivenBack()
  const sending = useComment(ticket, () => {
    draft.clear()
    onClose()
  })
  return (
    <Modal
      opened
      onClose={onClose}
      title={say('window.inbox.comment.label')}
      closeButtonProps={{ 'aria-label': say('window.close') }}
    >
      <Stack gap="md">
        <Text fw={600}>{ticketTitle(ticket, say)}</Text>
        <Textarea
          label={say('window.inbox.comment.label')}
          value={draft.value}
          onChange={({ currentTarget }) => draft.set(currentTarget.value)}
          maxLength={4096}
          autosize
          minRows={3}
          maxRows={10}
          data-autofocus
        />
        <Failure error={sending.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {say('window.cancel')}
          </Button>
          <Button
            loading={sending.isPending}
            disabled={draft.value.trim() === ''}
            onClick={() => sending.mutate(draft.value.trim())}
          >
            {say('window.inbox.comment.send')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
