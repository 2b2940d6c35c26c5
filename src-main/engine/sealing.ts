import { isPilothouseError, PilothouseError } from '../../src-preload/contract/errors.ts'
import type { Target } from '../../src-preload/contract/targets.ts'
import { sha256 } from '../lifecycle/canonical.ts'
import { sealedTokens } from '../lifecycle/sealedTokens.ts'
import type { PreviewCommand } from '../ports/ledger.ts'
import type { TargetKey } from '../ports/secrets.ts'
import type { EngineParts } from './parts.ts'

type Sealed = PreviewCommand['sealed'][number]

async function wrapsFor(parts: EngineParts, target: Target, key: TargetKey) {
  const members = await parts.reads.unwrappedFor(target.id)
  return Promise.all(
    members.map(async ({ login, recipient }) => ({
      login,
      wrapped: await parts.secrets.wrap(key, recipient),
    })),
  )
}

/**
 * The target's first key, or a new one where every device that could open it is gone. The ledger judges that: where
 * somebody still holds the key, it is theirs to share.
 */
async function createKey(parts: EngineParts, target: Target): Promise<TargetKey> {
  const key = await parts.secrets.createTargetKey()
  const wraps = await wrapsFor(parts, target, key)
  try {
    await parts.ledger.putTargetKey({ target_id: target.id, recipient: key.recipient, wraps })
    return key
  } catch (error) {
    if (!isPilothouseError(error, 'conflict')) throw error
    return openKey(parts, target)
  }
}

/** The target's key as this member holds it, or `keystore_unavailable` where nobody wrapped it to them yet. */
async function openKey(parts: EngineParts, target: Target): Promise<TargetKey> {
  const stored = await parts.reads.targetKey(target.id)
  if (stored === null || stored.wrapped === null) {
    throw new PilothouseError('keystore_unavailable', { target: target.name }, { hint: 'not_shared' })
  }
  return parts.secrets.unwrap(stored.wrapped)
}

async function shareKey(parts: EngineParts, target: Target, key: TargetKey): Promise<void> {
  const wraps = await wrapsFor(parts, target, key)
  if (wraps.length === 0) return
  await parts.ledger.putTargetKey({ target_id: target.id, recipient: key.recipient, wraps })
}

/** Seals values to the target: token by name for the document, and the ciphertexts to record. */
export async function sealValues(
  parts: EngineParts,
  target: Target,
  values: Readonly<Record<string, string>>,
): Promise<{ tokens: Record<string, string>; sealed: Sealed[] }> {
  const entries = Object.entries(values)
  if (entries.length === 0) return { tokens: {}, sealed: [] }
  const stored = await parts.reads.targetKey(target.id)
  const mine = stored !== null && stored.wrapped !== null
  const key = mine ? await openKey(parts, target) : await createKey(parts, target)
  await shareKey(parts, target, key)
  const sealed = await Promise.all(
    entries.map(async ([name, value]) => ({
      name,
      token: parts.secrets.token(key, name, value),
      ciphertext: await parts.secrets.seal(key, value),
    })),
  )
  return { tokens: Object.fromEntries(sealed.map(({ name, token }) => [name, token])), sealed }
}

/** A value that was sealed under a key that is lost since has to be given again. */
async function openOne(
  parts: EngineParts,
  key: TargetKey,
  sealed: { readonly name: string; readonly ciphertext: Uint8Array },
): Promise<string> {
  try {
    return await parts.secrets.open(key, sealed.ciphertext)
  } catch (error) {
    if (!isPilothouseError(error, 'keystore_unavailable')) throw error
    const data = { variable: sealed.name }
    throw new PilothouseError('keystore_unavailable', data, { cause: error, hint: 'give_again' })
  }
}

/** The approval covers the token: a ciphertext that somebody stored under it and that holds another value is refused. */
function requireTokenOf(
  parts: EngineParts,
  key: TargetKey,
  sealed: { readonly name: string; readonly token: string; readonly value: string },
): void {
  const actual = parts.secrets.token(key, sealed.name, sealed.value)
  if (actual === sealed.token) return
  throw new PilothouseError('digest_mismatch', { expected: sha256(sealed.token), actual: sha256(actual) })
}

/** Token → value for every token of a document; empty, and no key needed, for one without. */
export async function openValues(
  parts: EngineParts,
  target: Target,
  document: Uint8Array,
): Promise<ReadonlyMap<string, string>> {
  const tokens = sealedTokens(document)
  if (tokens.length === 0) return new Map()
  const key = await openKey(parts, target)
  await shareKey(parts, target, key)
  const ciphertexts = await parts.reads.sealed(
    target.id,
    tokens.map(({ token }) => token),
  )
  return new Map(
    await Promise.all(
      tokens.map(async ({ token, name }): Promise<[string, string]> => {
        const ciphertext = ciphertexts.get(token)
        if (ciphertext === undefined) throw new PilothouseError('keystore_unavailable', { variable: name })
        const value = await openOne(parts, key, { name, ciphertext })
        requireTokenOf(parts, key, { name, token, value })
        return [token, value]
      }),
    ),
  )
}
