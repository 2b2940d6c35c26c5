import { randomUUID } from 'node:crypto'
import { placeIdentity } from '../../src-main/lifecycle/identity.ts'
import type { AccessChange } from '../../src-preload/contract/access.ts'
import { reviewTicket } from '../../src-preload/contract/inbox.ts'
import type { ChangeTicket, ReviewTicket } from '../../src-preload/contract/inbox.ts'
import { composePlace } from '../../src-preload/contract/targets.ts'
import type { DelegationId, FreezeId } from '../../src-preload/contract/vocabulary.ts'
import {
  commandId,
  delegationId,
  freezeId,
  serviceId,
  stageId,
  targetId,
  ticketId,
} from '../../src-preload/contract/vocabulary.ts'
import { confirmed, inMinutes, oneRow, waiting } from '../ledger/changing.ts'
import type { TestMember } from '../support/ledger.ts'
import { governed } from './governed.ts'
import type { Governed } from './governed.ts'
import { askFor } from './twoProjects.ts'
import type { SmallProject, Waiting } from './twoProjects.ts'

/** What an attacker of policy and access may want, on top of what is governed. */
export interface Contested extends Governed {
  /** Manages everything besides boss. */
  readonly chief: TestMember
  /** Breaks the glass in the shop, and approves there. */
  readonly ivan: TestMember
  /** Approves in the shop in alice's place. */
  readonly fred: TestMember
  /** An agent of bob's. */
  readonly robot: TestMember
  /** Boss wants: no approvals in the shop's production, and an approver's role for themselves. */
  readonly policyOfBoss: ChangeTicket
  readonly grantOfBoss: ChangeTicket
  readonly expired: ChangeTicket
  readonly delegation: DelegationId
  /** In force on the shop's stage `spare`. */
  readonly freeze: FreezeId
  /** Approved, and frozen; approved, and due at night only. */
  readonly frozen: Waiting
  readonly scheduled: Waiting
  /** A release of alice's that ivan let through, and its review. */
  readonly emergency: Waiting
  readonly review: ReviewTicket
}

const command_id = () => commandId.parse(randomUUID())

/** Declares two stages where nobody has to approve, with a target each: one starts by hand, one at night. */
async function declareStages({
  boss,
  shop,
}: Governed): Promise<{ spare: SmallProject; night: SmallProject }> {
  const service = serviceId.parse(randomUUID())
  const place = (name: string) =>
    composePlace.parse({ host: { kind: 'local', engine_id: `engine-${name}` }, project: name, allow: [] })
  const ids = { spare: targetId.parse(randomUUID()), night: targetId.parse(randomUUID()) }
  const delivery = {
    strategy: 'rolling',
    verification: { timeout_seconds: 60, window_seconds: 5, max_restarts: 0 },
    on_failure: 'stop',
    retries: 2,
    go_back_hours: 24,
  } as const
  const target = (name: 'spare' | 'night') => ({
    id: ids[name],
    name,
    stage: name,
    runtime: 'compose' as const,
    place: place(name),
    identity: placeIdentity(place(name)),
  })
  await boss.ledger.declare({
    command_id: command_id(),
    project: { id: shop.id, name: 'shop' },
    stages: (['spare', 'night'] as const).map((name, index) => ({
      id: stageId.parse(randomUUID()),
      name,
      rank: index + 1,
      production: false,
      preview_ttl_minutes: 30,
      approval_window_hours: 8,
      approvals: [],
    })),
    targets: [target('spare'), target('night')],
    services: [
      {
        id: service,
        name: 'shop-tool',
        team: null,
        runtime: 'compose',
        source: { kind: 'directory', path: '/srv/tool', file: 'compose.yaml' },
        variables: {},
        releases_to: [
          { target: 'spare', start: 'by_hand', ...delivery },
          { target: 'night', start: { time: '03:00', time_zone: 'Asia/Shanghai' }, ...delivery },
        ],
      },
    ],
  })
  const project = (name: 'spare' | 'night') => ({
    ...shop,
    service,
    target: ids[name],
    identity: placeIdentity(place(name)),
  })
  return { spare: project('spare'), night: project('night') }
}

async function expiredChange(world: Governed, change: AccessChange): Promise<ChangeTicket> {
  const ticket = await waiting(world.boss, change)
  await world.ledger.admin.query(
    `update pilothouse.approval_inbox_items set expires_at = clock_timestamp() where id = $1`,
    [ticket.id],
  )
  await world.boss.ledger.tend([])
  return ticket
}

async function breakGlass(world: Governed, ivan: TestMember) {
  const previous = world.applied.plan.document_digest
  const emergency = await askFor(world.alice, world.shop, { image: 'web:urgent', previous })
  const ticket_id = ticketId.parse(randomUUID())
  await ivan.ledger.breakGlass({
    command_id: command_id(),
    release_id: emergency.release_id,
    seen_revision: emergency.revision,
    reason: 'the shop is down',
    incident_link: 'https://incidents.example/1',
    ticket_id,
  })
  return { emergency, review: reviewTicket.parse(await ivan.reads.ticket(ticket_id)) }
}

/** Fills what is governed further, everything by the commands themselves. */
export async function contested(): Promise<Contested> {
  const world = await governed()
  const { ledger, alice, bob, boss } = world
  const inShop = (...roles: string[]) => ({ roles: roles.map((role) => ({ role, project: 'shop' })) })
  const chief = await ledger.member('chief', { person: 'Chief', roles: [{ role: 'admin' }] })
  const ivan = await ledger.member('ivan', { person: 'Ivan', ...inShop('incident-responder', 'approver') })
  const fred = await ledger.member('fred', { person: 'Fred', ...inShop('viewer') })
  const robot = await ledger.member('robot', { kind: 'agent', samePersonAs: 'bob', ...inShop('agent') })
  const { spare, night } = await declareStages(world)
  const frozen = await askFor(alice, spare, { image: 'tool:1', policy_version: 1 })
  const scheduled = await askFor(alice, night, { image: 'tool:1', policy_version: 1 })
  const freeze = freezeId.parse(randomUUID())
  await boss.ledger.freeze({
    command_id: command_id(),
    freeze_id: freeze,
    project: 'shop',
    stage: 'spare',
    from: inMinutes(0),
    until: inMinutes(600),
    reason: 'year end',
  })
  await confirmed(boss, bob, { kind: 'team', project: 'shop', team: 'web', people: [bob.login] })
  const span = { from: inMinutes(0), until: inMinutes(600) }
  await confirmed(alice, boss, { kind: 'delegate', person: alice.login, to: fred.login, ...span })
  const { id } = await oneRow(ledger, 'select id from pilothouse.delegations')
  const production = { project: 'shop', stage: 'production', runtime: '*' } as const
  const expired = await expiredChange(world, {
    kind: 'policy',
    ...production,
    rules: [{ kind: 'anyone', minimum: 5 }],
  })
  const policyOfBoss = await waiting(boss, { kind: 'policy', ...production, rules: [] })
  const grantOfBoss = await waiting(boss, {
    kind: 'grant',
    to: { kind: 'member', login: boss.login },
    role: 'approver',
    project: null,
    until: null,
  })
  await alice.ledger.tend(['compose'])
  const emergency = await breakGlass(world, ivan)
  const people = { chief, ivan, fred, robot }
  const wanted = {
    policyOfBoss,
    grantOfBoss,
    expired,
    delegation: delegationId.parse(id),
    freeze,
    frozen,
    scheduled,
  }
  return { ...world, ...people, ...wanted, ...emergency }
}
