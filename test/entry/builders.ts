import type { TimelineEvent } from '../../src-preload/contract/events.ts'
import { timelineEvent } from '../../src-preload/contract/events.ts'
import { ticket } from '../../src-preload/contract/inbox.ts'
import type { Ticket } from '../../src-preload/contract/inbox.ts'
import { diagnostic, preview, release, releaseStep } from '../../src-preload/contract/releases.ts'
import type {
  Comparison,
  Diagnostic,
  Diff,
  Preview,
  Release,
  ReleaseStep,
} from '../../src-preload/contract/releases.ts'

/** Ids that are easy to read in a failing test: `id(7)` ends in 7. */
export function id(number: number): string {
  return `0198c0de-0000-7000-8000-${String(number).padStart(12, '0')}`
}

export const at = '2026-03-04T05:06:07.000Z'
export const contextHash = `sha256:1a2b3c4d5e6f${'0'.repeat(52)}`
export const documentDigest = `sha256:${'d'.repeat(64)}`

/** A release of shop to shop-prod, planned, as the contract carries it. */
export function aRelease(more: Readonly<Record<string, unknown>> = {}): Release {
  return release.parse({
    id: id(1),
    label: 'shop-7',
    number: 7,
    project_id: id(2),
    project: 'web',
    service: { id: id(3), name: 'shop' },
    target: { id: id(4), name: 'shop-prod', stage_id: id(5), stage: 'production' },
    runtime: 'compose',
    kind: 'release',
    lifecycle_state: 'preview',
    run: 'idle',
    revision: 1,
    version_label: '1.5',
    variables: { TAG: '1.5' },
    secret_variables: ['DB_PASSWORD'],
    strategy: 'rolling',
    preview_ref: id(6),
    document_digest: documentDigest,
    approval_required: true,
    approval_ticket: null,
    approved_until: null,
    start: { rule: 'by_hand', due_at: null },
    break_glass: null,
    source_release_id: null,
    target_revision: null,
    reason: 'new checkout',
    change_link: null,
    correlation_id: id(8),
    attempts: 0,
    lease_holder: null,
    lease_until: null,
    fence: null,
    abort_requested: false,
    failure: null,
    created_by: 'ada',
    created_at: at,
    updated_at: at,
    ...more,
  })
}

export const aDiff: Diff = {
  objects: [
    {
      kind: 'service',
      name: 'web',
      action: 'change',
      fields: [
        { path: 'image', before: 'shop:1.4', after: 'shop:1.5', secret: false },
        { path: 'environment.DB_PASSWORD', before: null, after: null, secret: true },
      ],
    },
    { kind: 'volume', name: 'data', action: 'unchanged', fields: [] },
  ],
  counts: { create: 0, change: 1, replace: 0, delete: 0, unchanged: 1 },
  words: [{ text: 'image 1.4 → 1.5', params: {} }],
}

/** The reader's own diff, where the claimed one says the same. */
export const aComparison: Comparison = { ...aDiff, claim_differs: [] }

/** The plan of `aRelease()`. */
export function aPreview(more: Readonly<Record<string, unknown>> = {}): Preview {
  return preview.parse({
    preview_ref: id(6),
    release_id: id(1),
    revision: 1,
    context_hash: contextHash,
    document_digest: documentDigest,
    previous_document_digest: null,
    live_base: {},
    live_base_digest: documentDigest,
    diff: aDiff,
    checks: [{ key: 'disk', severity: 'warning', message: { text: 'little disk space' } }],
    risk: { level: 'medium', reasons: [{ text: 'production stage' }] },
    images: [{ reference: 'shop:1.5', image_id: null, repo_digest: `shop@sha256:${'e'.repeat(64)}` }],
    steps: [{ index: 0, key: 'up', host: 'h1', message: { text: 'bring it up' }, params: {} }],
    way_back: { document_digest: documentDigest, release: 'shop-6', on_failure: 'stop', go_back_hours: 24 },
    policy: {
      version: 1,
      required: true,
      rules: [{ role: null, minimum: 1, candidates: ['grace'] }],
      solo: false,
      covered_by: null,
    },
    claimed_by: 'ada',
    created_at: at,
    expires_at: '2026-03-04T05:36:07.000Z',
    valid: true,
    ...more,
  })
}

/** The ticket that asks for `aRelease()`. */
export function aTicket(more: Readonly<Record<string, unknown>> = {}): Ticket {
  return ticket.parse({
    id: id(9),
    scope_type: 'release',
    scope_id: id(1),
    release: 'shop-7',
    project_id: id(2),
    project: 'web',
    stage: 'production',
    target: 'shop-prod',
    runtime: 'compose',
    risk_level: 'medium',
    risk_reasons: [{ text: 'production stage' }],
    priority: 'p2',
    status: 'pending',
    requested_by: 'ada',
    requested_by_person: 'Ada Lovelace',
    assigned_to: null,
    rules: [{ role: null, minimum: 1, candidates: ['grace'], approved_by: [] }],
    source: 'cli',
    summary: [{ text: 'image 1.4 → 1.5' }],
    reason: 'new checkout',
    change_link: null,
    context_hash: contextHash,
    document_digest: documentDigest,
    revision: 3,
    expires_at: '2026-03-04T13:06:07.000Z',
    sla_due_at: '2026-03-04T07:06:07.000Z',
    overdue: false,
    escalated_at: null,
    decided_at: null,
    decided_by: null,
    actions: [{ action: 'created', actor: 'ada', person: 'Ada Lovelace', comment: null, at }],
    created_at: at,
    updated_at: at,
    can_decide: true,
    ...more,
  })
}

/** The ticket of a change of policy: two people instead of one. */
export function aChangeTicket(more: Readonly<Record<string, unknown>> = {}): Ticket {
  return aTicket({
    id: id(10),
    scope_type: 'policy',
    scope_id: id(11),
    summary: [{ text: 'change.policy', params: { project: 'web', stage: 'production', runtime: '*' } }],
    reason: 'audit',
    change: {
      kind: 'policy',
      project: 'web',
      stage: 'production',
      runtime: '*',
      rules: [{ kind: 'anyone', minimum: 2 }],
    },
    fields: [{ path: 'rules.1', before: '1 × anyone', after: '2 × anyone' }],
    ...more,
  })
}

/** The ticket that asks somebody to look at an emergency. */
export function aReviewTicket(more: Readonly<Record<string, unknown>> = {}): Ticket {
  return aTicket({
    scope_type: 'review',
    expires_at: null,
    incident_link: 'https://incidents.example/42',
    ...more,
  })
}

/** An event of `aRelease()`. */
export function anEvent(more: Readonly<Record<string, unknown>> = {}): TimelineEvent {
  return timelineEvent.parse({
    id: id(20),
    action: 'release.applied',
    resource_type: 'release',
    resource_id: id(1),
    project_id: id(2),
    actor: 'ada',
    actor_person: 'Ada Lovelace',
    actor_kind: 'human',
    source: 'cli',
    severity: 'info',
    correlation_id: id(8),
    occurred_at: at,
    detail: {},
    chain_seq: 1,
    prev_hash: '0'.repeat(64),
    hash: 'abc123abc123'.padEnd(64, '0'),
    ...more,
  })
}

/** A step of `aRelease()`. */
export function aStep(more: Readonly<Record<string, unknown>> = {}): ReleaseStep {
  return releaseStep.parse({
    attempt: 1,
    index: 0,
    key: 'up',
    host: 'h1',
    message: { text: 'bring it up' },
    status: 'succeeded',
    fence: 4,
    started_at: at,
    finished_at: at,
    detail: {},
    ...more,
  })
}

/** What was found when `aRelease()` failed. */
export function aDiagnostic(more: Readonly<Record<string, unknown>> = {}): Diagnostic {
  return diagnostic.parse({
    id: id(30),
    release_id: id(1),
    attempt: 1,
    phase: 'verify',
    code: 'compose_unhealthy',
    severity: 'error',
    resource: { kind: 'service', name: 'web', namespace: null, host: 'h1', container: 'shop-web-1' },
    message: { text: 'the health check fails' },
    evidence: { exit_code: 1, health_output: 'connection refused', last_log_lines: ['boom'], facts: {} },
    hint: { text: 'look at the log' },
    first_seen: at,
    count: 1,
    ...more,
  })
}
