import { createRouterClient } from '@orpc/server'
import type { RouterClient } from '@orpc/server'
import { accessHandlers } from './access.ts'
import { inboxHandlers } from './inbox.ts'
import { api } from './implementer.ts'
import { auditHandlers, eventHandlers } from './record.ts'
import { releaseHandlers } from './releases.ts'
import { configHandlers, memberHandlers, serviceHandlers, targetHandlers } from './setup.ts'
import type { ApiContext } from './surroundings.ts'

/** The contract, implemented once; every entry point serves this router. */
export const router = api.router({
  releases: releaseHandlers,
  inbox: inboxHandlers,
  services: serviceHandlers,
  targets: targetHandlers,
  config: configHandlers,
  members: memberHandlers,
  access: accessHandlers,
  audit: auditHandlers,
  events: eventHandlers,
})
export type Client = RouterClient<typeof router>

/** The in-process client: the same procedures, parsed and refused the same way, without a wire. */
export function inProcessClient(context: ApiContext): Client {
  return createRouterClient(router, { context })
}
