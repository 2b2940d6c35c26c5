import { randomUUID } from 'node:crypto'
import type { Lease, PreviewCommand, ReleaseCommitted } from '../../src-main/ports/ledger.ts'
import { canonicalDigest, canonicalText, sha256 } from '../../src-main/lifecycle/canonical.ts'
import { contextOf } from '../../src-main/lifecycle/context.ts'
import { placeIdentity } from '../../src-main/lifecycle/identity.ts'
import type { Release } from '../../src-preload/contract/releases.ts'
import { composePlace } from '../../src-preload/contract/targets.ts'
import {
  commandId,
  previewRef,
  projectId,
  releaseId,
  serviceId,
  stageId,
  targetId,
  ticketId,
} from '../../src-preload/contract/vocabulary.ts'
import type { Digest, ReleaseId, RiskLevel } from '../../src-preload/contract/vocabulary.ts'
import { startTestLedger } from '../support/ledger.ts'
import type { TestLedger, TestMember } from '../support/ledger.ts'

/** A project with one service that goes to production, where another person has to approve. */
export interface SmallProject {
  readonly name: string
  readonly id: ReturnType<typeof projectId.parse>
  readonly service: ReturnType<typeof serviceId.parse>
  readonly target: ReturnType<typeof targetId.parse>
  readonly identity: Digest
}

/** Two projects on one ledger, and who works in which. */
export interface TwoProjects {
  readonly ledger: TestLedger
  /** Everything but approving, in the whole ledger. */
  readonly boss: TestMember
  readonly shop: SmallProject
  readonly bank: SmallProject
  /** Plans, applies and could approve in the shop. */
  readonly alice: TestMember
  /** The same person as alice. */
  readonly aliceToo: TestMember
  /** Approves in the shop. */
  readonly bob: TestMember
  /** Reads in the shop. */
  readonly vera: TestMember
  /** Plans, applies and approves in the bank, and has no business in the shop. */
  readonly mallory: TestMember
  /** A member without any role. */
  readonly stranger: TestMember
}

/** Starts a ledger with both projects declared and nothing released yet. */
export async function twoProjects(): Promise<TwoProjects> {
  const ledger = await startTestLedger()
  const boss = await ledger.member('boss', { roles: [{ role: 'admin' }, { role: 'auditor' }] })
  const shop = await declareProject(boss, 'shop')
  const bank = await declareProject(boss, 'bank')
  const both = ['operator-compose', 'approver']
  const inProject = (project: string, roles: string[]) => ({
    roles: roles.map((role) => ({ role, project })),
  })
  const alice = await ledger.member('alice', { person: 'Alice', ...inProject('shop', both) })
  const aliceToo = await ledger.member('alice_too', { samePersonAs: 'alice', ...inProject('shop', both) })
  const bob = await ledger.member('bob', { person: 'Bob', ...inProject('shop', ['approver']) })
  const vera = await ledger.member('vera', { person: 'Vera', ...inProject('shop', ['viewer']) })
  const mallory = await ledger.member('mallory', { person: 'Mallory', ...inProject('bank', both) })
  const stranger = await ledger.member('stranger', { person: 'Stranger' })
  return { ledger, boss, shop, bank, alice, aliceToo, bob, vera, mallory, stranger }
}

async function declareProject(boss: TestMember, name: string): Promise<SmallProject> {
  const place = composePlace.parse({
    host: { kind: 'local', engine_id: `engine-${name}` },
    project: name,
    allow: [],
  })
  const project: SmallProject = {
    name,
    id: projectId.parse(randomUUID()),
    service: serviceId.parse(randomUUID()),
    target: targetId.parse(randomUUID()),
    identity: placeIdentity(place),
  }
  const stage = { production: true, preview_ttl_minutes: 30, approval_window_hours: 8, approvals: null }
  await boss.ledger.declare({
    command_id: commandId.parse(randomUUID()),
    project: { id: project.id, name },
    stages: [{ id: stageId.parse(randomUUID()), name: 'production', rank: 0, ...stage }],
    targets: [
      {
        id: project.target,
        name: 'main',
        stage: 'production',
        runtime: 'compose',
        place,
        identity: project.identity,
      },
    ],
    services: [
      {
        id: project.service,
        name: `${name}-web`,
        team: null,
        runtime: 'compose',
        source: { kind: 'directory', path: '/srv/app', file: 'compose.yaml' },
        variables: {},
        releases_to: [
          {
            target: 'main',
            strategy: 'rolling',
            start: 'by_hand',
            ...delivery,
          },
        ],
      },
    ],
  })
  return project
}

const delivery = {
  verification: { timeout_seconds: 60, window_seconds: 5, max_restarts: 0 },
  on_failure: 'stop',
  retries: 2,
  go_back_hours: 24,
} as const

export interface PlanOptions {
  readonly id?: ReleaseId
  readonly seen?: number
  /** What tells one document from another. */
  readonly image?: string
  readonly previous?: Digest | null
  readonly risk?: RiskLevel
  readonly sealed?: PreviewCommand['sealed']
  readonly policy_version?: number
}

/** A plan as an honest desktop would record it. */
export function planCommand(project: SmallProject, options: PlanOptions = {}): PreviewCommand {
  const image = options.image ?? 'web:1'
  const document = Buffer.from(canonicalText({ services: { web: { image } } }))
  const id = options.id ?? releaseId.parse(randomUUID())
  const live = { web: { image_id: 'none' } }
  const plan = {
    release: id,
    revision: (options.seen ?? 0) + 1,
    service: project.service,
    target: { id: project.target, identity: project.identity },
    runtime: 'compose',
    strategy: 'rolling',
    delivery,
    variables: {},
    document_digest: sha256(document),
    previous_document_digest: options.previous ?? null,
    images: [{ reference: image, image_id: null, repo_digest: null }],
    live_base: live,
    policy_version: options.policy_version ?? 2,
  } as const
  return {
    command_id: commandId.parse(randomUUID()),
    release_id: id,
    seen_revision: options.seen ?? 0,
    service_id: project.service,
    target_id: project.target,
    kind: 'release',
    source_release_id: null,
    target_revision: null,
    version_label: null,
    variables: {},
    secret_variables: [],
    strategy: 'rolling',
    reason: 'a test',
    change_link: null,
    correlation_id: randomUUID(),
    preview_ref: previewRef.parse(randomUUID()),
    document,
    document_digest: plan.document_digest,
    previous_document_digest: plan.previous_document_digest,
    context: contextOf(plan).text,
    live_base: live,
    live_base_digest: canonicalDigest(live),
    diff: { objects: [], counts: { create: 1, change: 0, replace: 0, delete: 0, unchanged: 0 }, words: [] },
    checks: [],
    risk: { level: options.risk ?? 'medium', reasons: [] },
    images: plan.images,
    steps: [],
    way_back: {
      document_digest: plan.previous_document_digest,
      release: null,
      on_failure: 'stop',
      go_back_hours: 24,
    },
    sealed: options.sealed ?? [],
  }
}

/** A release that waits for its approval, with the plan that it is about. */
export interface Waiting extends ReleaseCommitted {
  readonly plan: PreviewCommand
  readonly ticket: ReturnType<typeof ticketId.parse>
  readonly contextHash: Digest
}

/** Plans a release and asks for its apply. */
export async function askFor(
  member: TestMember,
  project: SmallProject,
  options: PlanOptions = {},
): Promise<Waiting> {
  const plan = planCommand(project, options)
  const planned = await member.ledger.recordPreview(plan)
  const ticket = ticketId.parse(randomUUID())
  const contextHash = sha256(plan.context)
  const asked = await member.ledger.requestApply({
    command_id: commandId.parse(randomUUID()),
    release_id: plan.release_id,
    seen_revision: planned.revision,
    preview_ref: plan.preview_ref,
    context_hash: contextHash,
    ticket_id: ticket,
    source: 'cli',
  })
  return { ...asked, plan, ticket, contextHash }
}

/** Approves what is asked for, as one who saw exactly that; the release as it is then. */
export async function approve(member: TestMember, waiting: Waiting): Promise<Release> {
  await member.ledger.decide({
    command_id: commandId.parse(randomUUID()),
    ticket_id: waiting.ticket,
    decision: 'approve',
    seen_revision: waiting.plan.seen_revision + 1,
    seen_context_hash: waiting.contextHash,
    comment: 'looks right',
  })
  return member.reads.release(waiting.release_id)
}

/** Carries an approved release out, to its happy end, and leaves a step, a page of output and a finding behind. */
export async function apply(
  member: TestMember,
  waiting: Waiting,
  revision: number,
): Promise<ReleaseCommitted> {
  const lease = await takeLease(member, waiting, revision)
  await leaveTraces(member, { release_id: waiting.release_id, ...lease })
  const { live_base, live_base_digest } = waiting.plan
  return member.ledger.finish({
    command_id: commandId.parse(randomUUID()),
    release_id: waiting.release_id,
    fence: lease.fence,
    outcome: { kind: 'applied' },
    checks: [],
    live_base,
    live_base_digest,
    logs_digest: sha256(''),
  })
}

/** The same, to its sad end. */
export async function fail(
  member: TestMember,
  waiting: Waiting,
  revision: number,
): Promise<ReleaseCommitted> {
  const lease = await takeLease(member, waiting, revision)
  await leaveTraces(member, { release_id: waiting.release_id, ...lease })
  const { live_base, live_base_digest } = waiting.plan
  return member.ledger.finish({
    command_id: commandId.parse(randomUUID()),
    release_id: waiting.release_id,
    fence: lease.fence,
    outcome: { kind: 'failed', code: 'compose_unhealthy', message: 'web never became healthy' },
    checks: [],
    live_base,
    live_base_digest,
    logs_digest: sha256(''),
  })
}

async function takeLease(member: TestMember, waiting: Waiting, revision: number): Promise<Lease> {
  const { release_id, document_digest, live_base_digest } = waiting.plan
  return member.ledger.takeLease({
    release_id,
    seen_revision: revision,
    document_digest,
    live_base_digest,
    drifted: [],
    observed_fence: 0,
    lease_seconds: 60,
  })
}

async function leaveTraces(
  member: TestMember,
  { release_id, fence, attempt }: { release_id: ReleaseId; fence: number; attempt: number },
): Promise<void> {
  const held = { release_id, fence, attempt }
  const message = { text: 'step.up', params: {} }
  const at = { key: 'up', host: 'main' }
  await member.ledger.recordStep({ ...held, ...at, index: 0, message, status: 'intended', detail: {} })
  await member.ledger.recordStep({ ...held, ...at, index: 0, message, status: 'succeeded', detail: {} })
  await member.ledger.recordLogs({ ...held, step: 'up', host: 'main', text: 'Container web started' })
  await member.ledger.recordDiagnostics({
    ...held,
    diagnostics: [
      {
        id: randomUUID(),
        phase: 'verify',
        code: 'compose_unhealthy',
        severity: 'warning',
        resource: { kind: 'container', name: 'web', namespace: null, host: 'main', container: 'web' },
        message: { text: 'finding.slow', params: {} },
        evidence: { exit_code: null, health_output: null, last_log_lines: [], facts: {} },
        hint: { text: 'finding.slow.hint', params: {} },
      },
    ],
  })
}
