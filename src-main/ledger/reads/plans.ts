import { z } from 'zod'
import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import { policyDecision, preview, resolvedImage } from '../../../src-preload/contract/releases.ts'
import { digest, jsonObject, releaseId } from '../../../src-preload/contract/vocabulary.ts'
import type { ReleaseId, TargetId } from '../../../src-preload/contract/vocabulary.ts'
import type { LastApplied, PolicyQuestion, Reads } from '../../ports/reads.ts'
import { readBodies, readRows } from './bodies.ts'
import type { ReadPool } from './bodies.ts'
import { findRelease } from './releases.ts'

const lastApplied = z.object({
  release_id: releaseId,
  label: z.string(),
  document_digest: digest,
  images: z.array(resolvedImage),
  secret_names: z.array(z.string()),
})

// A release that never began stands after all others in this order.
const appliedBeforeSql = `SELECT body FROM pilothouse_read.applied
  WHERE target_id = $1 AND release_id <> $2 AND fence < coalesce(
    (SELECT own.fence FROM pilothouse_read.releases own WHERE own.id = $2), 9223372036854775807)
  ORDER BY fence DESC LIMIT 1`

const hoursSql = `SELECT (extract(epoch FROM statement_timestamp() - max(failed_at)) / 3600)::float8 AS hours
  FROM pilothouse_read.failures WHERE target_id = $1`

type Plans = Pick<
  Reads,
  'preview' | 'document' | 'lastApplied' | 'liveLeftBy' | 'policyFor' | 'hoursSinceFailure'
>

/** Plans, and what the ledger knows that a new plan needs. */
export function readPlans(pool: ReadPool): Plans {
  return {
    async preview(id) {
      await findRelease(pool, id)
      const [current] = await readBodies(
        pool,
        preview,
        'SELECT body FROM pilothouse_read.previews WHERE release_id = $1 AND is_current',
        [id],
      )
      return current ?? null
    },
    async document(wanted) {
      const [found] = await readRows(
        pool,
        z.object({ bytes: z.instanceof(Uint8Array) }),
        'SELECT bytes FROM pilothouse_read.documents WHERE digest = $1',
        [wanted],
      )
      if (found === undefined) throw new PilothouseError('not_found', { noun: 'document', name: wanted })
      return found.bytes
    },
    lastApplied: (target, before) => findApplied(pool, target, before),
    async liveLeftBy(id) {
      const [left] = await readBodies(
        pool,
        jsonObject.nullable(),
        'SELECT left_live_base AS body FROM pilothouse_read.applied WHERE release_id = $1',
        [id],
      )
      return left ?? null
    },
    policyFor: (question) => askPolicy(pool, question),
    async hoursSinceFailure(target) {
      const rows = await readRows(pool, z.object({ hours: z.number().nullable() }), hoursSql, [target])
      return rows[0]?.hours ?? null
    },
  }
}

async function findApplied(
  pool: ReadPool,
  target: TargetId,
  before: ReleaseId | undefined,
): Promise<LastApplied | null> {
  if (before === undefined) {
    const [last] = await readBodies(
      pool,
      lastApplied,
      'SELECT body FROM pilothouse_read.applied WHERE target_id = $1 AND is_last',
      [target],
    )
    return last ?? null
  }
  await findRelease(pool, before)
  const [earlier] = await readBodies(pool, lastApplied, appliedBeforeSql, [target, before])
  return earlier ?? null
}

async function askPolicy(pool: ReadPool, question: PolicyQuestion): Promise<z.infer<typeof policyDecision>> {
  const [decision] = await readBodies(
    pool,
    policyDecision.nullable(),
    'SELECT pilothouse_api.policy_for($1, $2, $3, $4, $5) AS body',
    [
      question.target_id,
      question.kind,
      question.source_release_id,
      question.document_digest,
      question.service_id,
    ],
  )
  if (decision === undefined || decision === null)
    throw new PilothouseError('not_found', { noun: 'target', name: question.target_id })
  return decision
}
