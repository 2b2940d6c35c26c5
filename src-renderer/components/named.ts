/** A thing with an id and a name that may be taken in another project too. */
export interface Named {
  readonly id: string
  readonly name: string
}

/** What an address names: one thing by its id or its name, several that share the name, or nothing. */
export type Found<T> =
  | { readonly kind: 'one'; readonly found: T }
  | { readonly kind: 'several'; readonly found: readonly T[] }
  | { readonly kind: 'none' }

/** Looks a thing up by what an address says. */
export function findNamed<T extends Named>(all: readonly T[], wanted: string): Found<T> {
  const found = all.filter(({ id, name }) => id === wanted || name === wanted)
  const [first] = found
  if (first === undefined) return { kind: 'none' }
  return found.length === 1 ? { kind: 'one', found: first } : { kind: 'several', found }
}

/** How to name a thing in an address: by its name where that is enough. */
export function addressOf<T extends Named>(all: readonly T[], thing: T): string {
  return all.filter(({ name }) => name === thing.name).length > 1 ? thing.id : thing.name
}
