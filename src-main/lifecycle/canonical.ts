import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { digest } from '../../src-preload/contract/vocabulary.ts'
import type { Digest, Json } from '../../src-preload/contract/vocabulary.ts'

/** The canonical JSON text of a value (RFC 8785). */
export function canonicalText(value: Json): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('a JSON value has a canonical form')
  return text
}

/** SHA-256 of bytes (or of a text's UTF-8), as `sha256:<hex>`. */
export function sha256(bytes: Uint8Array | string): Digest {
  return digest.parse(`sha256:${createHash('sha256').update(bytes).digest('hex')}`)
}

/** SHA-256 over the canonical JSON of a value. */
export function canonicalDigest(value: Json): Digest {
  return sha256(canonicalText(value))
}
