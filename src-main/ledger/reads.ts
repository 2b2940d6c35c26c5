import type pg from 'pg'
import type { Reads } from '../ports/reads.ts'
import { readAccess } from './reads/access.ts'
import { readInbox } from './reads/inbox.ts'
import { readMembers } from './reads/members.ts'
import { readPlans } from './reads/plans.ts'
import { readRecord } from './reads/record.ts'
import { readReleases } from './reads/releases.ts'
import { readRuns } from './reads/runs.ts'
import { readSealed } from './reads/sealed.ts'
import { readSetup } from './reads/setup.ts'

/**
 * The Reads port on the shared ledger, straight from the views that a member may read. What the member may not see is
 * not there for them: it gives the same errors as what doesn't exist. A lost connection is `ledger_unavailable`.
 */
export function createReads(pool: pg.Pool): Reads {
  return {
    ...readMembers(pool),
    ...readSetup(pool),
    ...readAccess(pool),
    ...readReleases(pool),
    ...readPlans(pool),
    ...readRuns(pool),
    ...readInbox(pool),
    ...readSealed(pool),
    ...readRecord(pool),
  }
}
