import type { RolePermission } from '../../../../src-preload/contract/access.ts'
import { permissions } from '../../../../src-preload/contract/vocabulary.ts'
import type { Permission } from '../../../../src-preload/contract/vocabulary.ts'

/** Where a role holds a permission: nowhere, for any runtime, for one, or for each of the two by name. */
export const reaches = ['none', 'any', 'compose', 'k8s', 'each'] as const
export type Reach = (typeof reaches)[number]
export type Reaches = Readonly<Record<Permission, Reach>>

const runtimesOf: Record<Reach, readonly RolePermission['runtime'][]> = {
  none: [],
  any: ['*'],
  compose: ['compose'],
  k8s: ['k8s'],
  each: ['compose', 'k8s'],
}

/** How far each permission of a role reaches. */
export function reachesOf(held: readonly RolePermission[]): (permission: Permission) => Reach {
  return (permission) => {
    const runtimes = new Set(
      held.filter((one) => one.permission === permission).map(({ runtime }) => runtime),
    )
    if (runtimes.has('*')) return 'any'
    if (runtimes.size === 2) return 'each'
    if (runtimes.has('compose')) return 'compose'
    return runtimes.has('k8s') ? 'k8s' : 'none'
  }
}

/** The permissions of a role one of whose reaches is set anew, in the order of the vocabulary. */
export function withReach(
  held: readonly RolePermission[],
  changed: Permission,
  reach: Reach,
): RolePermission[] {
  const reachOf = reachesOf(held)
  return permissions.flatMap((permission) => {
    const runtimes = runtimesOf[permission === changed ? reach : reachOf(permission)]
    return runtimes.map((runtime) => ({ permission, runtime }))
  })
}
