import { skipToken, useQuery } from '@tanstack/react-query'
import type { Ticket } from '../../../src-preload/contract/inbox.ts'
import { orpc } from '../../transport/client.ts'

/**
 * This desktop's own comparison of what a ticket's release stores with what was last applied to its target; it reads
 * nothing for a change of access, whose comparison the ledger makes.
 */
export function useComparison(ticket: Ticket, wanted = true) {
  const release = 'release' in ticket && wanted ? ticket.scope_id : null
  return useQuery(orpc.releases.compare.queryOptions({ input: release === null ? skipToken : { release } }))
}

/** The recorded plan of a ticket's release, its newest one. */
export function useRecordedPlan(ticket: Ticket) {
  const release = 'release' in ticket ? ticket.scope_id : null
  return useQuery(
    orpc.releases.show_preview.queryOptions({ input: release === null ? skipToken : { release } }),
  )
}
