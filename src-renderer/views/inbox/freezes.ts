import type { Freeze } from '../../../src-preload/contract/access.ts'

/**
 * The freezes of a stage that are in force or still to come, in their order.
 *
 * @param now milliseconds since the epoch
 */
export function freezesAhead(freezes: readonly Freeze[], stage: string, now: number): Freeze[] {
  return freezes
    .filter((freeze) => freeze.stage === stage && freeze.lifted_at === null && Date.parse(freeze.until) > now)
    .sort((one, other) => Date.parse(one.from) - Date.parse(other.from))
}
