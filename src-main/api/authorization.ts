import { isPilothouseError } from '../../src-preload/contract/errors.ts'
import type { PilothouseError } from '../../src-preload/contract/errors.ts'
import type { ProcedureMeta } from '../../src-preload/contract/procedure.ts'
import type { Permission } from '../../src-preload/contract/vocabulary.ts'
import type { Access } from '../ports/access.ts'
import type { Clock } from '../ports/clock.ts'
import type { Ledger } from '../ports/ledger.ts'
import { subjectOf } from './subject.ts'
import type { SubjectReads } from './subject.ts'

/** What it takes to judge a call; a part of what every procedure has. */
export interface Judge {
  readonly access: Access
  readonly parts: {
    readonly ledger: Pick<Ledger, 'authorize'>
    readonly reads: SubjectReads
    readonly clock: Pick<Clock, 'now'>
  }
}

const deciding = ['release:approve', 'access:write'] as const
const seeingTickets = ['release:approve', 'access:read', 'access:write', 'audit:read'] as const
const executing = ['release:rollback'] as const
const endingDelegations = ['release:read', 'access:write'] as const
const declaring = ['access:write', 'cluster:import'] as const

/**
 * Other permissions that open a procedure too. What a ticket, a release or a file is about says which one it takes:
 * a change of access is decided by whoever may change access, a rollback is carried out by whoever may go back, and a
 * delegation is ended by either of its two people. The ledger judges that. Where `anybody` stands, nothing is the caller's
 * doing: what time has decided is the ledger's word, whoever asks it to announce that.
 */
export const alternatives: Readonly<Partial<Record<string, readonly Permission[] | 'anybody'>>> = {
  'inbox.list': seeingTickets,
  'inbox.get': seeingTickets,
  'inbox.assign': seeingTickets,
  'inbox.comment': seeingTickets,
  'inbox.tend': 'anybody',
  'inbox.approve': deciding,
  'inbox.reject': deciding,
  'inbox.revoke': deciding,
  'releases.request_apply': executing,
  'releases.start': executing,
  'releases.withdraw': executing,
  'releases.abort': executing,
  'releases.due': executing,
  'config.apply': declaring,
  'access.end_delegation': endingDelegations,
}

/** In milliseconds. A window that keeps asking for what it may not read leaves one line in the record, not thousands. */
const rememberedFor = 60_000

/** In milliseconds. What was granted is found at once; what was taken away is noticed after so long, or by the ledger. */
const freshFor = 10_000

const loadedAt = new WeakMap<Access, number>()
const remembered = new WeakMap<Access, Map<Permission, { until: number; error: PilothouseError }>>()

async function holdsAny(access: Access, permissions: readonly Permission[]): Promise<boolean> {
  for (const permission of permissions) if (await access.mayAnywhere(permission)) return true
  return false
}

function refresh({ access, parts }: Judge): void {
  access.refresh()
  loadedAt.set(access, parts.clock.now())
}

function refreshStale(judge: Judge): void {
  const age = judge.parts.clock.now() - (loadedAt.get(judge.access) ?? -Infinity)
  if (age > freshFor) refresh(judge)
}

/** Asks the ledger, which refuses and records that; where it allows after all, nothing is thrown. */
async function askLedger({ parts }: Judge, permission: Permission, input: unknown): Promise<void> {
  await parts.ledger.authorize({ permission, ...(await subjectOf(parts.reads, input)) })
}

async function refuseRead(context: Judge, permission: Permission, input: unknown): Promise<void> {
  const known =
    remembered.get(context.access) ?? new Map<Permission, { until: number; error: PilothouseError }>()
  remembered.set(context.access, known)
  const before = known.get(permission)
  const now = context.parts.clock.now()
  if (before !== undefined && before.until > now) throw before.error
  try {
    await askLedger(context, permission, input)
  } catch (error) {
    if (isPilothouseError(error, 'permission_denied') || isPilothouseError(error, 'project_scope_denied')) {
      known.set(permission, { until: now + rememberedFor, error })
    }
    throw error
  }
}

/**
 * Refuses early, before anything is read or done, what the caller may do nowhere: `permission_denied` with the
 * permission and who can grant it, recorded by the ledger. Everything finer is the ledger's to judge.
 */
export async function authorize(
  context: Judge,
  asked: { readonly procedure: string; readonly meta: ProcedureMeta; readonly input: unknown },
): Promise<void> {
  const { permission, mutates } = asked.meta
  const others = alternatives[asked.procedure] ?? []
  if (permission === null || others === 'anybody') return
  const enough = [permission, ...others]
  refreshStale(context)
  if (await holdsAny(context.access, enough)) return
  refresh(context)
  if (await holdsAny(context.access, enough)) return
  if (mutates) await askLedger(context, permission, asked.input)
  else await refuseRead(context, permission, asked.input)
}
