/** What a request says of itself, before any of it is believed. */
export interface RequestHead {
  readonly method: string
  /** The request line's target, as sent. */
  readonly target: string
  /** Names and values by turns, as sent: what was sent twice is there twice. */
  readonly rawHeaders: readonly string[]
  /** Whether it asks for another protocol on this connection. */
  readonly upgrade: boolean
}

/** Why a request was not let in: the name of its text (`say.loopback_<reason>`). */
export type Refusal = 'target' | 'method' | 'body' | 'host' | 'origin' | 'site'
export type Admission =
  | { readonly admitted: true }
  | { readonly admitted: false; readonly status: 400 | 403 | 405 | 421; readonly refusal: Refusal }

const loopbackHost = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::([1-9]\d{0,4}))?$/

/**
 * Whether a Host header names this machine and nothing else. The port is free, since an SSH tunnel has one of its own;
 * the name is not: a name that resolves to 127.0.0.1 is how a page of another site gets here (DNS rebinding).
 */
export function isLoopbackHost(host: string): boolean {
  const match = loopbackHost.exec(host)
  return match !== null && (match[1] === undefined || Number(match[1]) <= 65_535)
}

/** Every value that was sent under a header's name (in lower case), in order. */
export function headerValues(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.filter(
    (_value, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name,
  )
}

const refused = (status: 400 | 403 | 405 | 421, refusal: Refusal): Admission => ({
  admitted: false,
  status,
  refusal,
})

/**
 * Decides about every request before anything else looks at it, requests to upgrade and to nowhere included. It has to
 * be sent to this machine by name; a page may only send it from here. Browsers set Origin and Sec-Fetch-Site, pages
 * can't.
 */
export function admit(head: RequestHead): Admission {
  if (!head.target.startsWith('/')) return refused(400, 'target')
  const [host, ...otherHosts] = headerValues(head.rawHeaders, 'host')
  if (host === undefined || otherHosts.length > 0 || !isLoopbackHost(host)) return refused(421, 'host')
  if (!['GET', 'HEAD', 'POST'].includes(head.method)) return refused(405, 'method')
  // Two readers of one connection can't disagree about where a body ends when it has a length and nothing else.
  if (headerValues(head.rawHeaders, 'transfer-encoding').length > 0) return refused(400, 'body')
  const sites = headerValues(head.rawHeaders, 'sec-fetch-site')
  if (!sites.every((site) => site === 'same-origin' || site === 'none')) return refused(403, 'site')
  const origins = headerValues(head.rawHeaders, 'origin')
  const acts = head.upgrade || head.method === 'POST'
  const fromHere = origins.length <= 1 && origins.every((origin) => origin === `http://${host}`)
  if (!fromHere || (acts && origins.length === 0)) return refused(403, 'origin')
  return { admitted: true }
}
