import { randomUUID } from 'node:crypto'
import type { ErrorCode } from '../../src-preload/contract/errors.ts'
import type { ChangeTicket, ReviewTicket } from '../../src-preload/contract/inbox.ts'
import { deciding, inMinutes } from '../ledger/changing.ts'
import { calling, describeAttacksOn } from './attack.ts'
import type { Attack } from './attack.ts'
import { contested } from './contested.ts'
import type { Contested } from './contested.ts'
import type { Waiting } from './twoProjects.ts'

type Who =
  | 'boss'
  | 'chief'
  | 'alice'
  | 'aliceToo'
  | 'bob'
  | 'vera'
  | 'mallory'
  | 'stranger'
  | 'ivan'
  | 'fred'
  | 'robot'

const traced: readonly ErrorCode[] = [
  'permission_denied',
  'project_scope_denied',
  'self_approval_denied',
  'agent_not_allowed',
]

const call = (
  name: string,
  who: Who,
  code: ErrorCode,
  statement: (world: Contested) => string,
): Attack<Contested> => ({
  name: `${name}: ${code}`,
  as: (world) => world[who],
  statements: (world) => [statement(world)],
  end: { refused: code, traced: traced.includes(code) },
})

const command_id = () => randomUUID()
const decide = (ticket: ChangeTicket | ReviewTicket, changes: object = {}) =>
  calling('decide', { ...deciding(ticket), comment: 'looks right', ...changes })
const about = (waiting: Waiting, changes: object = {}) =>
  calling('decide', {
    command_id: command_id(),
    ticket_id: waiting.ticket,
    decision: 'approve',
    seen_revision: 1,
    seen_context_hash: waiting.contextHash,
    comment: 'looks right',
    ...changes,
  })
const propose = (change: object, extra: object = {}) =>
  calling('change', {
    command_id: command_id(),
    ticket_id: randomUUID(),
    change,
    reason: '',
    source: 'cli',
    ...extra,
  })
const production = { project: 'shop', stage: 'production', runtime: '*' }
const grant = (login: string, role: string, project: string | null = 'shop') => ({
  kind: 'grant',
  to: { kind: 'member', login },
  role,
  project,
  until: null,
})
const delegate = (person: string, to: string, changes: object = {}) => ({
  kind: 'delegate',
  person,
  to,
  from: inMinutes(0),
  until: inMinutes(60),
  ...changes,
})

describeAttacksOn(contested, 'a member with psql can not confirm a change of policy or access', [
  call('of their own', 'boss', 'self_approval_denied', (w) => decide(w.policyOfBoss)),
  call('that makes them an approver', 'boss', 'self_approval_denied', (w) => decide(w.grantOfBoss)),
  call('of their own by rejecting it', 'boss', 'self_approval_denied', (w) =>
    decide(w.policyOfBoss, { decision: 'reject' }),
  ),
  call('as a viewer', 'vera', 'permission_denied', (w) => decide(w.policyOfBoss)),
  call('of another project', 'mallory', 'project_scope_denied', (w) => decide(w.policyOfBoss)),
  call('of everything as an approver of one project', 'bob', 'permission_denied', (w) =>
    decide(w.grantOfBoss),
  ),
  call('as an agent', 'robot', 'agent_not_allowed', (w) => decide(w.policyOfBoss)),
  call('of somebody else by taking it back', 'vera', 'permission_denied', (w) =>
    decide(w.policyOfBoss, { decision: 'revoke' }),
  ),
  call('by the hash of another one', 'chief', 'decision_stale', (w) =>
    decide(w.policyOfBoss, { seen_context_hash: w.grantOfBoss.context_hash }),
  ),
  call('that has run out', 'chief', 'ticket_expired', (w) => decide(w.expired)),
  call('with a decision of their own making', 'chief', 'validation_error', (w) =>
    decide(w.policyOfBoss, { decision: 'approved' }),
  ),
  call('by what somebody else has answered', 'alice', 'conflict', (w) =>
    decide(w.policyOfBoss, { command_id: w.decisionOfBob }),
  ),
])

describeAttacksOn(contested, 'a member with psql can not ask for', [
  call('a role of their own', 'alice', 'permission_denied', (w) => propose(grant(w.alice.login, 'admin'))),
  call('a role everywhere', 'bob', 'permission_denied', (w) => propose(grant(w.bob.login, 'admin', null))),
  call('no more approvals', 'bob', 'permission_denied', () =>
    propose({ kind: 'policy', ...production, rules: [] }),
  ),
  call('a policy of another project', 'mallory', 'project_scope_denied', () =>
    propose({ kind: 'policy', ...production, rules: [] }),
  ),
  call('a wider role', 'alice', 'permission_denied', () =>
    propose({
      kind: 'role',
      role: 'operator-compose',
      permissions: [{ permission: 'access:write', runtime: '*' }],
    }),
  ),
  call('an end of a freeze', 'alice', 'permission_denied', (w) =>
    propose({ kind: 'lift_freeze', freeze: w.freeze }),
  ),
  call('a longer approval window', 'alice', 'permission_denied', () =>
    propose({
      kind: 'stage',
      project: 'shop',
      stage: 'production',
      preview_ttl_minutes: 1440,
      approval_window_hours: 168,
    }),
  ),
  call('a place in a team', 'alice', 'permission_denied', (w) =>
    propose({ kind: 'team', project: 'shop', team: 'web', people: [w.alice.login] }),
  ),
  call("a team of one's own for a service", 'alice', 'permission_denied', () =>
    propose({ kind: 'service_team', project: 'shop', service: 'shop-web', team: 'web' }),
  ),
  call('a login that is shut out', 'alice', 'permission_denied', (w) =>
    propose({ kind: 'member', login: w.bob.login, active: false }),
  ),
  call('anything as an agent', 'robot', 'agent_not_allowed', (w) => propose(grant(w.robot.login, 'viewer'))),
  call('anything without a role', 'stranger', 'permission_denied', (w) =>
    propose(grant(w.stranger.login, 'admin', null)),
  ),
  call('a project that only others may know of', 'alice', 'project_scope_denied', () =>
    propose({ kind: 'policy', ...production, project: 'nowhere', rules: [] }),
  ),
  call('what is asked for already', 'boss', 'conflict', (w) => propose(w.policyOfBoss.change)),
  call('a change under the ticket of something else', 'boss', 'conflict', (w) =>
    propose(grant(w.vera.login, 'auditor'), { ticket_id: w.pending.ticket }),
  ),
  call('an approver that is an agent', 'boss', 'agent_not_allowed', (w) =>
    propose(grant(w.robot.login, 'approver')),
  ),
  call('an agent in a team', 'boss', 'agent_not_allowed', (w) =>
    propose({ kind: 'team', project: 'shop', team: 'web', people: [w.robot.login] }),
  ),
  call('a change with words that nobody shows', 'boss', 'validation_error', (w) =>
    propose({ ...grant(w.vera.login, 'auditor'), also: 'admin' }),
  ),
  call('a rule that nobody has to fill', 'boss', 'validation_error', () =>
    propose({ kind: 'policy', ...production, rules: [{ kind: 'anyone', minimum: 0 }] }),
  ),
  call('an end that never comes', 'boss', 'validation_error', (w) =>
    propose({ ...grant(w.vera.login, 'auditor'), until: 'infinity' }),
  ),
])

describeAttacksOn(contested, 'a member with psql can not use a delegate', [
  call('to approve their own release', 'fred', 'self_approval_denied', (w) => about(w.pending)),
  call("to close the review of one's own release", 'fred', 'self_approval_denied', (w) => decide(w.review)),
  call("that is another login of one's own", 'alice', 'validation_error', (w) =>
    propose(delegate(w.alice.login, w.aliceToo.login)),
  ),
  call('in the place of somebody else', 'alice', 'permission_denied', (w) =>
    propose(delegate(w.bob.login, w.alice.login)),
  ),
  call('of a delegate', 'fred', 'permission_denied', (w) => propose(delegate(w.fred.login, w.vera.login))),
  call('for the past', 'bob', 'validation_error', (w) =>
    propose(delegate(w.bob.login, w.vera.login, { from: inMinutes(-600) })),
  ),
  call('that is an agent', 'bob', 'agent_not_allowed', (w) => propose(delegate(w.bob.login, w.robot.login))),
  call('by ending what others agreed on', 'vera', 'permission_denied', (w) =>
    calling('end_delegation', { command_id: command_id(), delegation: w.delegation }),
  ),
])

const freezing = (changes: object = {}) =>
  calling('freeze', {
    command_id: command_id(),
    freeze_id: randomUUID(),
    project: 'shop',
    stage: 'production',
    from: inMinutes(0),
    until: inMinutes(60),
    reason: 'because',
    ...changes,
  })
const start = ({ plan, release_id, revision }: Waiting, changes: object = {}) =>
  calling('take_lease', {
    release_id,
    seen_revision: revision,
    document_digest: plan.document_digest,
    live_base_digest: plan.live_base_digest,
    drifted: [],
    observed_fence: 0,
    lease_seconds: 60,
    ...changes,
  })

describeAttacksOn(contested, 'a member with psql can not bend time:', [
  call('start in a freeze', 'alice', 'target_frozen', (w) => start(w.frozen)),
  call('start in a freeze as an emergency of their own', 'alice', 'target_frozen', (w) =>
    start(w.frozen, { break_glass: { reason: 'x' }, start_rule: 'by_hand' }),
  ),
  call('start before the time', 'alice', 'release_state_invalid', (w) => start(w.scheduled)),
  call('start before the time by saying that it is due', 'alice', 'release_state_invalid', (w) =>
    start(w.scheduled, { start_due_at: '2020-01-01T00:00:00Z', start_rule: 'on_approval' }),
  ),
  call('a freeze for others', 'alice', 'permission_denied', () => freezing()),
  call('a freeze of another project', 'mallory', 'project_scope_denied', () => freezing()),
  call('a freeze as an agent', 'robot', 'agent_not_allowed', () => freezing()),
  call('a freeze that was', 'boss', 'validation_error', () => freezing({ from: inMinutes(-600) })),
  call('a freeze without an end', 'boss', 'validation_error', () => freezing({ until: 'infinity' })),
  call('the freeze of somebody else, again', 'boss', 'conflict', (w) => freezing({ freeze_id: w.freeze })),
  {
    name: 'end what is not over, and carry out what they may not',
    as: ({ vera }) => vera,
    statements: () => [calling('tend', { executes: ['compose'], now: '2099-01-01T00:00:00Z' })],
    end: { harmless: true },
  },
])

const breaking = (waiting: Waiting, changes: object = {}) =>
  calling('break_glass', {
    command_id: command_id(),
    release_id: waiting.release_id,
    seen_revision: waiting.revision,
    reason: 'the shop is down',
    incident_link: 'https://incidents.example/2',
    ticket_id: randomUUID(),
    ...changes,
  })

describeAttacksOn(contested, 'a member with psql can not make an emergency of', [
  call('their own wish', 'alice', 'permission_denied', (w) => breaking(w.pending)),
  call('a release of another project', 'mallory', 'project_scope_denied', (w) => breaking(w.pending)),
  call('anything as an agent', 'robot', 'agent_not_allowed', (w) => breaking(w.pending)),
  call('a plan that nobody asked for', 'ivan', 'release_state_invalid', (w) =>
    breaking({ ...w.pending, release_id: w.planned.plan.release_id, revision: 1 }),
  ),
  call('what a freeze keeps waiting', 'alice', 'permission_denied', (w) => breaking(w.frozen)),
  call('another revision', 'ivan', 'conflict', (w) => breaking(w.pending, { seen_revision: 1 })),
  call('nothing at all', 'ivan', 'comment_required', (w) => breaking(w.pending, { reason: ' \t' })),
  call('a link that runs', 'ivan', 'validation_error', (w) =>
    breaking(w.pending, { incident_link: 'javascript:alert(1)' }),
  ),
  call('a ticket that is there', 'ivan', 'conflict', (w) => breaking(w.pending, { ticket_id: w.review.id })),
  call('a review that they close themselves', 'ivan', 'self_approval_denied', (w) => decide(w.review)),
  call('a review that the requester closes', 'alice', 'self_approval_denied', (w) => decide(w.review)),
  call("a review that the requester's other login closes", 'aliceToo', 'self_approval_denied', (w) =>
    decide(w.review, { decision: 'reject' }),
  ),
  call('a review that is taken back', 'bob', 'ticket_scope_mismatch', (w) =>
    decide(w.review, { decision: 'revoke' }),
  ),
  call('a review that is closed without a word', 'bob', 'comment_required', (w) =>
    decide(w.review, { decision: 'reject', comment: '' }),
  ),
  call('a ticket that was overtaken by one', 'bob', 'ticket_superseded', (w) => about(w.emergency)),
])

const sql = (name: string, ...statements: string[]): Attack<Contested> => ({
  name,
  as: ({ alice }) => alice,
  statements: () => statements,
  end: { error: ['42501'] },
})
const columns: Record<string, string> = {
  access_changes: `change = '{}'`,
  freezes: 'lifted_at = clock_timestamp()',
  delegations: `until = 'infinity'`,
  teams: `name = 'mine'`,
  team_members: 'person_id = gen_random_uuid()',
  executors: `runtimes = '{}'`,
  role_permissions: `permission = 'access:write'`,
  roles: `name = 'mine'`,
}
const internals: Record<string, string> = {
  apply_change: 'gen_random_uuid()',
  try_change: `'{}'`,
  carry_out: `'{}', '{}'`,
  carry_grant: `'{}', '{}'`,
  propose_change: `'{}', '', 'cli', null`,
  command_change: `'{}'`,
  command_break_glass: `'{}'`,
  command_tend: `'{}'`,
  set_approved: 'null, null, null',
  expire_ticket: 'null',
  escalate: 'null',
  kept_out: 'null',
  decidable: '',
  is_due: 'gen_random_uuid()',
}

describeAttacksOn(contested, 'a member with psql can not reach behind the commands of policy:', [
  ...Object.entries(columns).flatMap(([table, column]) => [
    sql(`update ${table}`, `UPDATE pilothouse.${table} SET ${column}`),
    sql(`delete ${table}`, `DELETE FROM pilothouse.${table}`),
    sql(`insert into ${table}`, `INSERT INTO pilothouse.${table} SELECT * FROM pilothouse.${table}`),
  ]),
  ...Object.entries(internals).map(([name, given]) =>
    sql(`call ${name}`, `SELECT pilothouse.${name}(${given})`),
  ),
])

const behind = (role: string, name: string, errors: string[], statement: string): Attack<Contested> => ({
  name: `${role}: ${name}`,
  as: ({ ledger }) => ({ url: ledger.adminUrl }),
  statements: () => [`SET ROLE ${role}`, statement],
  end: { error: errors },
})
const api = (name: string, statement: string) => behind('pilothouse_api', name, ['42501'], statement)
const guarded = (name: string, statement: string) => behind('pilothouse_owner', name, ['23000'], statement)

describeAttacksOn(contested, 'even a hole in a function gives no way to', [
  behind(
    'pilothouse_api',
    'carry out what nobody confirmed',
    ['23000'],
    `SELECT pilothouse.apply_change(id) FROM pilothouse.access_changes WHERE done_at IS NULL LIMIT 1`,
  ),
  behind(
    'pilothouse_api',
    'carry out again what was done',
    ['23000'],
    `SELECT pilothouse.apply_change(id) FROM pilothouse.access_changes WHERE done_at IS NOT NULL LIMIT 1`,
  ),
  api('carry a change out by its parts', `SELECT pilothouse.carry_out('{}', '{}')`),
  api('bind a role', `INSERT INTO pilothouse.role_bindings SELECT * FROM pilothouse.role_bindings`),
  api('widen a role', `INSERT INTO pilothouse.role_permissions VALUES ('viewer', 'access:write', '*')`),
  api('join a team', `INSERT INTO pilothouse.team_members SELECT * FROM pilothouse.team_members`),
  api('delegate', `INSERT INTO pilothouse.delegations SELECT * FROM pilothouse.delegations`),
  api('lift a freeze', `UPDATE pilothouse.freezes SET lifted_at = clock_timestamp()`),
  api('widen a window', `UPDATE pilothouse.stages SET approval_window_hours = 168`),
  api('let a login in again', `UPDATE pilothouse.members SET active = true`),
  api('move a service', `UPDATE pilothouse.services SET team_id = NULL`),
  api('rewrite a change', `UPDATE pilothouse.access_changes SET change = '{}'`),
  guarded('rewrite a change', `UPDATE pilothouse.access_changes SET change = '{}'`),
  guarded(
    'undo a change that was done',
    `UPDATE pilothouse.access_changes SET done_at = NULL WHERE done_at IS NOT NULL`,
  ),
  guarded('delete changes', 'DELETE FROM pilothouse.access_changes'),
  guarded('move a freeze', `UPDATE pilothouse.freezes SET until = clock_timestamp()`),
  guarded('delete freezes', 'DELETE FROM pilothouse.freezes'),
  guarded('prolong a delegation', `UPDATE pilothouse.delegations SET until = 'infinity'`),
  guarded('empty delegations', 'TRUNCATE pilothouse.delegations'),
  guarded(
    'point a ticket at another change',
    `UPDATE pilothouse.approval_inbox_items SET change_id = (SELECT max(id::text)::uuid FROM pilothouse.access_changes)
     WHERE change_id = (SELECT min(id::text)::uuid FROM pilothouse.access_changes)`,
  ),
  guarded(
    'take an approved change back',
    `UPDATE pilothouse.approval_inbox_items SET status = 'cancelled' WHERE change_id IS NOT NULL AND status = 'approved'`,
  ),
])
