import { z } from 'zod'
import { randomUUID } from 'node:crypto'
import { sha256 } from '../../src-main/lifecycle/canonical.ts'
import type { ErrorCode } from '../../src-preload/contract/errors.ts'
import { calling, describeAttacks } from './attack.ts'
import type { Attack } from './attack.ts'
import type { Governed } from './governed.ts'
import { planCommand } from './twoProjects.ts'

type Who = 'boss' | 'alice' | 'aliceToo' | 'bob' | 'vera' | 'mallory'

/** What hurts a rule of access or approval leaves a trace; what is only wrong or too late doesn't. */
const accessCodes: readonly ErrorCode[] = [
  'permission_denied',
  'project_scope_denied',
  'self_approval_denied',
]

const call = (
  name: string,
  who: Who,
  code: ErrorCode,
  statement: (world: Governed) => string | string[],
): Attack => ({
  name: `${name}: ${code}`,
  as: (world) => world[who],
  statements: (world) => [statement(world)].flat(),
  end: { refused: code, traced: accessCodes.includes(code) },
})

const command_id = () => randomUUID()

function decision({ pending }: Governed, changes: object = {}): object {
  return {
    command_id: command_id(),
    ticket_id: pending.ticket,
    decision: 'approve',
    seen_revision: 1,
    seen_context_hash: pending.contextHash,
    comment: 'me too',
    ...changes,
  }
}

const lease = ({ approved }: Governed, changes: object = {}) => ({
  release_id: approved.release_id,
  seen_revision: approved.revision,
  document_digest: approved.plan.document_digest,
  live_base_digest: approved.plan.live_base_digest,
  drifted: [],
  observed_fence: 0,
  lease_seconds: 60,
  ...changes,
})

const finish = (release_id: string, fence: number) => ({
  command_id: command_id(),
  release_id,
  fence,
  outcome: { kind: 'applied' },
  checks: [],
  live_base: {},
  live_base_digest: sha256('{}'),
  logs_digest: sha256(''),
})

const asked = ({ planned }: Governed, changes: object = {}) => ({
  command_id: command_id(),
  release_id: planned.plan.release_id,
  seen_revision: planned.answer.revision,
  preview_ref: planned.plan.preview_ref,
  context_hash: sha256(planned.plan.context),
  ticket_id: randomUUID(),
  source: 'cli',
  ...changes,
})

describeAttacks('a member with psql can not approve what they wanted themselves', [
  call('approve my own release', 'alice', 'self_approval_denied', (w) => calling('decide', decision(w))),
  call('approve it through my second login', 'aliceToo', 'self_approval_denied', (w) =>
    calling('decide', decision(w)),
  ),
  call('approve with functions of mine first in the path', 'alice', 'self_approval_denied', (w) => [
    `CREATE OR REPLACE FUNCTION playground.may(text, text, text, uuid) RETURNS boolean LANGUAGE sql AS 'SELECT true'`,
    `CREATE OR REPLACE FUNCTION playground.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS $$SELECT 'epoch'::timestamptz$$`,
    `CREATE OR REPLACE FUNCTION playground.requesters(text, text) RETURNS uuid[] LANGUAGE sql AS $$SELECT '{}'::uuid[]$$`,
    `CREATE TABLE IF NOT EXISTS playground.members (login text, person_id uuid)`,
    'SET search_path = playground, pg_catalog',
    calling('decide', decision(w)),
  ]),
  call('approve with an operator of mine first in the path', 'alice', 'self_approval_denied', (w) => [
    `CREATE OR REPLACE FUNCTION playground.never(uuid, uuid) RETURNS boolean LANGUAGE sql AS 'SELECT false'`,
    `DROP OPERATOR IF EXISTS playground.= (uuid, uuid)`,
    `CREATE OPERATOR playground.= (FUNCTION = playground.never, LEFTARG = uuid, RIGHTARG = uuid)`,
    'SET search_path = playground, pg_catalog',
    calling('decide', decision(w)),
  ]),
  call('approve as a viewer', 'vera', 'permission_denied', (w) => calling('decide', decision(w))),
  call('approve from another project', 'mallory', 'project_scope_denied', (w) =>
    calling('decide', decision(w)),
  ),
  call("approve another plan than the ticket's", 'bob', 'decision_stale', (w) =>
    calling('decide', decision(w, { seen_context_hash: w.approved.contextHash })),
  ),
  call('approve another revision', 'bob', 'decision_stale', (w) =>
    calling('decide', decision(w, { seen_revision: 7 })),
  ),
  call('reject without a word', 'bob', 'comment_required', (w) =>
    calling('decide', decision(w, { decision: 'reject', comment: ' ' })),
  ),
  call('replay the command of somebody else', 'alice', 'conflict', (w) =>
    calling('decide', decision(w, { command_id: w.decisionOfBob })),
  ),
  call('assign a ticket to somebody who may not approve', 'alice', 'validation_error', (w) =>
    calling('assign', { command_id: command_id(), ticket_id: w.pending.ticket, to: w.vera.login }),
  ),
])

describeAttacks('a member with psql can not jump a state', [
  call('start what waits for its approval', 'alice', 'approval_required', (w) =>
    calling('take_lease', lease(w, { release_id: w.pending.release_id, seen_revision: w.pending.revision })),
  ),
  call('start what is only planned', 'alice', 'approval_required', (w) =>
    calling('take_lease', lease(w, { release_id: w.planned.plan.release_id, seen_revision: 1 })),
  ),
  call('start what is done', 'alice', 'release_state_invalid', (w) =>
    calling('take_lease', lease(w, { release_id: w.applied.release_id, seen_revision: 5 })),
  ),
  call('start with another document than the approved one', 'alice', 'digest_mismatch', (w) =>
    calling('take_lease', lease(w, { document_digest: w.applied.plan.document_digest })),
  ),
  call('start with a revision never seen', 'alice', 'conflict', (w) =>
    calling('take_lease', lease(w, { seen_revision: 1 })),
  ),
  call('start as an approver', 'bob', 'permission_denied', (w) => calling('take_lease', lease(w))),
  call('start from another project', 'mallory', 'project_scope_denied', (w) =>
    calling('take_lease', lease(w)),
  ),
  call('finish without a lease', 'alice', 'lease_lost', (w) =>
    calling('finish', finish(w.approved.release_id, 1)),
  ),
  call('finish what waits', 'alice', 'lease_lost', (w) => calling('finish', finish(w.pending.release_id, 1))),
  call('finish what somebody else holds', 'mallory', 'lease_lost', (w) =>
    calling('finish', finish(w.applied.release_id, 1)),
  ),
  call('record a step without a lease', 'alice', 'lease_lost', (w) =>
    calling('record_step', {
      release_id: w.approved.release_id,
      fence: 1,
      attempt: 1,
      index: 0,
      key: 'up',
      host: 'main',
      message: { text: 'step.up', params: {} },
      status: 'succeeded',
      detail: {},
    }),
  ),
  call('add to the output of a finished run', 'alice', 'lease_lost', (w) =>
    calling('record_logs', {
      release_id: w.applied.release_id,
      fence: 1,
      attempt: 1,
      step: 'up',
      host: 'main',
      text: 'all is well',
    }),
  ),
  call('keep a lease that is over', 'alice', 'lease_lost', (w) =>
    calling('renew_lease', { release_id: w.applied.release_id, fence: 1, lease_seconds: 3600 }),
  ),
  call('ask for an apply without a preview', 'alice', 'preview_required', (w) =>
    calling('request_apply', asked(w, { preview_ref: null })),
  ),
  call('ask for an apply of another preview', 'alice', 'preview_mismatch', (w) =>
    calling('request_apply', asked(w, { preview_ref: w.pending.plan.preview_ref })),
  ),
  call('ask for an apply of another context', 'alice', 'preview_mismatch', (w) =>
    calling('request_apply', asked(w, { context_hash: w.pending.contextHash })),
  ),
  call('ask for an apply as a viewer', 'vera', 'permission_denied', (w) =>
    calling('request_apply', asked(w)),
  ),
  call('take back what somebody else asked for', 'bob', 'permission_denied', (w) =>
    calling('withdraw', {
      command_id: command_id(),
      release_id: w.pending.release_id,
      seen_revision: w.pending.revision,
      comment: '',
    }),
  ),
])

/** A plan that says one thing, after an honest command was changed. */
const forged = (world: Governed, changes: object, document?: Uint8Array): string => {
  const previous = world.applied.plan.document_digest
  const { document: honest, ...plan } = planCommand(world.shop, { image: 'web:5', previous })
  return calling('record_preview', { ...plan, ...changes }, document ?? honest)
}

/** A plan whose variables are so, with a context that says the same. */
const withVariables = (world: Governed, variables: object): string => {
  const previous = world.applied.plan.document_digest
  const { document, ...plan } = planCommand(world.shop, { image: 'web:5', previous })
  const known: object = z.record(z.string(), z.unknown()).parse(JSON.parse(plan.context))
  const context = JSON.stringify({ ...known, variables })
  return calling('record_preview', { ...plan, variables, context }, document)
}

const words = {
  objects: [],
  counts: { create: 0, change: 0, replace: 0, delete: 0, unchanged: 0 },
  words: [],
}
const said = { text: 'risk.production', params: {} }

describeAttacks('a member with psql can not plan what nobody else can read', [
  ...[
    { diff: [] },
    { diff: { ...words, words: 'none' } },
    { diff: { ...words, words: ['none'] } },
    { diff: { ...words, words: [{ text: 7 }] } },
    { diff: { ...words, words: [{ ...said, params: { stage: ['production'] } }] } },
    { diff: { ...words, objects: [null] } },
    { diff: { ...words, counts: null } },
    { risk: { level: 'none', reasons: [] } },
    { risk: { level: 'low', reasons: [{ ...said, params: [] }] } },
    { risk: null },
    { checks: {} },
    { checks: ['fine'] },
    { steps: [1] },
  ].map((changes) =>
    call(`with ${JSON.stringify(changes)}`, 'alice', 'validation_error', (w) => forged(w, changes)),
  ),
  call('with a variable that is a number', 'alice', 'validation_error', (w) => withVariables(w, { A: 1 })),
  call('with a variable without a name', 'alice', 'validation_error', (w) => withVariables(w, { '': 'x' })),
  call('with a secret of an impossible name', 'alice', 'validation_error', (w) =>
    forged(w, { secret_variables: ['a b'] }),
  ),
])

describeAttacks('a member with psql can not plan what is not so', [
  call('other bytes than the digest says', 'alice', 'digest_mismatch', (w) =>
    forged(w, {}, Buffer.from('{}')),
  ),
  call('other variables than the context says', 'alice', 'preview_mismatch', (w) =>
    forged(w, { variables: { A: 'b' } }),
  ),
  call('a context that says something twice', 'alice', 'preview_mismatch', (w) =>
    forged(w, { context: '{"a":1,"a":2}' }),
  ),
  call("another strategy than the service's", 'alice', 'strategy_invalid', (w) =>
    forged(w, { strategy: 'canary' }),
  ),
  call("another way back than the target's last document", 'alice', 'preview_mismatch', (w) =>
    forged(w, {
      way_back: {
        document_digest: w.pending.plan.document_digest,
        release: null,
        on_failure: 'stop',
        go_back_hours: 24,
      },
    }),
  ),
  call('over a plan that was not seen', 'alice', 'conflict', (w) =>
    forged(w, { release_id: w.pending.release_id, seen_revision: 1 }),
  ),
  call('as an approver', 'bob', 'permission_denied', (w) => forged(w, {})),
  call('from another project', 'mallory', 'project_scope_denied', (w) => forged(w, {})),
])

describeAttacks('a member with psql can not reach into another project', [
  call('ask whether I may', 'mallory', 'project_scope_denied', (w) =>
    calling('authorize', {
      permission: 'release:read',
      runtime: 'compose',
      project_id: w.shop.id,
      resource_type: 'release',
      resource_id: w.pending.release_id,
    }),
  ),
  call('comment on a ticket', 'mallory', 'project_scope_denied', (w) =>
    calling('comment', { command_id: command_id(), ticket_id: w.pending.ticket, comment: 'hello' }),
  ),
  call('look at a ticket', 'mallory', 'project_scope_denied', (w) =>
    calling('viewed', { ticket_id: w.pending.ticket }),
  ),
  call('stop a run', 'mallory', 'project_scope_denied', (w) =>
    calling('request_abort', { command_id: command_id(), release_id: w.approved.release_id, comment: '' }),
  ),
  call('add a key to a target', 'mallory', 'project_scope_denied', (w) =>
    calling('put_target_key', { target_id: w.shop.target, recipient: `age1${'p'.repeat(58)}`, wraps: [] }),
  ),
  call('add a key to a target as an approver', 'bob', 'permission_denied', (w) =>
    calling('put_target_key', { target_id: w.shop.target, recipient: `age1${'p'.repeat(58)}`, wraps: [] }),
  ),
  call('another key for a target', 'alice', 'conflict', (w) =>
    calling('put_target_key', { target_id: w.shop.target, recipient: `age1${'p'.repeat(58)}`, wraps: [] }),
  ),
  call('take the record out', 'alice', 'permission_denied', () =>
    calling('record_export', { project: null, events: 0 }),
  ),
  call('a project of their own', 'alice', 'permission_denied', () =>
    calling('declare', {
      command_id: command_id(),
      project: { id: randomUUID(), name: 'mine' },
      stages: [],
      targets: [],
      services: [],
    }),
  ),
  call('a stage without approvals', 'alice', 'permission_denied', (w) =>
    calling('declare', {
      command_id: command_id(),
      project: { id: w.shop.id, name: 'shop' },
      stages: [
        {
          id: randomUUID(),
          name: 'free',
          rank: 1,
          production: false,
          preview_ttl_minutes: 30,
          approval_window_hours: 8,
        },
      ],
      targets: [],
      services: [],
    }),
  ),
  call('production that is none any more', 'boss', 'validation_error', (w) =>
    calling('declare', {
      command_id: command_id(),
      project: { id: w.shop.id, name: 'shop' },
      stages: [
        {
          id: randomUUID(),
          name: 'production',
          rank: 0,
          production: false,
          preview_ttl_minutes: 30,
          approval_window_hours: 8,
        },
      ],
      targets: [],
      services: [],
    }),
  ),
])

describeAttacks('a member with psql can not choose what a command sees', [
  {
    name: 'decide on an older snapshot',
    as: ({ bob }) => bob,
    statements: (w) => ['BEGIN ISOLATION LEVEL REPEATABLE READ', calling('decide', decision(w))],
    end: { error: ['25001'] },
  },
  {
    name: 'decide where nothing can be written down',
    as: ({ alice }) => alice,
    statements: (w) => ['BEGIN READ ONLY', calling('decide', decision(w))],
    end: { error: ['25006'] },
  },
])
