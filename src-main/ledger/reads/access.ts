import { z } from 'zod'
import {
  approvalPolicy,
  delegation,
  freeze,
  grantRuntime,
  role,
  roleName,
  team,
} from '../../../src-preload/contract/access.ts'
import { name, permission, projectId } from '../../../src-preload/contract/vocabulary.ts'
import type { PolicyRow, Reads } from '../../ports/reads.ts'
import { readBodies } from './bodies.ts'
import type { ReadPool } from './bodies.ts'
import { requireProject } from './setup.ts'

/** A line of a policy, as the ledger writes it. */
export const policyRow: z.ZodType<PolicyRow> = z.object({
  role: roleName,
  permission,
  runtime: grantRuntime,
  project_id: projectId.nullable(),
  project: name.nullable(),
  until: z.int().nullable(),
  team: name.nullable(),
  delegator: z.string().nullable(),
})

const rolesSql = 'SELECT body FROM pilothouse_read.roles ORDER BY name'
const teamsSql = `SELECT body FROM pilothouse_read.teams
  WHERE $1::text IS NULL OR project = $1 ORDER BY project, name`
const policiesSql = `SELECT body FROM pilothouse_read.policies
  WHERE $1::text IS NULL OR project = $1 ORDER BY project, rank, stage, runtime`
const freezesSql = `SELECT body FROM pilothouse_read.freezes
  WHERE $1::text IS NULL OR project = $1 ORDER BY starts_at DESC, id`
const delegationsSql = 'SELECT body FROM pilothouse_read.delegations ORDER BY starts_at DESC, id'
const grantorsSql = 'SELECT body FROM pilothouse_read.grantors WHERE project_id IS NOT DISTINCT FROM $1::uuid'

type AccessReads = Pick<
  Reads,
  'policyRows' | 'roles' | 'teams' | 'policies' | 'freezes' | 'delegations' | 'grantors'
>

/** Who may do what: the reader's own policy, and the frame of the projects that they see. Newest freezes come first. */
export function readAccess(pool: ReadPool): AccessReads {
  return {
    policyRows: () => readBodies(pool, policyRow, 'SELECT body FROM pilothouse_read.policy_rows'),
    roles: () => readBodies(pool, role, rolesSql),
    async teams(project) {
      await requireProject(pool, project)
      return readBodies(pool, team, teamsSql, [project ?? null])
    },
    async policies(project) {
      await requireProject(pool, project)
      return readBodies(pool, approvalPolicy, policiesSql, [project ?? null])
    },
    async freezes(project) {
      await requireProject(pool, project)
      return readBodies(pool, freeze, freezesSql, [project ?? null])
    },
    delegations: () => readBodies(pool, delegation, delegationsSql),
    async grantors(project) {
      const [names] = await readBodies(pool, z.array(z.string()), grantorsSql, [project])
      return names ?? []
    },
  }
}
