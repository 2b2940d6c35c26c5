import { useSyncExternalStore } from 'react'

/** Where the page is, from its address: `#/releases?state=failed` is path `/releases` and query `state=failed`. */
export function partsOf(hash: string): { readonly path: string; readonly query: string } {
  const [path = '', ...query] = hash.replace(/^#?\/?/, '').split('?')
  return { path: `/${path}`, query: query.join('?') }
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener)
  return () => window.removeEventListener('hashchange', listener)
}

function navigate(to: string, { replace = false }: { readonly replace?: boolean } = {}): void {
  const before = window.location.href
  const after = new URL(before)
  after.hash = to.startsWith('/') ? to : `/${to}`
  if (replace) window.history.replaceState(null, '', after)
  else window.history.pushState(null, '', after)
  // Neither tells anybody, and every part of the page that depends on the address has to know.
  window.dispatchEvent(new HashChangeEvent('hashchange', { oldURL: before, newURL: after.href }))
}

function usePath(): [string, typeof navigate] {
  return [useSyncExternalStore(subscribe, () => partsOf(window.location.hash).path), navigate]
}

/** The router's path, kept behind the address's `#`: the page is one file, whatever serves it. */
export const hashPath = Object.assign(usePath, { hrefs: (href: string) => `#${href}` })

/** The router's query, from behind the same `#`, so that a narrowed list is a link too. */
export function useHashQuery(): string {
  return useSyncExternalStore(subscribe, () => partsOf(window.location.hash).query)
}
