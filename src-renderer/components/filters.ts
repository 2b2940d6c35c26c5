import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'wouter'

/** What a list is narrowed to, by name; empty means no narrowing. It stands in the address, so that it can be linked. */
export type Filters<Name extends string> = Readonly<Record<Name, string>>

/** The filters of this page as the address has them, and a way to change them. */
export function useFilters<Name extends string>(
  names: readonly Name[],
): {
  readonly filters: Filters<Name>
  readonly set: (name: Name, value: string) => void
  readonly clear: () => void
} {
  const [search, setSearch] = useSearchParams()
  const filters = useMemo(() => filtersIn(search, names), [search, names])
  const set = useCallback(
    (name: Name, value: string) => setSearch((before) => changed(before, name, value), { replace: true }),
    [setSearch],
  )
  const clear = useCallback(() => setSearch(new URLSearchParams(), { replace: true }), [setSearch])
  return { filters, set, clear }
}

function filtersIn<Name extends string>(search: URLSearchParams, names: readonly Name[]): Filters<Name> {
  const found: Partial<Record<Name, string>> = {}
  for (const name of names) found[name] = search.get(name) ?? ''
  return complete(found, names)
}

function complete<Name extends string>(
  found: Partial<Record<Name, string>>,
  names: readonly Name[],
): Filters<Name> {
  const isComplete = (given: Partial<Record<Name, string>>): given is Record<Name, string> =>
    names.every((name) => given[name] !== undefined)
  if (!isComplete(found)) throw new TypeError('a filter without a value')
  return found
}

function changed(before: URLSearchParams, name: string, value: string): URLSearchParams {
  const after = new URLSearchParams(before)
  if (value === '') after.delete(name)
  else after.set(name, value)
  return after
}

/** An instant of a day that somebody chose in their own time zone, or undefined where none was chosen. */
export function dayAsInstant(day: string, end: 'begins' | 'ends'): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined
  const at = new Date(`${day}T00:00:00`)
  if (Number.isNaN(at.getTime())) return undefined
  if (end === 'ends') at.setDate(at.getDate() + 1)
  return at.toISOString()
}
