import { useCallback, useMemo } from 'react'
import type { z } from 'zod'
import { create } from 'zustand'
import { createJSONStorage, persist } from 'zustand/middleware'

interface Drafts {
  readonly kept: Readonly<Record<string, unknown>>
}

const useKept = create<Drafts>()(
  persist((): Drafts => ({ kept: {} }), {
    name: 'pilothouse-drafts',
    storage: createJSONStorage(() => sessionStorage),
  }),
)
/** What must not be written down anywhere: it lives as long as the page does. */
const useUnwritten = create<Drafts>(() => ({ kept: {} }))

function without(kept: Drafts['kept'], key: string): Drafts['kept'] {
  return Object.fromEntries(Object.entries(kept).filter(([name]) => name !== key))
}

export interface Draft<T> {
  readonly value: T
  readonly set: (value: T) => void
  /** Forgets it: what it was typed for is done. */
  readonly clear: () => void
}

/**
 * Text that somebody typed and that survives navigation, reconnects and, unless `secret`, a reload of the page.
 * What was kept and no longer fits the schema is as if nothing had been typed.
 *
 * @param key what it is about, such as `release:new` or `ticket:<id>:comment`
 */
export function useDraft<T>(
  key: string,
  schema: z.ZodType<T>,
  initial: T,
  options: { readonly secret?: boolean } = {},
): Draft<T> {
  const store = options.secret === true ? useUnwritten : useKept
  const kept = store((state) => state.kept[key])
  const set = useCallback(
    (value: T) => store.setState(({ kept }) => ({ kept: { ...kept, [key]: value } })),
    [store, key],
  )
  const clear = useCallback(
    () => store.setState(({ kept: all }) => ({ kept: without(all, key) })),
    [store, key],
  )
  const value = useMemo(() => {
    const parsed = schema.safeParse(kept)
    return parsed.success ? parsed.data : initial
  }, [kept, schema, initial])
  return { value, set, clear }
}

/** Forgets every draft, for a page that starts anew. */
export function forgetDrafts(): void {
  useKept.setState({ kept: {} })
  useUnwritten.setState({ kept: {} })
}
