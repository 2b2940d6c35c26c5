import { Alert, Anchor, Button, Group, List, Stack, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { TicketId } from '../../../../src-preload/contract/vocabulary.ts'
import { Failure } from '../../../components/Failure.tsx'
import { useMe } from '../../../transport/me.ts'
import { useWords } from '../../../words/words.ts'
import type { AskProps } from './AskDialog.tsx'
import { refusalOf } from './refusal.ts'

interface FormProps {
  readonly onLook: () => void
  readonly onClose: () => void
  readonly children: ReactNode
}

/** The fields, and the way to see what they ask for. */
export function Form({ onLook, onClose, children }: FormProps) {
  const { say } = useWords()
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        onLook()
      }}
    >
      <Stack gap="md">
        {children}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {say('window.cancel')}
          </Button>
          <Button type="submit">{say('window.access.ask.look')}</Button>
        </Group>
      </Stack>
    </form>
  )
}

interface ReviewProps extends Pick<AskProps<unknown>, 'counts' | 'asksReason'> {
  readonly words: readonly string[]
  readonly now: string | undefined
  readonly hasForm: boolean
  readonly busy: boolean
  readonly error: unknown
  readonly onBack: () => void
  readonly onConfirm: (reason: string) => void
}

/** What will be asked, in words, and whether a second person has to confirm it. */
export function Review(props: ReviewProps) {
  const { say } = useWords()
  const { me } = useMe()
  const [reason, setReason] = useState('')
  const second = props.counts === 'confirmed' && me?.ledger.solo !== true
  const solo = props.counts === 'confirmed' ? 'solo' : 'at_once'
  return (
    <Stack gap="md">
      {props.now !== undefined && <Told title={say('window.access.ask.now')} lines={[props.now]} />}
      <Told title={say('window.access.ask.asked')} lines={props.words} />
      <Alert role="note" variant="light" color={second ? 'yellow' : 'blue'}>
        {say(`window.access.ask.${second ? 'second' : solo}`)}
      </Alert>
      {props.asksReason && (
        <Textarea
          label={say('window.access.ask.reason')}
          description={say('window.access.ask.reason_explained')}
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
          maxLength={4096}
          autosize
          minRows={2}
          maxRows={8}
          data-autofocus
        />
      )}
      <Refusal error={props.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={props.onBack} disabled={props.busy}>
          {say(props.hasForm ? 'window.access.ask.back' : 'window.cancel')}
        </Button>
        <Button loading={props.busy} onClick={() => props.onConfirm(reason.trim())}>
          {say(second ? 'window.access.ask.confirm_second' : 'window.access.ask.confirm_now')}
        </Button>
      </Group>
    </Stack>
  )
}

function Refusal({ error }: { readonly error: unknown }) {
  const { say } = useWords()
  if (error === null || error === undefined) return null
  const refusal = refusalOf(error)
  switch (refusal.kind) {
    case 'unchanged':
      return (
        <Alert color="yellow" variant="light" role="alert">
          {say('window.access.ask.unchanged')}
        </Alert>
      )
    case 'waits':
      return (
        <Alert color="yellow" variant="light" role="alert">
          {say('window.access.ask.waits_already')} <TicketLink ticket={refusal.ticket} />
        </Alert>
      )
    case 'other':
      return <Failure error={error} />
  }
}

function TicketLink({ ticket }: { readonly ticket: string }) {
  const { say } = useWords()
  return (
    <Anchor component={Link} href={`/inbox/${ticket}`}>
      {say('window.access.ask.ticket')}
    </Anchor>
  )
}

function Told({ title, lines }: { readonly title: string; readonly lines: readonly string[] }) {
  return (
    <Stack gap={4}>
      <Text fw={600} size="sm">
        {title}
      </Text>
      <List size="sm">
        {lines.map((line) => (
          <List.Item key={line} style={{ overflowWrap: 'anywhere' }}>
            {line}
          </List.Item>
        ))}
      </List>
    </Stack>
  )
}

/** What became of it: done, or a ticket that waits. */
export function Outcome({
  ticket,
  onClose,
}: {
  readonly ticket: TicketId | null
  readonly onClose: () => void
}) {
  const { say } = useWords()
  return (
    <Stack gap="md">
      <Alert role="status" variant="light" color={ticket === null ? 'teal' : 'yellow'}>
        {say(ticket === null ? 'window.access.ask.done' : 'window.access.ask.waits')}{' '}
        {ticket !== null && <TicketLink ticket={ticket} />}
      </Alert>
      <Group justify="flex-end">
        <Button onClick={onClose} data-autofocus>
          {say('window.close')}
        </Button>
      </Group>
    </Stack>
  )
}
