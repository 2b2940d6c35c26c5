import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { v7 as newId } from 'uuid'
import { z } from 'zod'
import type { Ticket } from '../../../../src-preload/contract/inbox.ts'
import { commandId } from '../../../../src-preload/contract/vocabulary.ts'
import type { CommandId } from '../../../../src-preload/contract/vocabulary.ts'
import { useDraft } from '../../../state/drafts.ts'
import { client } from '../../../transport/client.ts'
import { failureOf } from '../../../transport/failure.ts'
import { useWords } from '../../../words/words.ts'
import type { SayKey } from '../../../words/words.ts'
import type { Decision } from '../deciding.ts'
import { decisionName } from './naming.ts'

const text = z.string()

/** What is typed about a ticket: kept while others decide it, while one looks elsewhere, and over a lost connection. */
export function useCommentDraft(ticket: Pick<Ticket, 'id'>) {
  return useDraft(`ticket:${ticket.id}:comment`, text, '')
}

const fresh = () => commandId.parse(newId())

/**
 * A command of the inbox. Its id stays the same while nobody knows whether it arrived, so that sending it again does
 * nothing twice; any answer, also a refusal, ends it.
 */
function useCommand<Input>(
  send: (input: Input, command_id: CommandId) => Promise<unknown>,
  done: SayKey,
  onDone: () => void,
) {
  const { say } = useWords()
  const [command, setCommand] = useState(fresh)
  return useMutation({
    mutationFn: (input: Input) => send(input, command),
    onSuccess: () => {
      setCommand(fresh())
      notifications.show({ message: say(done), color: 'teal', role: 'status' })
      onDone()
    },
    onError: (error) => {
      if (failureOf(error).code !== 'offline') setCommand(fresh())
    },
  })
}

/** Decides a ticket as it was seen: the ledger refuses where it has become another one since. */
export function useDecide(decision: Decision, seen: Ticket, onDone: () => void) {
  return useCommand(
    (comment: string, command_id) =>
      client.inbox[decision]({
        command_id,
        ticket: seen.id,
        seen_revision: seen.revision,
        seen_context_hash: seen.context_hash,
        comment,
      }),
    `window.inbox.do.${decisionName(decision, seen)}_done`,
    onDone,
  )
}

/** Comments on a ticket. */
export function useComment(ticket: Pick<Ticket, 'id'>, onDone: () => void) {
  return useCommand(
    (comment: string, command_id) => client.inbox.comment({ command_id, ticket: ticket.id, comment }),
    'window.inbox.do.commented',
    onDone,
  )
}

/** Asks somebody to decide a ticket; null asks nobody in particular. */
export function useAssign(ticket: Pick<Ticket, 'id'>, onDone: () => void) {
  return useCommand(
    (to: string | null, command_id) => client.inbox.assign({ command_id, ticket: ticket.id, to }),
    'window.inbox.do.assigned',
    onDone,
  )
}
