import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { errorCode } from './errors.ts'
import { timelineEvent } from './events.ts'
import { changes, reads } from './procedure.ts'
import { startRule } from './services.ts'
import {
  commandId,
  digest,
  instant,
  jsonObject,
  lifecycleState,
  message,
  name,
  position,
  previewRef,
  projectId,
  releaseId,
  riskLevel,
  runState,
  runtime,
  serviceId,
  severity,
  stageId,
  strategyName,
  targetId,
  ticketId,
  variableName,
} from './vocabulary.ts'

/** One object of a document, flattened for comparison: path → display value. */
export interface DocumentObject {
  readonly kind: string
  readonly name: string
  readonly fields: Readonly<Record<string, string>>
  /** Paths whose value is secret: compared, never shown. */
  readonly secret_paths: readonly string[]
}

/** One field of an object that differs; a secret one says that it changed and shows neither value. */
export const fieldChange = z.object({
  path: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
  secret: z.boolean(),
})
export const objectChange = z.object({
  kind: z.string(),
  name: z.string(),
  action: z.enum(['create', 'change', 'replace', 'delete', 'unchanged']),
  fields: z.array(fieldChange),
})
export type ObjectChange = z.infer<typeof objectChange>

/** The aggregate diff of a release, its counts, and the same in words. */
export const diff = z.object({
  objects: z.array(objectChange),
  counts: z.object({
    create: z.int(),
    change: z.int(),
    replace: z.int(),
    delete: z.int(),
    unchanged: z.int(),
  }),
  words: z.array(message),
})
export type Diff = z.infer<typeof diff>

/** A reader's own diff, and the objects of which the requester's diff says something else. */
export const comparison = diff.extend({
  claim_differs: z.array(z.object({ kind: z.string(), name: z.string() })),
})
export type Comparison = z.infer<typeof comparison>

export const check = z.object({ key: z.string(), severity, message })
export type Check = z.infer<typeof check>

export const plannedStep = z.object({
  index: z.int(),
  key: z.string(),
  host: z.string(),
  message,
  params: jsonObject,
})
export type PlannedStep = z.infer<typeof plannedStep>

/** An image of the document, and the digest or id that the host resolved it to, where it could. */
export const resolvedImage = z.object({
  reference: z.string(),
  image_id: z.string().nullable(),
  repo_digest: z.string().nullable(),
})
export type ResolvedImage = z.infer<typeof resolvedImage>

/** Stands for the team of a service that has none: nobody is in it, so nobody fills the rule. */
export const noTeam = '?'

/** One rule of a policy as it counts for one plan: anybody who may approve there, a role, or a team. */
export const policyRule = z.object({
  role: z.string().nullable(),
  team: z.string().nullable().default(null),
  minimum: z.int().min(1),
  candidates: z.array(z.string()),
})
export const policyDecision = z.object({
  version: z.int(),
  required: z.boolean(),
  rules: z.array(policyRule),
  /** Only one person in this ledger: there is nobody to ask. */
  solo: z.boolean(),
  /** The rollback that an earlier approval covers, by that approval's ticket. */
  covered_by: ticketId.nullable(),
})
export type PolicyDecision = z.infer<typeof policyDecision>

export const risk = z.object({ level: riskLevel, reasons: z.array(message) })
export type Risk = z.infer<typeof risk>

export const wayBack = z.object({
  document_digest: digest.nullable(),
  release: z.string().nullable(),
  on_failure: z.enum(['stop', 'go_back']),
  go_back_hours: z.int(),
})
export type WayBack = z.infer<typeof wayBack>

/**
 * A plan, rendered once. The database checked digest, context and expiry; `diff`, `checks`, `risk`, `images` and
 * `live_base` are the previewing desktop's word (`claimed_by`) until somebody with access looks again.
 */
export const preview = z.object({
  preview_ref: previewRef,
  release_id: releaseId,
  revision: z.int(),
  context_hash: digest,
  document_digest: digest,
  previous_document_digest: digest.nullable(),
  live_base: jsonObject,
  live_base_digest: digest,
  diff,
  checks: z.array(check),
  risk,
  images: z.array(resolvedImage),
  steps: z.array(plannedStep),
  way_back: wayBack,
  policy: policyDecision,
  claimed_by: z.string(),
  created_at: instant,
  expires_at: instant,
  valid: z.boolean(),
})
export type Preview = z.infer<typeof preview>

export const release = z.object({
  id: releaseId,
  label: z.string(),
  number: z.int(),
  project_id: projectId,
  project: name,
  service: z.object({ id: serviceId, name }),
  target: z.object({ id: targetId, name, stage_id: stageId, stage: name }),
  runtime,
  kind: z.enum(['release', 'rollback']),
  lifecycle_state: lifecycleState,
  run: runState,
  revision: z.int(),
  version_label: z.string().nullable(),
  variables: z.record(variableName, z.string()),
  secret_variables: z.array(variableName),
  strategy: strategyName,
  preview_ref: previewRef.nullable(),
  document_digest: digest.nullable(),
  approval_required: z.boolean(),
  approval_ticket: ticketId.nullable(),
  approved_until: instant.nullable(),
  /** When it starts; `due_at` is set by the approval, and nobody starts it earlier. */
  start: z.object({ rule: startRule, due_at: instant.nullable() }),
  /** Approved by nobody: an emergency, whose review another person has to close. */
  break_glass: z
    .object({
      reason: z.string(),
      incident_link: z.string(),
      by: z.string(),
      at: instant,
      review_ticket: ticketId,
    })
    .nullable(),
  source_release_id: releaseId.nullable(),
  target_revision: releaseId.nullable(),
  reason: z.string(),
  change_link: z.string().nullable(),
  correlation_id: z.uuid(),
  attempts: z.int(),
  lease_holder: z.string().nullable(),
  lease_until: instant.nullable(),
  fence: z.int().nullable(),
  abort_requested: z.boolean(),
  failure: z.object({ code: errorCode, message: z.string() }).nullable(),
  created_by: z.string(),
  created_at: instant,
  updated_at: instant,
})
export type Release = z.infer<typeof release>

export const diagnosticPhase = z.enum(['preflight', 'render', 'apply', 'rollout', 'verify', 'rollback'])

/** One structured finding: what failed, where, why as far as known, and what to do next. */
export const diagnostic = z.object({
  id: z.uuid(),
  release_id: releaseId,
  attempt: z.int(),
  phase: diagnosticPhase,
  code: errorCode,
  severity,
  resource: z.object({
    kind: z.string(),
    name: z.string(),
    namespace: z.string().nullable(),
    host: z.string().nullable(),
    container: z.string().nullable(),
  }),
  message,
  evidence: z.object({
    exit_code: z.int().nullable(),
    health_output: z.string().nullable(),
    last_log_lines: z.array(z.string()),
    facts: jsonObject,
  }),
  hint: message,
  first_seen: instant,
  count: z.int(),
})
export type Diagnostic = z.infer<typeof diagnostic>

export const releaseStep = z.object({
  attempt: z.int(),
  index: z.int(),
  key: z.string(),
  host: z.string(),
  message,
  status: z.enum(['intended', 'succeeded', 'failed', 'unknown']),
  fence: z.int(),
  started_at: instant,
  finished_at: instant.nullable(),
  detail: jsonObject,
})
export type ReleaseStep = z.infer<typeof releaseStep>

/** A line of a run, as it happens. */
export const progress = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('state'), release: z.lazy(() => release) }),
  z.object({ kind: z.literal('step'), step: releaseStep }),
  z.object({ kind: z.literal('log'), step: z.string(), host: z.string(), line: z.string() }),
  z.object({ kind: z.literal('check'), check }),
  z.object({ kind: z.literal('diagnosis'), diagnostic }),
])
export type Progress = z.infer<typeof progress>

/** A member whose desktop or runner carries out what is due. */
export const executor = z.object({
  login: z.string(),
  person: z.string(),
  runtimes: z.array(runtime),
  seen_at: instant,
  online: z.boolean(),
})
export type Executor = z.infer<typeof executor>

const byRelease = z.object({ release: z.string().min(1) })
const answer = z.object({ release, position })
const variables = z.record(variableName, z.string().max(65536))

/** A release is named by its id or by its label, `<service>-<n>`. */
export const releaseContract = {
  list: reads('release:read', 'release list')
    .input(
      z.object({
        project: name.optional(),
        service: name.optional(),
        target: name.optional(),
        stage: name.optional(),
        runtime: runtime.optional(),
        state: lifecycleState.optional(),
        /** A login, or a part of the name of the person who made it. */
        requester: z.string().min(1).max(200).optional(),
        /** Made at or after, and before. */
        since: instant.optional(),
        until: instant.optional(),
        /** A part of label, version, reason or change link, in any case. */
        text: z.string().min(1).max(200).optional(),
        limit: z.int().min(1).max(200).default(50),
        before: releaseId.optional(),
      }),
    )
    .output(z.array(release)),
  get: reads('release:read', 'release status').input(byRelease).output(release),
  preview: changes('release:preview', 'release preview')
    .input(
      z.object({
        command_id: commandId,
        project: name.optional(),
        service: name,
        target: name,
        /** Plans an open release again instead of making a new one. */
        release: z.string().optional(),
        version_label: z.string().max(128).optional(),
        variables: variables.default({}),
        secrets: variables.default({}),
        strategy: strategyName.optional(),
        reason: z.string().max(4096).default(''),
        change_link: z.url({ protocol: /^https?$/ }).optional(),
      }),
    )
    .output(z.object({ release, preview, position })),
  show_preview: reads('release:read', 'release plan').input(byRelease).output(preview),
  document: reads('release:read', 'release document')
    .input(byRelease)
    .output(z.object({ digest, text: z.string() })),
  /** The reader's own comparison of the stored document with the target's last applied one. */
  compare: reads('release:read', 'release diff').input(byRelease).output(comparison),
  request_apply: changes('release:apply', 'release apply')
    .input(
      byRelease.extend({
        command_id: commandId,
        preview_ref: previewRef.nullable().default(null),
        context_hash: digest.optional(),
        source: z.enum(['desktop', 'cli']).default('cli'),
      }),
    )
    .output(answer),
  /** Takes the lease and carries the approved release out here; also a retry, and the recovery of a lost run. */
  start: changes('release:apply', 'release apply').input(byRelease).output(eventIterator(progress)),
  rollback: changes('release:rollback', 'release rollback')
    .input(
      byRelease.extend({
        command_id: commandId,
        /** The release whose document is restored; the one applied before it unless told. */
        to: z.string().optional(),
        reason: z.string().max(4096).default(''),
      }),
    )
    .output(z.object({ release, preview, position })),
  /**
   * Approves a waiting release in an emergency, past policy, freeze and start rule; everybody concerned is told, and a
   * review opens that another person has to close.
   */
  break_glass: changes('release:break_glass', 'release break-glass')
    .input(
      byRelease.extend({
        command_id: commandId,
        reason: z.string().min(1).max(4096),
        incident_link: z.url({ protocol: /^https?$/ }).max(4096),
      }),
    )
    .output(answer),
  /** Approved releases whose time to start has come by their rule; whoever executes takes them from here. */
  due: reads('release:apply', 'release due').input(z.object({})).output(z.array(release)),
  /** Who carries due releases out; `online` is judged by the ledger's clock. */
  executors: reads('release:read', 'release executors').input(z.object({})).output(z.array(executor)),
  withdraw: changes('release:apply', 'release withdraw')
    .input(byRelease.extend({ command_id: commandId, comment: z.string().max(4096).default('') }))
    .output(answer),
  abort: changes('release:apply', 'release abort')
    .input(byRelease.extend({ command_id: commandId, comment: z.string().max(4096).default('') }))
    .output(answer),
  steps: reads('release:read', 'release steps').input(byRelease).output(z.array(releaseStep)),
  logs: reads('release:read', 'release logs')
    .input(byRelease)
    .output(
      z.array(
        z.object({ attempt: z.int(), step: z.string(), host: z.string(), text: z.string(), at: instant }),
      ),
    ),
  diagnostics: reads('release:read', 'release diagnose').input(byRelease).output(z.array(diagnostic)),
  timeline: reads('release:read', 'release timeline').input(byRelease).output(z.array(timelineEvent)),
}
