import { isContractProcedure } from '@orpc/contract'
import { z } from 'zod'
import { contract } from '../../../src-preload/contract/contract.ts'
import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import { addCommand } from '../command.ts'
import type { Parent } from '../command.ts'
import { invalid } from './given.ts'

/** Names of everything that can be called, `releases.preview` and so on, in the order of the contract. */
export function procedureNames(): string[] {
  return Object.entries(contract).flatMap(([noun, procedures]) =>
    Object.entries(procedures).flatMap(([verb, procedure]) =>
      isContractProcedure(procedure) ? [`${noun}.${verb}`] : [],
    ),
  )
}

/** `pilothouse call <procedure> [json]`: any procedure with its own input, for scripts. Always answers in JSON. */
export function addCall(root: Parent): void {
  addCommand(root, {
    usage: 'call <procedure> [input]',
    text: 'call',
    options: z.object({ procedure: z.string(), input: z.string().optional() }),
    run: async ({ client, around }, { procedure, input }) => {
      if (!procedureNames().includes(procedure)) {
        throw new PilothouseError('not_found', { procedure }, { hint: 'procedure' })
      }
      const text = input === '-' ? await around.input.all() : (input ?? '{}')
      const answer = await dispatch(await client(), procedure, parseInput(text))
      const print = (value: unknown) => around.stdout.write(`${JSON.stringify(value)}\n`)
      if (!isStream(answer)) print(answer)
      else for await (const record of answer) print(record)
    },
  })
}

function parseInput(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw invalid('input', error.message, error)
  }
}

/** The input is the caller's word: the procedure's own schema judges it. */
async function dispatch(client: object, procedure: string, input: unknown): Promise<unknown> {
  let found: unknown = client
  for (const part of procedure.split('.')) {
    found = isIndexable(found) ? found[part] : undefined
  }
  if (typeof found !== 'function')
    throw new PilothouseError('not_found', { procedure }, { hint: 'procedure' })
  const answer: unknown = await Reflect.apply(found, undefined, [input])
  return answer
}

/** A client answers to names as functions do; both are objects to the language. */
function isIndexable(value: unknown): value is Record<string, unknown> {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}
