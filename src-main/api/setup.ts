import { applyConfiguration, diffConfiguration } from '../engine/configuration.ts'
import { observeTarget } from '../engine/observation.ts'
import { pick } from '../engine/subjects.ts'
import { commandId } from '../../src-preload/contract/vocabulary.ts'
import { api } from './implementer.ts'

export const serviceHandlers = {
  list: api.services.list.handler(({ input, context }) => context.parts.reads.services(input.project)),
  get: api.services.get.handler(async ({ input, context }) =>
    pick('service', await context.parts.reads.services(input.project), input.service),
  ),
}

export const targetHandlers = {
  list: api.targets.list.handler(({ input, context }) => context.parts.reads.targets(input.project)),
  get: api.targets.get.handler(async ({ input, context }) =>
    pick('target', await context.parts.reads.targets(input.project), input.target),
  ),
  observe: api.targets.observe.handler(({ input, context }) => observeTarget(context.parts, input)),
}

export const configHandlers = {
  diff: api.config.diff.handler(({ input, context }) =>
    diffConfiguration(context.parts, { ...input, command_id: commandId.parse(context.parts.newId()) }),
  ),
  apply: api.config.apply.handler(({ input, context }) => applyConfiguration(context.parts, input)),
}

export const memberHandlers = {
  list: api.members.list.handler(({ input, context }) => context.parts.reads.members(input.project)),
  me: api.members.me.handler(async ({ context: { parts } }) => {
    const [me, ledger] = await Promise.all([parts.reads.me(), parts.reads.identity()])
    return { member: me.member, grants: [...me.grants], ledger }
  }),
}
