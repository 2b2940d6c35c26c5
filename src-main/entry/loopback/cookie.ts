/** Ports share cookies: the name tells one instance's from another's on the same machine. */
export function cookieName(instance: string): string {
  return `pilothouse_${instance}`
}

const token = /^[\w-]{43}$/

/** The tokens that a Cookie header carries under a name; what has not the form of one is left out. */
export function cookieTokens(header: string | undefined, name: string): string[] {
  return (header ?? '').split(';').flatMap((pair) => {
    const at = pair.indexOf('=')
    const value = pair.slice(at + 1).trim()
    return at > 0 && pair.slice(0, at).trim() === name && token.test(value) ? [value] : []
  })
}

/** A Set-Cookie header that scripts can't read and other sites can't use. */
export function cookieFor(name: string, value: string): string {
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Strict`
}

/** A Set-Cookie header that takes it back. */
export function cookieEnded(name: string): string {
  return `${name}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`
}
