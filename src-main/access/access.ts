import { Enforcer, newModelFromString } from 'casbin'
import type { Permission } from '../../src-preload/contract/vocabulary.ts'
import type { Access, AccessAsk } from '../ports/access.ts'
import type { Clock } from '../ports/clock.ts'
import type { PolicyRow, Reads } from '../ports/reads.ts'
import { readEntitlements } from './entitlements.ts'
import { PolicyAdapter } from './policyAdapter.ts'
import { covers, inForce, modelText } from './rules.ts'

/** What is read to decide, and to say who could change the decision. */
export type AccessReads = Pick<Reads, 'policyRows' | 'projects' | 'roles' | 'grantors' | 'me'>

/** A member's policy, and what decides by it. */
interface Policy {
  readonly rows: readonly PolicyRow[]
  readonly enforcer: Enforcer
}

/**
 * The reader's own permissions, by Casbin over the ledger's policy rows (project first, this member's lines only). It
 * decides early and explains; the ledger decides again at each command. Policy is loaded at the first question and kept
 * until `refresh`; a line's end is judged by this clock at each question.
 */
export function createAccess(reads: AccessReads, clock: Pick<Clock, 'now'>): Access {
  let loaded: Promise<Policy> | null = null

  async function policy(): Promise<Policy> {
    loaded ??= loadPolicy(reads)
    const current = loaded
    try {
      return await current
    } catch (error) {
      // The next question tries again.
      if (loaded === current) loaded = null
      throw error
    }
  }

  async function may(ask: AccessAsk): Promise<boolean> {
    const { enforcer } = await policy()
    return await decide(enforcer, ask, clock.now())
  }

  async function mayAnywhere(permission: Permission): Promise<boolean> {
    const { rows } = await policy()
    const projects = new Set(rows.map(({ project_id }) => project_id))
    for (const project of projects) if (await may({ permission, runtime: '*', project })) return true
    return false
  }

  async function entitlements(project?: string) {
    const { rows } = await policy()
    return readEntitlements({ reads, rows, may, now: clock.now() }, project)
  }

  function refresh(): void {
    loaded = null
  }

  return { may, mayAnywhere, entitlements, refresh }
}

async function decide(enforcer: Enforcer, ask: AccessAsk, now: number): Promise<boolean> {
  // No line is written for the empty project: only those for all projects answer a question about all of them.
  return await enforcer.enforce(ask.project ?? '', ask.permission, ask.runtime, now)
}

async function loadPolicy(reads: AccessReads): Promise<Policy> {
  const adapter = new PolicyAdapter(reads)
  const enforcer = new Enforcer()
  await enforcer.initWithModelAndAdapter(newModelFromString(modelText), adapter, true)
  await enforcer.addFunction('covers', covers)
  await enforcer.addFunction('inForce', (until: string, now: number) =>
    inForce(until === '' ? null : Number(until), now),
  )
  await enforcer.loadFilteredPolicy({})
  return { rows: adapter.rows, enforcer }
}
