import { implement } from '@orpc/server'
import type {
  ApprovalPolicy,
  Delegation,
  Entitlement,
  Freeze,
  Role,
  Team,
} from '../../src-preload/contract/access.ts'
import { approvalPolicy, delegation, freeze, role, team } from '../../src-preload/contract/access.ts'
import { contract } from '../../src-preload/contract/contract.ts'
import { freezeId, position, ticketId } from '../../src-preload/contract/vocabulary.ts'
import { at, id } from './builders.ts'

const later = '2026-03-05T05:06:07.000Z'

/** Who may do what, as the hand-made engine knows it. */
export interface AccessScene {
  readonly roles: Role[]
  readonly teams: Team[]
  readonly policies: ApprovalPolicy[]
  readonly freezes: Freeze[]
  readonly delegations: Delegation[]
  readonly entitlements: Entitlement[]
  /** The ticket that a change becomes; null where it is done at once. */
  changeTicket: string | null
}

/** One of everything. */
export function anAccessScene(): AccessScene {
  const ada = { id: id(41), name: 'Ada Lovelace' }
  const grace = { id: id(42), name: 'Grace Hopper' }
  const stage = { stage_id: id(5), project: 'web', stage: 'production', production: true, version: 2 }
  const holds = { preview_ttl_minutes: 30, approval_window_hours: 8 }
  const frozen = { project: 'web', stage: 'production', from: at, until: later, created_by: 'ada' }
  return {
    roles: [
      role.parse({
        role: 'deployer',
        template: false,
        permissions: [{ permission: 'release:apply', runtime: 'compose' }],
      }),
    ],
    teams: [
      team.parse({
        id: id(60),
        project: 'web',
        name: 'checkout',
        people: [ada, grace],
        roles: [{ role: 'operator-compose', project: 'web', until: null }],
      }),
    ],
    policies: [
      approvalPolicy.parse({
        ...stage,
        ...holds,
        runtime: '*',
        rules: [
          { rule: { kind: 'role', role: 'release-manager', minimum: 2 }, candidates: ['Grace Hopper'] },
          { rule: { kind: 'service_team', minimum: 1 }, candidates: [] },
        ],
      }),
      approvalPolicy.parse({ ...stage, ...holds, stage: 'dev', production: false, runtime: '*', rules: [] }),
    ],
    freezes: [
      freeze.parse({ ...frozen, id: id(61), reason: 'holidays', lifted_at: null, active: true }),
      freeze.parse({ ...frozen, id: id(62), reason: 'audit', lifted_at: at, active: false }),
    ],
    delegations: [
      delegation.parse({
        id: id(63),
        person: ada,
        to: grace,
        from: at,
        until: later,
        ended_at: null,
        active: true,
      }),
    ],
    entitlements: [],
    changeTicket: id(12),
  }
}

/** The procedures of `access`, answered from a scene. */
export function handMadeAccess(
  scene: AccessScene,
  note: <T>(procedure: string, input: unknown, answer: () => T) => T,
) {
  const { access } = implement(contract)
  const committed = position.parse('900:1')
  const changed = () => ({
    ticket: scene.changeTicket === null ? null : ticketId.parse(scene.changeTicket),
    position: committed,
  })
  return {
    roles: access.roles.handler(({ input }) => note('access.roles', input, () => scene.roles)),
    teams: access.teams.handler(({ input }) => note('access.teams', input, () => scene.teams)),
    policies: access.policies.handler(({ input }) => note('access.policies', input, () => scene.policies)),
    freezes: access.freezes.handler(({ input }) => note('access.freezes', input, () => scene.freezes)),
    delegations: access.delegations.handler(({ input }) =>
      note('access.delegations', input, () => scene.delegations),
    ),
    missing: access.missing.handler(({ input }) => note('access.missing', input, () => scene.entitlements)),
    change: access.change.handler(({ input }) => note('access.change', input, changed)),
    freeze: access.freeze.handler(({ input }) =>
      note('access.freeze', input, () => ({ freeze: freezeId.parse(id(61)), position: committed })),
    ),
    delegate: access.delegate.handler(({ input }) => note('access.delegate', input, changed)),
    end_delegation: access.end_delegation.handler(({ input }) =>
      note('access.end_delegation', input, () => ({ position: committed })),
    ),
  }
}
