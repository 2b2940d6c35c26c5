import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { reads } from './procedure.ts'
import { instant, json, position, projectId, releaseId, severity, ticketId } from './vocabulary.ts'

/** The timeline's dictionary. The ledger writes these; a name that is not here can't be stored. */
export const eventActions = [
  'release.draft_created',
  'release.previewed',
  'release.preview_failed',
  'release.apply_requested',
  'release.pending_approval',
  'release.approved',
  'release.glass_broken',
  'release.rejected',
  'release.cancelled',
  'release.applying',
  'release.step_started',
  'release.step_succeeded',
  'release.step_failed',
  'release.abort_requested',
  'release.applied',
  'release.failed',
  'release.rollback_requested',
  'release.rollback_completed',
  'release.rollback_failed',
  'release.recovered',
  'approval.ticket_created',
  'approval.assigned',
  'approval.viewed',
  'approval.commented',
  'approval.approved',
  'approval.rejected',
  'approval.expired',
  'approval.escalated',
  'approval.superseded',
  'approval.denied',
  'pipeline.cd_config_changed',
  'pipeline.service_declared',
  'access.granted',
  'access.revoked',
  'access.denied',
  'access.member_changed',
  'access.key_changed',
  'access.role_changed',
  'access.team_changed',
  'access.delegated',
  'policy.changed',
  'target.declared',
  'target.drifted',
  'target.adopted',
  'target.frozen',
  'audit.exported',
  'audit.verified',
] as const
export const eventAction = z.enum(eventActions)
export type EventAction = z.infer<typeof eventAction>

export const resourceType = z.enum([
  'release',
  'ticket',
  'service',
  'target',
  'stage',
  'project',
  'member',
  'team',
  'ledger',
])
export type ResourceType = z.infer<typeof resourceType>

/**
 * One event of the record. `hash` = SHA-256 over `prev_hash` (32 bytes, zeros at first) followed by the stored bytes
 * of the event; `bytes` is what was hashed, so that anybody can check it.
 */
export const timelineEvent = z.object({
  id: z.uuid(),
  action: eventAction,
  resource_type: resourceType,
  resource_id: z.uuid(),
  project_id: projectId.nullable(),
  actor: z.string(),
  actor_person: z.string().nullable(),
  actor_kind: z.enum(['human', 'agent', 'service', 'system']),
  source: z.enum(['desktop', 'cli', 'assistant', 'webhook', 'scheduler', 'ledger']),
  severity,
  correlation_id: z.uuid(),
  occurred_at: instant,
  detail: z.record(z.string(), json),
  chain_seq: z.int(),
  prev_hash: z.string(),
  hash: z.string(),
})
export type TimelineEvent = z.infer<typeof timelineEvent>

/** What the live stream carries: that something changed, where, and from which position a read shows it. */
export const changeNotice = z.object({
  position: z.string(),
  entity: z.string(),
  entity_id: z.string(),
  project_id: projectId.nullable(),
  release_id: releaseId.nullable(),
  ticket_id: ticketId.nullable(),
})
export type ChangeNotice = z.infer<typeof changeNotice>

export const eventContract = {
  /** Changes as they commit, from `after` or from now on; a reader that reconnects passes the last one it saw. */
  watch: reads('release:read', 'events')
    .input(z.object({ after: position.optional() }))
    .output(eventIterator(changeNotice)),
}
