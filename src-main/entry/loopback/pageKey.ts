/** What both sides of the contract's socket speak; the key travels beside it, since pages can't set other headers. */
export const subprotocol = 'pilothouse'

const offered = /^pilothouse\.key\.([\w-]{43})$/
const written = /^[\w-]{43}$/

/** The header in which a page shows its key where it can set one. */
export const keyHeader = 'x-pilothouse-key'

/** The key of a page among the subprotocols that it offers (`pilothouse`, `pilothouse.key.<key>`), or null. */
export function keyOffered(header: string | undefined): string | null {
  const names = (header ?? '').split(',').map((name) => name.trim())
  if (!names.includes(subprotocol)) return null
  return names.map((name) => offered.exec(name)?.[1]).find((key) => key !== undefined) ?? null
}

/** The key that a request shows in its own header, or null. */
export function keyShown(header: string | string[] | undefined): string | null {
  return typeof header === 'string' && written.test(header) ? header : null
}
