import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import { executor, release } from '../../../src-preload/contract/releases.ts'
import type { Release } from '../../../src-preload/contract/releases.ts'
import type { ReleaseFilter, Reads } from '../../ports/reads.ts'
import { containing, isId, readBodies, theOne } from './bodies.ts'
import type { ReadPool } from './bodies.ts'
import { requireNames } from './setup.ts'

// `before` is the last release of the page before: releases made at the same instant are told apart by their id.
// The page is found by ids first: bodies are built for what is shown, not for everything that was sorted.
const pageSql = `SELECT body FROM pilothouse_read.releases
  WHERE id = ANY (ARRAY(
    SELECT id FROM pilothouse_read.releases
     WHERE ($1::text IS NULL OR project = $1) AND ($2::text IS NULL OR service = $2)
       AND ($3::text IS NULL OR target = $3) AND ($4::text IS NULL OR lifecycle_state = $4)
       AND ($5::uuid IS NULL OR (created_at, id) <
         (SELECT last.created_at, last.id FROM pilothouse_read.releases last WHERE last.id = $5))
       AND ($7::text IS NULL OR stage = $7) AND ($8::text IS NULL OR runtime = $8)
       AND ($9::text IS NULL OR created_by = $9 OR created_by_person ILIKE $10)
       AND ($11::timestamptz IS NULL OR created_at >= $11) AND ($12::timestamptz IS NULL OR created_at < $12)
       AND ($13::text IS NULL OR label ILIKE $13 OR version_label ILIKE $13 OR reason ILIKE $13
         OR change_link ILIKE $13)
     ORDER BY created_at DESC, id DESC LIMIT $6))
  ORDER BY created_at DESC, id DESC`

const dueSql = 'SELECT body FROM pilothouse_read.due_releases ORDER BY start_due_at, id'
const executorsSql = 'SELECT body FROM pilothouse_read.executors ORDER BY login'

/** Releases, newest first, one of them by id or label, and what is due with those who carry it out. */
export function readReleases(
  pool: ReadPool,
): Pick<Reads, 'releases' | 'release' | 'dueReleases' | 'executors'> {
  return {
    releases: (filter) => page(pool, filter),
    release: (reference) => findRelease(pool, reference),
    dueReleases: () => readBodies(pool, release, dueSql),
    executors: () => readBodies(pool, executor, executorsSql),
  }
}

async function page(pool: ReadPool, filter: ReleaseFilter): Promise<Release[]> {
  const { project, service, target, before, requester } = filter
  const found = await readBodies(pool, release, pageSql, [
    project ?? null,
    service ?? null,
    target ?? null,
    filter.state ?? null,
    before ?? null,
    filter.limit,
    filter.stage ?? null,
    filter.runtime ?? null,
    requester ?? null,
    containing(requester),
    filter.since ?? null,
    filter.until ?? null,
    containing(filter.text),
  ])
  if (found.length > 0) return found
  await requireNames(pool, { project, service, target })
  if (before !== undefined) await findRelease(pool, before)
  return found
}

/** By id or label; a label that two visible projects have is `validation_error`. */
export async function findRelease(pool: ReadPool, reference: string): Promise<Release> {
  const column = isId(reference) ? 'id' : 'label'
  const found = await readBodies(
    pool,
    release,
    `SELECT body FROM pilothouse_read.releases WHERE ${column} = $1 LIMIT 2`,
    [reference],
  )
  return theOne(found, new PilothouseError('release_not_found', { release: reference }), 'release')
}
