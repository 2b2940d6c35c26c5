import { useQuery } from '@tanstack/react-query'
import type { Grant } from '../../src-preload/contract/members.ts'
import type { Permission, ProjectId, RuntimeName } from '../../src-preload/contract/vocabulary.ts'
import { orpc } from './client.ts'

/** Where something would be done; without a project or runtime, anywhere. */
export interface Where {
  readonly project_id?: ProjectId
  readonly runtime?: RuntimeName
}

/** Whether these grants hold a permission there. Only what is offered depends on it: the ledger decides at each call. */
export function holds(grants: readonly Grant[], permission: Permission, where: Where = {}): boolean {
  return grants.some(
    (grant) =>
      grant.permission === permission &&
      (grant.runtime === '*' || where.runtime === undefined || grant.runtime === where.runtime) &&
      (grant.project_id === null || where.project_id === undefined || grant.project_id === where.project_id),
  )
}

/** The reader: member, ledger and what they may do; `may` is false until that is known. */
export function useMe() {
  const { data } = useQuery(orpc.members.me.queryOptions({ input: {} }))
  return {
    me: data,
    may: (permission: Permission, where: Where = {}) =>
      data !== undefined && holds(data.grants, permission, where),
  }
}
