/** Where something with a beginning and an end stands: in force, still to come, past, or ended before its time. */
export type Phase = 'active' | 'coming' | 'over' | 'ended'

interface Span {
  readonly from: string
  readonly until: string
  /** When it was ended before its time. */
  readonly ended: string | null
}

/**
 * Where a span of time stands.
 *
 * @param now milliseconds since the epoch
 */
export function phaseOf({ from, until, ended }: Span, now: number): Phase {
  if (ended !== null) return 'ended'
  if (Date.parse(until) <= now) return 'over'
  return Date.parse(from) > now ? 'coming' : 'active'
}

const order: readonly Phase[] = ['active', 'coming', 'over', 'ended']

/** What is in force first, then what comes, then what is past; within each the latest first. */
export function inOrder<T extends { readonly phase: Phase; readonly from: string }>(
  items: readonly T[],
): T[] {
  return [...items].sort(
    (one, other) =>
      order.indexOf(one.phase) - order.indexOf(other.phase) || Date.parse(other.from) - Date.parse(one.from),
  )
}
