import { create } from 'zustand'

interface Selection {
  readonly ids: readonly string[]
  readonly active: string | null
}

/** The ticket that the keys act on; it stays selected while one is opened and left again. */
export const useSelection = create<Selection>(() => ({ ids: [], active: null }))

/**
 * The selection after the list changed under it: the same ticket wherever it moved to, and otherwise the one that took
 * its place, so that a decided ticket leaves the next one selected.
 */
export function selectionKept(
  before: readonly string[],
  now: readonly string[],
  active: string | null,
): string | null {
  if (active === null || now.includes(active)) return active
  const follower = before.slice(before.indexOf(active) + 1).find((id) => now.includes(id))
  return follower ?? now.at(-1) ?? null
}

/** Selects a ticket. */
export function select(id: string): void {
  useSelection.setState({ active: id })
}

/** Tells that the list shows these tickets now, in this order. */
export function listed(now: readonly string[]): void {
  useSelection.setState(({ ids, active }) => ({ ids: now, active: selectionKept(ids, now, active) }))
}
