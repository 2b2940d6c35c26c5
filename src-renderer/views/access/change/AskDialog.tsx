import { Modal } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { v7 as newId } from 'uuid'
import { commandId } from '../../../../src-preload/contract/vocabulary.ts'
import type { CommandId, TicketId } from '../../../../src-preload/contract/vocabulary.ts'
import { useFocusGivenBack } from '../../../components/focus.ts'
import { failureOf } from '../../../transport/failure.ts'
import { useWords } from '../../../words/words.ts'
import { Form, Outcome, Review } from './AskPages.tsx'
import type { Problems } from './judged.ts'

/** What a form asks for: something that can be said and sent, or what is wrong with its fields. */
export type Asked<T> =
  { readonly kind: 'complete'; readonly value: T } | { readonly kind: 'lacking'; readonly problems: Problems }

export interface AskProps<T> {
  readonly title: string
  /** Judges what the form holds at this moment. */
  readonly judge: () => Asked<T>
  /** What will be asked, a sentence each. */
  readonly words: (value: T) => readonly string[]
  /** What counts now, to compare. */
  readonly now?: string
  /** Whether a second person has to confirm it once there are two, or it counts in any case. */
  readonly counts: 'confirmed' | 'at_once'
  /** Asks for a reason on the second page. */
  readonly asksReason: boolean
  readonly send: (value: T, command: CommandId, reason: string) => Promise<{ ticket: TicketId | null }>
  readonly onClose: () => void
  /** The fields, with what is wrong with them; without fields it begins with what will be asked. */
  readonly children?: (problems: Problems) => ReactNode
}

const fresh = () => commandId.parse(newId())

/**
 * Sends what was asked. The command's id stays while nobody knows whether it arrived, so that sending it again does
 * nothing twice; any answer, also a refusal, ends it.
 */
function useSending<T>(send: AskProps<T>['send']) {
  const [command, setCommand] = useState(fresh)
  return useMutation({
    mutationFn: ({ value, reason }: { value: T; reason: string }) => send(value, command, reason),
    onError: (error) => {
      if (failureOf(error).code !== 'offline') setCommand(fresh())
    },
  })
}

/** A dialog in three pages: the form, what will be asked in words, and what became of it. */
export function AskDialog<T>(props: AskProps<T>) {
  const { say } = useWords()
  const { title, judge, children, onClose } = props
  useFocusGivenBack()
  const [asked, setAsked] = useState<Asked<T> | null>(() => (children === undefined ? judge() : null))
  const sending = useSending(props.send)
  const back = () => {
    sending.reset()
    setAsked(null)
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size="lg"
      closeButtonProps={{ 'aria-label': say('window.close') }}
    >
      {sending.isSuccess ? (
        <Outcome ticket={sending.data.ticket} onClose={onClose} />
      ) : asked?.kind === 'complete' ? (
        <Review
          words={props.words(asked.value)}
          now={props.now}
          counts={props.counts}
          asksReason={props.asksReason}
          hasForm={children !== undefined}
          busy={sending.isPending}
          error={sending.error}
          onBack={children === undefined ? onClose : back}
          onConfirm={(reason) => sending.mutate({ value: asked.value, reason })}
        />
      ) : (
        <Form onLook={() => setAsked(judge())} onClose={onClose}>
          {children?.(asked?.problems ?? {})}
        </Form>
      )}
    </Modal>
  )
}
