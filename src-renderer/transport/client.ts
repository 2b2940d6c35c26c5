import { createORPCClient } from '@orpc/client'
import type { ClientContext, ClientLink } from '@orpc/client'
import { isContractProcedure } from '@orpc/contract'
import type { ContractRouterClient } from '@orpc/contract'
import { createTanstackQueryUtils } from '@orpc/tanstack-query'
import { z } from 'zod'
import { contract } from '../../src-preload/contract/contract.ts'
import type { Contract } from '../../src-preload/contract/contract.ts'
import { failing } from './failure.ts'

export type Client = ContractRouterClient<Contract>
export type Link = ClientLink<ClientContext>

let link: Link = { call: () => Promise.reject(failing('offline')) }

/** Chooses how the contract is called from now on: each entry point has its own way to the engine. */
export function speakThrough(chosen: Link): void {
  link = chosen
}

/** Every procedure of the contract, typed; failures are read with `failureOf`. */
export const client: Client = createORPCClient<Client>({
  call: (path, input, options) => link.call(path, input, options),
})
/** The same as queries and mutations; `orpc.<noun>.key()` names everything that was read of a noun. */
export const orpc = createTanstackQueryUtils(client)

const marked = z.object({ '~orpc': z.object({ meta: z.object({ mutates: z.boolean() }) }) })
const children = z.record(z.string(), z.unknown())

/** Whether a procedure changes anything, as the contract says; one that it doesn't know is taken to. */
export function mutates(path: readonly string[]): boolean {
  let node: unknown = contract
  for (const part of path) {
    const inside = children.safeParse(node)
    node = inside.success ? inside.data[part] : undefined
  }
  if (!isContractProcedure(node)) return true
  return marked.parse(node)['~orpc'].meta.mutates
}
