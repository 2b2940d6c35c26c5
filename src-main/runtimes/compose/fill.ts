import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import { mapMapping, readDocument, writeDocument } from './document.ts'
import { replaceTokens } from './tokens.ts'

/**
 * The document as the host gets it: each token replaced by its value, with `$` doubled so that Compose takes it
 * literally. The result is JSON (so also YAML), canonical, and secret: it is written nowhere but to the host. Throws
 * `keystore_unavailable` with the names of the variables whose values aren't there, `compose_config_invalid` for
 * bytes that aren't a document.
 */
export function fillSecrets(document: Uint8Array, secrets: ReadonlyMap<string, string>): Uint8Array {
  const missing = new Set<string>()
  const filled = mapMapping(readDocument(document), (text) =>
    replaceTokens(text, (token) => {
      const value = secrets.get(token)
      if (value === undefined) missing.add(token.split(':')[1] ?? token)
      return (value ?? '').replaceAll('$', '$$$$')
    }),
  )
  if (missing.size > 0) {
    throw new PilothouseError('keystore_unavailable', { variables: [...missing].sort() })
  }
  return writeDocument(filled)
}
