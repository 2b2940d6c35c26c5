import type { InferContractRouterInputs } from '@orpc/contract'
import { z } from 'zod'
import type { Contract } from '../../../src-preload/contract/contract.ts'
import { ticketScope, ticketStatus } from '../../../src-preload/contract/inbox.ts'
import { login, name, priority, riskLevel, runtime } from '../../../src-preload/contract/vocabulary.ts'
import type { Filters } from '../../components/filters.ts'

/** What the inbox may be asked for. */
export type InboxQuery = InferContractRouterInputs<Contract>['inbox']['list']

/** Whose tickets are shown, and what narrows them, as they stand in the address. */
export const filterNames = [
  'view',
  'text',
  'status',
  'scope',
  'project',
  'runtime',
  'risk',
  'priority',
  'assignee',
  'requester',
  'due',
] as const
export type InboxFilters = Filters<(typeof filterNames)[number]>

export const views = ['mine', 'pending', 'all'] as const
export const dueWindows = ['15_minutes', '1_hour', 'today'] as const
export const pageSize = 50

const view = z.enum(views).catch('mine')
const due = z.enum(dueWindows)

/** Whose tickets are shown; one's own unless the address says otherwise. */
export function viewOf({ view: asked }: Pick<InboxFilters, 'view'>): (typeof views)[number] {
  return view.parse(asked)
}

/** The query of a set of filters, one page long. What an address holds that is no choice here narrows nothing. */
export function inboxQuery(filters: InboxFilters): InboxQuery {
  return {
    view: viewOf(filters),
    limit: pageSize,
    text: typed(filters.text),
    requester: typed(filters.requester),
    status: chosen(ticketStatus, filters.status),
    scope: chosen(ticketScope, filters.scope),
    project: chosen(name, filters.project),
    runtime: chosen(runtime, filters.runtime),
    risk: chosen(riskLevel, filters.risk),
    priority: chosen(priority, filters.priority),
    assignee: chosen(login, filters.assignee),
    due: chosen(due, filters.due),
  }
}

function chosen<T>(schema: z.ZodType<T>, value: string): T | undefined {
  const parsed = schema.safeParse(value)
  return parsed.success ? parsed.data : undefined
}

function typed(text: string): string | undefined {
  const trimmed = text.trim().slice(0, 200)
  return trimmed === '' ? undefined : trimmed
}

/** Whether anything beside the view narrows the list. */
export function isNarrowed(filters: InboxFilters): boolean {
  const asked = Object.entries(inboxQuery(filters))
  return asked.some(([name, value]) => name !== 'view' && name !== 'limit' && value !== undefined)
}
