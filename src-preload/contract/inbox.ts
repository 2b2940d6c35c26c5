import { z } from 'zod'
import { accessChange } from './access.ts'
import { changes, reads } from './procedure.ts'
import { policyRule } from './releases.ts'
import {
  changeId,
  commandId,
  digest,
  instant,
  login,
  message,
  name,
  position,
  priority,
  projectId,
  releaseId,
  riskLevel,
  runtime,
  ticketId,
} from './vocabulary.ts'

export const ticketStatus = z.enum(['pending', 'approved', 'rejected', 'expired', 'cancelled', 'superseded'])
export type TicketStatus = z.infer<typeof ticketStatus>

/** What a ticket is about: a plan, what was done in an emergency, or who may do what. */
export const ticketScope = z.enum(['release', 'rollback', 'review', 'policy', 'access'])
export type TicketScope = z.infer<typeof ticketScope>

/** Who has decided, was asked, or may still fill a rule. */
export const ticketAction = z.object({
  action: z.enum([
    'created',
    'assigned',
    'viewed',
    'commented',
    'approved',
    'rejected',
    'expired',
    'escalated',
    'superseded',
    'revoked',
  ]),
  actor: z.string(),
  person: z.string().nullable(),
  comment: z.string().nullable(),
  at: instant,
})
export type TicketAction = z.infer<typeof ticketAction>

const anyTicket = z.object({
  id: ticketId,
  risk_level: riskLevel,
  risk_reasons: z.array(message),
  priority,
  status: ticketStatus,
  requested_by: z.string(),
  requested_by_person: z.string(),
  assigned_to: z.string().nullable(),
  rules: z.array(policyRule.extend({ approved_by: z.array(z.string()) })),
  source: z.enum(['desktop', 'cli', 'assistant', 'webhook', 'scheduler']),
  summary: z.array(message),
  reason: z.string(),
  change_link: z.string().nullable(),
  /** Names exactly what is decided; a decision carries the one that was seen. */
  context_hash: digest,
  revision: z.int(),
  sla_due_at: instant,
  overdue: z.boolean(),
  escalated_at: instant.nullable(),
  decided_at: instant.nullable(),
  decided_by: z.string().nullable(),
  actions: z.array(ticketAction),
  created_at: instant,
  updated_at: instant,
  /** Whether the reader may decide it; the ledger judges again when they do. */
  can_decide: z.boolean(),
})

const aboutRelease = {
  scope_id: releaseId,
  release: z.string(),
  project_id: projectId,
  project: name,
  stage: name,
  target: name,
  runtime,
  document_digest: digest,
}

/** A plan that waits for the people whom its policy names. */
export const planTicket = anyTicket.extend({
  ...aboutRelease,
  scope_type: z.enum(['release', 'rollback']),
  expires_at: instant,
})
/** An emergency that another person has to look at; it never runs out. Approving closes it, rejecting says it was wrong. */
export const reviewTicket = anyTicket.extend({
  ...aboutRelease,
  scope_type: z.literal('review'),
  expires_at: z.null(),
  incident_link: z.string(),
})
/** A change of policy or access; `fields` is the ledger's own comparison with what counts now. */
export const changeTicket = anyTicket.extend({
  scope_type: z.enum(['policy', 'access']),
  scope_id: changeId,
  project_id: projectId.nullable(),
  project: name.nullable(),
  expires_at: instant,
  change: accessChange,
  fields: z.array(
    z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() }),
  ),
})
export const ticket = z.discriminatedUnion('scope_type', [planTicket, reviewTicket, changeTicket])
export type Ticket = z.infer<typeof ticket>
export type PlanTicket = z.infer<typeof planTicket>
export type ReviewTicket = z.infer<typeof reviewTicket>
export type ChangeTicket = z.infer<typeof changeTicket>

/** A ticket is named by its id, by a beginning of it that is unique, or by its release's label. */
const byTicket = z.object({ ticket: z.string().min(1) })
const decision = byTicket.extend({
  command_id: commandId,
  /** What the person saw; a plan that changed since is `decision_stale`. */
  seen_revision: z.int(),
  seen_context_hash: digest,
  comment: z.string().max(4096).default(''),
})
const answer = z.object({ ticket, position })

export const inboxContract = {
  list: reads('release:read', 'inbox list')
    .input(
      z.object({
        view: z.enum(['mine', 'pending', 'all']).default('mine'),
        project: name.optional(),
        status: ticketStatus.optional(),
        scope: ticketScope.optional(),
        runtime: runtime.optional(),
        risk: riskLevel.optional(),
        priority: priority.optional(),
        assignee: login.optional(),
        /** A login, or a part of the name of the person who asked. */
        requester: z.string().min(1).max(200).optional(),
        /** Pending tickets whose answer is due within so much time, or overdue. */
        due: z.enum(['15_minutes', '1_hour', 'today']).optional(),
        /** A part of label, target, reason or change link, in any case. */
        text: z.string().min(1).max(200).optional(),
        /** The last ticket of the page before. */
        after: ticketId.optional(),
        limit: z.int().min(1).max(200).default(50),
      }),
    )
    .output(
      z.object({
        tickets: z.array(ticket),
        stats: z.object({ pending: z.int(), overdue: z.int(), expiring: z.int() }),
      }),
    ),
  get: reads('release:read', 'inbox show').input(byTicket).output(ticket),
  approve: changes('release:approve', 'inbox approve').input(decision).output(answer),
  reject: changes('release:approve', 'inbox reject').input(decision).output(answer),
  revoke: changes('release:approve', 'inbox revoke').input(decision).output(answer),
  assign: changes('release:read', 'inbox assign')
    .input(byTicket.extend({ command_id: commandId, to: login.nullable() }))
    .output(answer),
  comment: changes('release:read', 'inbox comment')
    .input(byTicket.extend({ command_id: commandId, comment: z.string().min(1).max(4096) }))
    .output(answer),
  /**
   * Announces what time has decided: tickets and approvals that ran out, and, once each, tickets past their time to
   * answer. The ledger's clock judges, so that anybody may ask; `executes` says which runtimes' due releases the asking
   * desktop carries out.
   */
  tend: changes('release:read', 'inbox tend')
    .input(z.object({ executes: z.array(runtime).default([]) }))
    .output(z.object({ expired: z.int(), escalated: z.int(), position })),
}
