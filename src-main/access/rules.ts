import type { Permission, RuntimeName } from '../../src-preload/contract/vocabulary.ts'

/** Stands for all projects in a policy line; no id is written so. */
export const anyProject = '*'

/**
 * The decision as Casbin reads it: the project first, which leaves most lines at once. The same one is
 * `pilothouse.may` in the ledger.
 */
export const modelText = `
[request_definition]
r = project, permission, runtime, now

[policy_definition]
p = project, permission, runtime, until

[policy_effect]
e = some(where (p.eft == allow))

[matchers]
m = (p.project == "${anyProject}" || p.project == r.project) && p.permission == r.permission && \
covers(p.runtime, r.runtime) && inForce(p.until, r.now)
`

/** Whether something that was given for one runtime (`*`: both) answers a question about one (`*`: any). */
export function covers(given: RuntimeName | '*', asked: RuntimeName | '*'): boolean {
  return given === '*' || asked === '*' || given === asked
}

/** Whether something that ends at `until` still counts at `now`, both in milliseconds; null is no end. */
export function inForce(until: number | null, now: number): boolean {
  return until === null || now < until
}

/** What only a human does, whatever their roles say. */
const humanOnly: ReadonlySet<Permission> = new Set<Permission>(['release:approve', 'release:break_glass'])

/** Whether a login of this kind can hold a permission at all. */
export function canHold(kind: 'human' | 'agent' | 'service', permission: Permission): boolean {
  return kind === 'human' || !humanOnly.has(permission)
}
