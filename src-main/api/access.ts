import { changeAccess, delegate, freeze } from '../engine/access.ts'
import { api } from './implementer.ts'

const procedures = api.access

export const accessHandlers = {
  roles: procedures.roles.handler(({ context }) => context.parts.reads.roles()),
  teams: procedures.teams.handler(({ input, context }) => context.parts.reads.teams(input.project)),
  policies: procedures.policies.handler(({ input, context }) => context.parts.reads.policies(input.project)),
  freezes: procedures.freezes.handler(({ input, context }) => context.parts.reads.freezes(input.project)),
  delegations: procedures.delegations.handler(({ context }) => context.parts.reads.delegations()),
  missing: procedures.missing.handler(({ input, context: { access } }) => {
    access.refresh()
    return access.entitlements(input.project)
  }),
  change: procedures.change.handler(({ input, context }) =>
    changeAccess(context.parts, { ...input, source: context.source }),
  ),
  freeze: procedures.freeze.handler(({ input, context }) => freeze(context.parts, input)),
  delegate: procedures.delegate.handler(({ input, context }) =>
    delegate(context.parts, { ...input, source: context.source }),
  ),
  end_delegation: procedures.end_delegation.handler(async ({ input, context }) => {
    const { position } = await context.parts.ledger.endDelegation(input)
    return { position }
  }),
}
