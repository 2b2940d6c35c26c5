import { z } from 'zod'
import { diagnostic, releaseStep } from '../../../src-preload/contract/releases.ts'
import { instant } from '../../../src-preload/contract/vocabulary.ts'
import type { Reads } from '../../ports/reads.ts'
import { readBodies } from './bodies.ts'
import type { ReadPool } from './bodies.ts'
import { findRelease } from './releases.ts'

const logPage = z.object({
  attempt: z.int(),
  step: z.string(),
  host: z.string(),
  text: z.string(),
  at: instant,
})

const stepsSql = `SELECT body FROM pilothouse_read.release_steps WHERE release_id = $1 ORDER BY attempt, index, host`
const logsSql = `SELECT body FROM pilothouse_read.release_logs WHERE release_id = $1 ORDER BY batch`
const diagnosticsSql = `SELECT body FROM pilothouse_read.diagnostics WHERE release_id = $1
  ORDER BY attempt, first_seen, id`

/** What a release did: steps, output, findings, each in the order in which it happened. */
export function readRuns(pool: ReadPool): Pick<Reads, 'steps' | 'logs' | 'diagnostics'> {
  return {
    async steps(id) {
      await findRelease(pool, id)
      return readBodies(pool, releaseStep, stepsSql, [id])
    },
    async logs(id) {
      await findRelease(pool, id)
      return readBodies(pool, logPage, logsSql, [id])
    },
    async diagnostics(id) {
      await findRelease(pool, id)
      return readBodies(pool, diagnostic, diagnosticsSql, [id])
    },
  }
}
