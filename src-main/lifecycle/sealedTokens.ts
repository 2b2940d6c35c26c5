/** What stands in a document for a secret value; ports/secrets.ts says how it is made. */
export const sealedTokenPattern = /pilothouse-sealed:([A-Za-z_][A-Za-z0-9_]{0,127}):[0-9a-f]{64}/g

export interface SealedToken {
  readonly name: string
  readonly token: string
}

/** The tokens of a document, once each, in order of appearance. */
export function sealedTokens(document: Uint8Array): SealedToken[] {
  const found = new Map<string, SealedToken>()
  for (const match of new TextDecoder().decode(document).matchAll(sealedTokenPattern)) {
    const [token, name = ''] = match
    found.set(token, { name, token })
  }
  return [...found.values()]
}
