import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import { release } from '../../../src-preload/contract/releases.ts'
import type { Release } from '../../../src-preload/contract/releases.ts'
import type { ReleaseFilter, Reads } from '../../ports/reads.ts'
import { isId, readBodies, theOne } from './bodies.ts'
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
     ORDER BY created_at DESC, id DESC LIMIT $6))
  ORDER BY created_at DESC, id DESC`

/** Releases, newest first, and one of them by id or label. */
export function readReleases(pool: ReadPool): Pick<Reads, 'releases' | 'release'> {
  return {
    releases: (filter) => page(pool, filter),
    release: (reference) => findRelease(pool, reference),
  }
}

async function page(pool: ReadPool, filter: ReleaseFilter): Promise<Release[]> {
  const { project, service, target, state, before, limit } = filter
  const found = await readBodies(pool, release, pageSql, [
    project ?? null,
    service ?? null,
    target ?? null,
    state ?? null,
    before ?? null,
    limit,
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
