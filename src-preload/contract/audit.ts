import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { timelineEvent } from './events.ts'
import { reads } from './procedure.ts'
import { name } from './vocabulary.ts'

/** What checking every chain found; `broken` names the first event of a chain whose hash does not follow. */
export const auditReport = z.object({
  chains: z.int(),
  events: z.int(),
  broken: z.array(
    z.object({ resource_type: z.string(), resource_id: z.string(), seq: z.int(), problem: z.string() }),
  ),
})
export type AuditReport = z.infer<typeof auditReport>

/** A line of an export: the event as people read it, and the stored bytes that its hash covers. */
export const exportedEvent = z.object({ event: timelineEvent, bytes: z.string() })
export type ExportedEvent = z.infer<typeof exportedEvent>

export const auditContract = {
  events: reads('release:read', 'audit list')
    .input(
      z.object({
        project: name.optional(),
        action: z.string().optional(),
        actor: z.string().optional(),
        limit: z.int().min(1).max(1000).default(100),
      }),
    )
    .output(z.array(timelineEvent)),
  verify: reads('release:read', 'audit verify').input(z.object({})).output(auditReport),
  export: reads('audit:read', 'audit export')
    .input(z.object({ project: name.optional() }))
    .output(eventIterator(exportedEvent)),
}
