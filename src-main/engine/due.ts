import { isPilothouseError } from '../../src-preload/contract/errors.ts'
import type { PilothouseError } from '../../src-preload/contract/errors.ts'
import type { Progress, Release } from '../../src-preload/contract/releases.ts'
import type { EngineParts } from './parts.ts'

/**
 * How a due release went: carried to an end here, begun or ended by somebody else meanwhile, not begun (it stays due
 * as long as its approval holds), or begun here and not brought to an end.
 */
export type Carried =
  | { readonly kind: 'ended' | 'taken'; readonly release: Release }
  | { readonly kind: 'refused' | 'interrupted'; readonly release: Release; readonly error: PilothouseError }

type Push = (progress: Progress) => void

export interface DueWork {
  readonly start: (reference: string, push: Push) => Promise<void>
  readonly push: Push
  readonly signal?: AbortSignal | undefined
}

async function carryOut(parts: EngineParts, due: Release, { start, push }: DueWork): Promise<Carried> {
  let begun = false
  try {
    await start(due.id, (progress) => {
      begun = true
      push(progress)
    })
    return { kind: 'ended', release: await parts.reads.release(due.id) }
  } catch (error) {
    if (!isPilothouseError(error)) throw error
    const release = await parts.reads.release(due.id)
    if (begun) return { kind: 'interrupted', release, error }
    const waits = release.lifecycle_state === 'approved' || error.code === 'drift_detected'
    return waits ? { kind: 'refused', release, error } : { kind: 'taken', release }
  }
}

/**
 * Carries out, one after the other, the approved releases whose time has come and that this desktop's member may carry
 * out. One that can't be begun (its host is down, the stage is frozen, the target is another one's) does not keep the
 * next one waiting. A bug ends the round.
 */
export async function carryOutDue(parts: EngineParts, work: DueWork): Promise<Carried[]> {
  const carried: Carried[] = []
  for (const due of await parts.reads.dueReleases()) {
    if (work.signal?.aborted === true) break
    carried.push(await carryOut(parts, due, work))
  }
  return carried
}
