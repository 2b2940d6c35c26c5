import { z } from 'zod'
import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import { grant, member } from '../../../src-preload/contract/members.ts'
import type { Reads } from '../../ports/reads.ts'
import { readBodies, readRows } from './bodies.ts'
import type { ReadPool } from './bodies.ts'
import { requireProject } from './setup.ts'

const ledgerIdentity = z.object({
  id: z.uuid(),
  embedded: z.boolean(),
  schema_version: z.string(),
  solo: z.boolean(),
})

const ledgerSql = `SELECT body || jsonb_build_object('schema_version', (
    SELECT max(name COLLATE "C") FROM pilothouse_migrations.schema_history)) AS body
  FROM pilothouse_read.ledger`

const membersSql = `SELECT m.body FROM pilothouse_read.members m
  WHERE $1::text IS NULL OR m.everywhere
     OR (SELECT p.id FROM pilothouse_read.projects p WHERE p.name = $1) = ANY (m.project_ids)
  ORDER BY m.login`

/** Which ledger this is, and who works with it. */
export function readMembers(pool: ReadPool): Pick<Reads, 'identity' | 'me' | 'members'> {
  return {
    async identity() {
      const [found] = await readBodies(pool, ledgerIdentity, ledgerSql)
      if (found === undefined) throw await unknownIdentity(pool)
      return found
    },
    async me() {
      const [self] = await readBodies(
        pool,
        member,
        'SELECT body FROM pilothouse_read.members WHERE login = session_user::text',
      )
      if (self === undefined) throw await unknownIdentity(pool)
      const grants = await readBodies(pool, grant, 'SELECT body FROM pilothouse_read.grants ORDER BY body')
      return { member: self, grants }
    },
    async members(project) {
      await requireProject(pool, project)
      return readBodies(pool, member, membersSql, [project ?? null])
    },
  }
}

/** A login that this ledger doesn't know as an active member. */
async function unknownIdentity(pool: ReadPool): Promise<PilothouseError<'identity_unknown'>> {
  const rows = await readRows(pool, z.object({ login: z.string() }), 'SELECT session_user::text AS login')
  return new PilothouseError('identity_unknown', { login: rows[0]?.login ?? '' })
}
