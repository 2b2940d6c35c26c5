import type { AccessReads } from '../../src-main/access/access.ts'
import type { PolicyRow } from '../../src-main/ports/reads.ts'

/** Reads of somebody whose policy is all that is ever asked for. */
export function onlyPolicy(rows: readonly PolicyRow[]): AccessReads {
  const unasked = () => Promise.reject(new TypeError('only the policy is read here'))
  return {
    policyRows: () => Promise.resolve([...rows]),
    projects: unasked,
    roles: unasked,
    grantors: unasked,
    me: unasked,
  }
}
