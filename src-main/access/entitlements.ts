import type { Entitlement, Role } from '../../src-preload/contract/access.ts'
import { PilothouseError } from '../../src-preload/contract/errors.ts'
import type { Member } from '../../src-preload/contract/members.ts'
import { permissions, runtimes } from '../../src-preload/contract/vocabulary.ts'
import type { Permission, ProjectId, RuntimeName } from '../../src-preload/contract/vocabulary.ts'
import type { AccessAsk } from '../ports/access.ts'
import type { PolicyRow, Reads } from '../ports/reads.ts'
import { canHold, covers, inForce } from './rules.ts'

type Runtime = RuntimeName | '*'

/** Who asks, and what decides. `now` in milliseconds. */
export interface Asker {
  readonly reads: Pick<Reads, 'projects' | 'roles' | 'grantors' | 'me'>
  readonly rows: readonly PolicyRow[]
  readonly may: (ask: AccessAsk) => Promise<boolean>
  readonly now: number
}

interface Place {
  readonly id: ProjectId | null
  readonly name: string | null
  readonly grantors: string[]
}

/**
 * "What am I missing": every permission in every project that the reader sees and for all projects at once, or in the
 * named project alone; held ones too. One entry with runtime `*` where it is held for both runtimes or for neither; where
 * it is held for one of them, one entry each, so that the missing half shows. Throws `not_found` for an unseen project.
 */
export async function readEntitlements(asker: Asker, project: string | undefined): Promise<Entitlement[]> {
  const [places, roles, { member }] = await Promise.all([
    placesOf(asker.reads, project),
    asker.reads.roles(),
    asker.reads.me(),
  ])
  const found: Entitlement[] = []
  for (const place of places)
    for (const permission of permissions)
      for (const [runtime, held] of await halves(asker, permission, place.id))
        found.push({
          permission,
          runtime,
          project: place.name,
          held,
          through: held ? throughOf(asker, permission, runtime, place.id) : [],
          roles: rolesFor(roles, member.kind, permission, runtime),
          grantors: place.grantors,
        })
  return found
}

async function placesOf(reads: Asker['reads'], project: string | undefined): Promise<Place[]> {
  const seen = await reads.projects()
  const wanted = seen.filter(({ name }) => project === undefined || name === project)
  if (project !== undefined && wanted.length === 0)
    throw new PilothouseError('not_found', { noun: 'project', name: project })
  const everywhere = project === undefined ? [{ id: null, name: null }] : []
  return Promise.all(
    [...everywhere, ...wanted].map(async ({ id, name }) => ({
      id,
      name,
      grantors: await reads.grantors(id),
    })),
  )
}

/** Both runtimes as one where they are alike. */
async function halves(
  { may }: Asker,
  permission: Permission,
  project: ProjectId | null,
): Promise<[runtime: Runtime, held: boolean][]> {
  const each: [RuntimeName, boolean][] = []
  for (const runtime of runtimes) each.push([runtime, await may({ permission, runtime, project })])
  const [first] = each
  const alike = first !== undefined && each.every(([, held]) => held === first[1])
  return alike ? [['*', first[1]]] : each
}

function throughOf(
  { rows, now }: Asker,
  permission: Permission,
  runtime: Runtime,
  project: ProjectId | null,
): string[] {
  const counting = rows.filter(
    (row) =>
      row.permission === permission &&
      (row.project_id === null || row.project_id === project) &&
      covers(row.runtime, runtime) &&
      inForce(row.until, now),
  )
  return [...new Set(counting.map(wayOf))].sort()
}

function wayOf({ role, team, delegator }: PolicyRow): string {
  const ways = [team === null ? [] : [`team ${team}`], delegator === null ? [] : [`for ${delegator}`]].flat()
  return ways.length === 0 ? role : `${role} (${ways.join(', ')})`
}

function rolesFor(
  roles: readonly Role[],
  kind: Member['kind'],
  permission: Permission,
  runtime: Runtime,
): string[] {
  if (!canHold(kind, permission)) return []
  const giving = roles.filter((role) =>
    role.permissions.some((given) => given.permission === permission && covers(given.runtime, runtime)),
  )
  return giving.map(({ role }) => role)
}
