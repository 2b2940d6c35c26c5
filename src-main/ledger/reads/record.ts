import { z } from 'zod'
import { exportedEvent } from '../../../src-preload/contract/audit.ts'
import type { ExportedEvent } from '../../../src-preload/contract/audit.ts'
import { changeNotice, timelineEvent } from '../../../src-preload/contract/events.ts'
import type { ChangeNotice } from '../../../src-preload/contract/events.ts'
import { position } from '../../../src-preload/contract/vocabulary.ts'
import type { Position } from '../../../src-preload/contract/vocabulary.ts'
import type { Reads } from '../../ports/reads.ts'
import { readBodies, readRows } from './bodies.ts'
import type { ReadPool } from './bodies.ts'
import { findRelease } from './releases.ts'
import { requireProject } from './setup.ts'

const eventsSql = `SELECT body FROM pilothouse_read.events
  WHERE id = ANY (ARRAY(
    SELECT id FROM pilothouse_read.events
     WHERE ($1::text IS NULL OR project = $1) AND ($2::text IS NULL OR action = $2)
       AND ($3::text IS NULL OR actor = $3)
     ORDER BY occurred_at DESC, id DESC LIMIT $4))
  ORDER BY occurred_at DESC, id DESC`

const timelineSql = `SELECT body FROM (
    SELECT body, occurred_at, resource_type, chain_seq FROM pilothouse_read.events
     WHERE resource_type = 'release' AND resource_id = $1
    UNION ALL
    SELECT body, occurred_at, resource_type, chain_seq FROM pilothouse_read.events
     WHERE resource_type = 'ticket'
       AND resource_id = ANY (ARRAY(SELECT id FROM pilothouse_read.tickets WHERE scope_id = $1))) AS chains
  ORDER BY occurred_at, resource_type, chain_seq`

/** The record: lists newest first, a release's own story oldest first, exports chain by chain. */
export function readRecord(
  pool: ReadPool,
): Pick<Reads, 'events' | 'timeline' | 'exportEvents' | 'changesAfter'> {
  return {
    async events({ project, action, actor, limit }) {
      await requireProject(pool, project)
      return readBodies(pool, timelineEvent, eventsSql, [
        project ?? null,
        action ?? null,
        actor ?? null,
        limit,
      ])
    },
    async timeline(id) {
      await findRelease(pool, id)
      return readBodies(pool, timelineEvent, timelineSql, [id])
    },
    exportEvents: (project) => exportChains(pool, project),
    changesAfter: (after) => changesAfter(pool, after),
  }
}

const exportPage = 500

// By chain and not by time: whatever commits meanwhile, each chain in the export is whole up to some event.
const exportSql = `SELECT body FROM pilothouse_read.exported_events
  WHERE ($1::text IS NULL OR project = $1)
    AND ($2::text IS NULL OR (resource_type, resource_id, chain_seq) > ($2, $3::uuid, $4::integer))
  ORDER BY resource_type, resource_id, chain_seq LIMIT $5`

async function* exportChains(pool: ReadPool, project: string | undefined): AsyncGenerator<ExportedEvent> {
  await requireProject(pool, project)
  let last: ExportedEvent['event'] | null = null
  for (;;) {
    const page: ExportedEvent[] = await readBodies(pool, exportedEvent, exportSql, [
      project ?? null,
      last?.resource_type ?? null,
      last?.resource_id ?? null,
      last?.chain_seq ?? null,
      exportPage,
    ])
    yield* page
    if (page.length < exportPage) return
    last = page.at(-1)?.event ?? null
  }
}

/** Notices that one answer holds at most. */
export const changePage = 1000

// Below the oldest transaction that is still open: one that began earlier can't commit behind the reader's back.
const headSql = `SELECT pg_snapshot_xmin(pg_current_snapshot())::text || ':0' AS head`
const changesSql = `SELECT body FROM pilothouse_read.changes
  WHERE (xid, seq) > ($1::text::xid8, $2::bigint) AND xid < $3::text::xid8
  ORDER BY xid, seq LIMIT $4`

const headRow = z.object({ head: position })

/**
 * `head` is where the next call goes on. Asked without a position, nothing but the present head comes back;
 * `0:0` stands before everything.
 */
async function changesAfter(
  pool: ReadPool,
  after: Position | null,
): Promise<{ notices: ChangeNotice[]; head: Position }> {
  const [now] = await readRows(pool, headRow, headSql)
  if (now === undefined) throw new TypeError('the ledger gave no head of its change log')
  if (after === null) return { notices: [], head: now.head }
  const notices = await readBodies(pool, changeNotice, changesSql, [
    ...split(after).map(String),
    split(now.head)[0].toString(),
    changePage,
  ])
  const last = notices.length < changePage ? undefined : notices.at(-1)
  return { notices, head: last === undefined ? later(after, now.head) : position.parse(last.position) }
}

function split(at: Position): [bigint, bigint] {
  const [xid = '', seq = ''] = at.split(':')
  return [BigInt(xid), BigInt(seq)]
}

/** A reader that already knows of a change that others can't see yet doesn't go back behind it. */
function later(one: Position, other: Position): Position {
  const [xid, seq] = split(one)
  const [otherXid, otherSeq] = split(other)
  return xid > otherXid || (xid === otherXid && seq > otherSeq) ? one : other
}
