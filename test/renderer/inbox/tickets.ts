import type { InferContractRouterOutputs } from '@orpc/contract'
import { v7 as newId } from 'uuid'
import { z } from 'zod'
import { accessChange } from '../../../src-preload/contract/access.ts'
import type { AccessChange } from '../../../src-preload/contract/access.ts'
import type { Contract } from '../../../src-preload/contract/contract.ts'
import { changeTicket, planTicket, reviewTicket } from '../../../src-preload/contract/inbox.ts'
import type { ChangeTicket, PlanTicket, ReviewTicket } from '../../../src-preload/contract/inbox.ts'
import { member } from '../../../src-preload/contract/members.ts'
import type { Grant, Member } from '../../../src-preload/contract/members.ts'
import type { Comparison, Preview, Release } from '../../../src-preload/contract/releases.ts'
import { comparison, preview, release } from '../../../src-preload/contract/releases.ts'
import { digest, projectId } from '../../../src-preload/contract/vocabulary.ts'

export const shop = projectId.parse('0198c0de-0000-7000-8000-0000000000aa')
/** A digest of one repeated hex digit. */
export const hash = (digit: string) => digest.parse(`sha256:${digit.repeat(64)}`)

const every = {
  id: '0198c0de-0000-7000-8000-000000000001',
  risk_level: 'medium',
  risk_reasons: [{ text: 'risk.production', params: { stage: 'production' } }],
  priority: 'p2',
  status: 'pending',
  requested_by: 'alice',
  requested_by_person: 'Alice',
  assigned_to: null,
  rules: [{ role: null, team: null, minimum: 1, candidates: ['Bob'], approved_by: [] }],
  source: 'desktop',
  summary: [],
  reason: 'prices were wrong',
  change_link: 'https://changes.example/1',
  context_hash: hash('c'),
  revision: 3,
  sla_due_at: '2026-03-01T12:00:00Z',
  overdue: false,
  escalated_at: null,
  decided_at: null,
  decided_by: null,
  actions: [
    { action: 'created', actor: 'alice', person: 'Alice', comment: null, at: '2026-03-01T10:00:00Z' },
  ],
  created_at: '2026-03-01T10:00:00Z',
  updated_at: '2026-03-01T10:00:00Z',
  can_decide: true,
} as const
const place = {
  scope_id: '0198c0de-0000-7000-8000-0000000000ee',
  release: 'web-7',
  project_id: shop,
  project: 'shop',
  stage: 'production',
  target: 'web-target',
  runtime: 'compose',
  document_digest: hash('d'),
} as const

/** A plan of Alice's that waits for Bob. */
export function aPlanTicket(changes: Partial<PlanTicket> = {}): PlanTicket {
  const expires_at = '2026-03-01T18:00:00Z'
  return planTicket.parse({ ...every, ...place, scope_type: 'release', expires_at, ...changes })
}

/** An emergency that Alice let through. */
export function aReviewTicket(changes: Partial<ReviewTicket> = {}): ReviewTicket {
  const incident_link = 'https://incidents.example/9'
  return reviewTicket.parse({
    ...every,
    ...place,
    scope_type: 'review',
    expires_at: null,
    incident_link,
    ...changes,
  })
}

/** A change that Alice asks for. */
export function aChangeTicket(change: AccessChange, changes: Partial<ChangeTicket> = {}): ChangeTicket {
  return changeTicket.parse({
    ...every,
    scope_type: 'access',
    scope_id: '0198c0de-0000-7000-8000-0000000000cc',
    project_id: shop,
    project: 'shop',
    expires_at: '2026-03-08T10:00:00Z',
    change: accessChange.parse(change),
    fields: [],
    ...changes,
  })
}

/** A login; a person of their own unless another one is named. */
export function aMember(login: string, changes: Partial<z.input<typeof member>> = {}): Member {
  return member.parse({
    id: newId(),
    login,
    kind: 'human',
    person: { id: newId(), name: login },
    active: true,
    recipient: null,
    roles: [],
    created_at: '2026-01-01T00:00:00Z',
    ...changes,
  })
}

type Me = InferContractRouterOutputs<Contract>['members']['me']

/** Who is looking, and what they hold. */
export function aReader(reader: Member, grants: readonly Grant[], solo = false): Me {
  const ledger = { id: newId(), embedded: false, schema_version: '0120', solo }
  return { member: reader, grants: [...grants], ledger }
}

/** What changes, as one object with one field. */
export function aComparison(changes: Partial<Comparison> = {}): Comparison {
  return comparison.parse({
    objects: [
      {
        kind: 'service',
        name: 'web',
        action: 'change',
        fields: [{ path: 'image', before: 'shop/web:1', after: 'shop/web:2', secret: false }],
      },
    ],
    counts: { create: 0, change: 1, replace: 0, delete: 0, unchanged: 0 },
    words: [{ text: 'diff.image', params: { name: 'web', before: 'shop/web:1', after: 'shop/web:2' } }],
    claim_differs: [],
    ...changes,
  })
}

/** The plan that belongs to `aPlanTicket`. */
export function aPlan(changes: Partial<Preview> = {}): Preview {
  const { objects, counts, words } = aComparison()
  return preview.parse({
    preview_ref: newId(),
    release_id: place.scope_id,
    revision: 3,
    context_hash: hash('c'),
    document_digest: hash('d'),
    previous_document_digest: null,
    live_base: {},
    live_base_digest: hash('b'),
    diff: { objects, counts, words },
    checks: [],
    risk: { level: 'medium', reasons: [] },
    images: [],
    steps: [],
    way_back: { document_digest: null, release: null, on_failure: 'stop', go_back_hours: 24 },
    policy: { version: 1, required: true, rules: [], solo: false, covered_by: null },
    claimed_by: 'alice',
    created_at: '2026-03-01T10:00:00Z',
    expires_at: '2026-03-01T10:30:00Z',
    valid: true,
    ...changes,
  })
}

/** The release of `aPlanTicket`, which starts as soon as it is approved. */
export function aRelease(changes: Partial<z.input<typeof release>> = {}): Release {
  return release.parse({
    id: place.scope_id,
    label: place.release,
    number: 7,
    project_id: shop,
    project: place.project,
    service: { id: newId(), name: 'web' },
    target: { id: newId(), name: place.target, stage_id: newId(), stage: place.stage },
    runtime: place.runtime,
    kind: 'release',
    lifecycle_state: 'pending_approval',
    run: 'idle',
    revision: 3,
    version_label: null,
    variables: {},
    secret_variables: [],
    strategy: 'rolling',
    preview_ref: null,
    document_digest: hash('d'),
    approval_required: true,
    approval_ticket: every.id,
    approved_until: null,
    start: { rule: 'on_approval', due_at: null },
    break_glass: null,
    source_release_id: null,
    target_revision: null,
    reason: every.reason,
    change_link: every.change_link,
    correlation_id: newId(),
    attempts: 0,
    lease_holder: null,
    lease_until: null,
    fence: null,
    abort_requested: false,
    failure: null,
    created_by: 'alice',
    created_at: every.created_at,
    updated_at: every.updated_at,
    ...changes,
  })
}
