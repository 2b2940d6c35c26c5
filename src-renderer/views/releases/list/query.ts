import { lifecycleState, runtime } from '../../../../src-preload/contract/vocabulary.ts'
import type { ReleaseId } from '../../../../src-preload/contract/vocabulary.ts'
import { dayAsInstant } from '../../../components/filters.ts'
import type { Filters } from '../../../components/filters.ts'
import type { Client } from '../../../transport/client.ts'

export const filterNames = [
  'text',
  'state',
  'service',
  'target',
  'stage',
  'runtime',
  'requester',
  'since',
  'until',
] as const
export type ReleaseFilters = Filters<(typeof filterNames)[number]>
export type ReleaseQuery = NonNullable<Parameters<Client['releases']['list']>[0]>

/** Rows of one page. */
export const pageSize = 50

/** What to ask for. Days are days here: from the beginning of the first to the end of the last. */
export function queryFor(filters: ReleaseFilters, before?: ReleaseId): ReleaseQuery {
  const { text, state, service, target, stage, runtime: runs, requester, since, until } = filters
  const given = { text, service, target, stage, requester }
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== '')),
    state: lifecycleState.safeParse(state).data,
    runtime: runtime.safeParse(runs).data,
    since: dayAsInstant(since, 'begins'),
    until: dayAsInstant(until, 'ends'),
    limit: pageSize,
    before,
  }
}
