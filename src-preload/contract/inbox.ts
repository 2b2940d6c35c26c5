import { z } from 'zod'
import { changes, reads } from './procedure.ts'
import { policyRule } from './releases.ts'
import {
  commandId,
  digest,
  instant,
  login,
  message,
  name,
  position,
  priority,
  projectId,
  riskLevel,
  runtime,
  ticketId,
} from './vocabulary.ts'

export const ticketStatus = z.enum(['pending', 'approved', 'rejected', 'expired', 'cancelled', 'superseded'])
export type TicketStatus = z.infer<typeof ticketStatus>

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

export const ticket = z.object({
  id: ticketId,
  scope_type: z.enum(['release', 'rollback']),
  scope_id: z.uuid(),
  release: z.string(),
  project_id: projectId,
  project: name,
  stage: name,
  target: name,
  runtime,
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
  context_hash: digest,
  document_digest: digest,
  revision: z.int(),
  expires_at: instant,
  sla_due_at: instant,
  overdue: z.boolean(),
  decided_at: instant.nullable(),
  decided_by: z.string().nullable(),
  actions: z.array(ticketAction),
  created_at: instant,
  updated_at: instant,
  /** Whether the reader may decide it; the ledger judges again when they do. */
  can_decide: z.boolean(),
})
export type Ticket = z.infer<typeof ticket>

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
        risk: riskLevel.optional(),
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
}
