import { useMutation } from '@tanstack/react-query'
import type { UseMutationResult } from '@tanstack/react-query'
import { useRef } from 'react'
import { v7 as newId } from 'uuid'
import { commandId } from '../../src-preload/contract/vocabulary.ts'
import type { CommandId } from '../../src-preload/contract/vocabulary.ts'
import { failureOf } from './failure.ts'

interface Unanswered {
  readonly about: string
  readonly id: CommandId
}

/** The id to send: a new one, or that of the same command whose answer was lost, so that it is not done twice. */
export function commandIdFor(about: string, before: Unanswered | null): CommandId {
  return before?.about === about ? before.id : commandId.parse(newId())
}

/** Whether nobody knows if a command was done. */
export function isUnanswered(error: unknown): boolean {
  const { code, hint } = failureOf(error)
  return code === 'offline' && hint === 'unanswered'
}

/** What a command of the contract is told, without its id. */
export type CommandInput<Call extends (input: never) => unknown> = Omit<Parameters<Call>[0], 'command_id'>

/**
 * A command of the contract with an id of its own. Nothing is sent twice by itself; a person who repeats a command whose
 * answer was lost repeats it under the same id, and the ledger does nothing new for that.
 */
export function useCommand<Input, Output>(
  call: (input: Input, command_id: CommandId) => Promise<Output>,
): UseMutationResult<Output, Error, Input> {
  const unanswered = useRef<Unanswered | null>(null)
  return useMutation({
    mutationFn: async (input: Input) => {
      const about = JSON.stringify(input)
      const id = commandIdFor(about, unanswered.current)
      unanswered.current = null
      try {
        return await call(input, id)
      } catch (error) {
        if (isUnanswered(error)) unanswered.current = { about, id }
        throw error
      }
    },
  })
}
