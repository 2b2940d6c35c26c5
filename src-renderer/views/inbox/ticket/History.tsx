import { Button, Group, List, Stack, Text, Textarea } from '@mantine/core'
import type { Ref } from 'react'
import type { Ticket, TicketAction } from '../../../../src-preload/contract/inbox.ts'
import { Failure } from '../../../components/Failure.tsx'
import { Instant } from '../../../components/Instant.tsx'
import { Section } from '../../../components/Page.tsx'
import { visible } from '../../../words/visible.ts'
import { useWords } from '../../../words/words.ts'
import { useComment, useCommentDraft } from '../decide/commands.ts'

interface Props {
  readonly ticket: Ticket
  /** Where the keyboard jumps to for a comment. */
  readonly field: Ref<HTMLTextAreaElement>
}

/** Who did what to the ticket and said what, oldest first, and a comment of one's own. */
export function History({ ticket, field }: Props) {
  const { say } = useWords()
  return (
    <Section title={say('window.inbox.history.title')}>
      <List size="sm" spacing={6} listStyleType="none" aria-live="polite">
        {ticket.actions.map((entry, index) => (
          <List.Item key={index}>
            <Entry entry={entry} />
          </List.Item>
        ))}
      </List>
      <CommentBox ticket={ticket} field={field} />
    </Section>
  )
}

function Entry({ entry }: { readonly entry: TicketAction }) {
  const { say } = useWords()
  const { action, actor, person, comment, at } = entry
  const who = person === null ? (actor === 'ledger' ? say('window.inbox.history.ledger') : actor) : person
  return (
    <>
      <Text span size="sm" fw={600}>
        {visible(who)}
      </Text>{' '}
      {say(`window.inbox.history.${action}`)}{' '}
      <Text span size="xs" c="dimmed">
        <Instant at={at} />
      </Text>
      {comment !== null && comment !== '' && (
        <Text size="sm" pl="md" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
          {visible(comment)}
        </Text>
      )}
    </>
  )
}

function CommentBox({ ticket, field }: Props) {
  const { say } = useWords()
  const draft = useCommentDraft(ticket)
  const sending = useComment(ticket, draft.clear)
  return (
    <Stack gap="xs" maw={720}>
      <Textarea
        ref={field}
        label={say('window.inbox.comment.label')}
        description={say('window.inbox.comment.kept')}
        value={draft.value}
        onChange={({ currentTarget }) => draft.set(currentTarget.value)}
        maxLength={4096}
        autosize
        minRows={2}
        maxRows={10}
      />
      <Failure error={sending.error} />
      <Group>
        <Button
          variant="default"
          loading={sending.isPending}
          disabled={draft.value.trim() === ''}
          onClick={() => sending.mutate(draft.value.trim())}
        >
          {say('window.inbox.comment.send')}
        </Button>
      </Group>
    </Stack>
  )
}
