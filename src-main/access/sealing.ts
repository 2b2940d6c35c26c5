import { createHmac, randomBytes } from 'node:crypto'
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { z } from 'zod'
import { PilothouseError } from '../../src-preload/contract/errors.ts'
import { variableName } from '../../src-preload/contract/vocabulary.ts'
import type { Secrets, TargetKey } from '../ports/secrets.ts'

/** The part of a keystore that sealing needs: this device's own identity lives there and nowhere else. */
export interface DeviceKeys {
  get(key: string): Promise<string | null>
  set(key: string, value: string): Promise<void>
}

const deviceIdentity = 'device-identity'
const x25519Recipient = z.string().regex(/^age1[02-9ac-hj-np-z]{58}$/)
const wrappedKey = z.strictObject({
  identity: z.string().regex(/^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$/),
  mac_key: z.base64(),
})

/** Sealing with age (X25519) and HMAC-SHA256. Throws `keystore_unavailable` where a key can't be had or doesn't open. */
export function createSecrets(deviceKeys: DeviceKeys): Secrets {
  let identity: Promise<string> | undefined
  const own = () => {
    identity ??= loadIdentity(deviceKeys).catch((error: unknown) => {
      identity = undefined
      throw error
    })
    return identity
  }
  return {
    recipient: async () => identityToRecipient(await own()),
    createTargetKey,
    wrap: (key, recipient) => {
      const content = { identity: key.identity, mac_key: Buffer.from(key.mac_key).toString('base64') }
      return encrypt(JSON.stringify(content), recipient)
    },
    unwrap: async (wrapped) => readTargetKey(await decrypt(wrapped, await own())),
    token,
    seal: (key, value) => encrypt(value, key.recipient),
    open: (key, ciphertext) => decrypt(ciphertext, key.identity),
  }
}

async function loadIdentity(deviceKeys: DeviceKeys): Promise<string> {
  const known = await deviceKeys.get(deviceIdentity)
  if (known !== null) return known
  await deviceKeys.set(deviceIdentity, await generateX25519Identity())
  // Two processes may have started at once: both go on with what was stored last.
  const kept = await deviceKeys.get(deviceIdentity)
  if (kept === null) throw new PilothouseError('keystore_unavailable', { key: deviceIdentity })
  return kept
}

async function createTargetKey(): Promise<TargetKey> {
  const identity = await generateX25519Identity()
  return { identity, recipient: await identityToRecipient(identity), mac_key: randomBytes(32) }
}

async function readTargetKey(text: string): Promise<TargetKey> {
  const { identity, mac_key } = parseWrapped(text)
  return {
    identity,
    recipient: await identityToRecipient(identity),
    mac_key: Buffer.from(mac_key, 'base64'),
  }
}

function parseWrapped(text: string): z.infer<typeof wrappedKey> {
  try {
    return wrappedKey.parse(JSON.parse(text))
  } catch (error) {
    throw unopened(error)
  }
}

/** A variable's name holds no zero byte, so that the first one always ends it: no two pairs share an input. */
function token(key: TargetKey, name: string, value: string): string {
  const checked = variableName.parse(name)
  const mac = createHmac('sha256', key.mac_key).update(`${checked}\0`, 'utf8').update(value, 'utf8')
  return `pilothouse-sealed:${checked}:${mac.digest('hex')}`
}

async function encrypt(text: string, recipient: string): Promise<Uint8Array> {
  if (!x25519Recipient.safeParse(recipient).success) {
    throw new PilothouseError('validation_error', {
      problems: [{ path: 'recipient', problem: 'not the public side of an X25519 age key' }],
    })
  }
  const encrypter = new Encrypter()
  encrypter.addRecipient(recipient)
  return encrypter.encrypt(text)
}

async function decrypt(ciphertext: Uint8Array, identity: string): Promise<string> {
  const decrypter = new Decrypter()
  decrypter.addIdentity(identity)
  try {
    // As bytes: the library's own text decoding drops a byte order mark, which may be part of a secret.
    return Buffer.from(await decrypter.decrypt(ciphertext)).toString('utf8')
  } catch (error) {
    throw unopened(error)
  }
}

function unopened(cause: unknown): PilothouseError {
  return new PilothouseError('keystore_unavailable', {}, { cause, hint: 'sealed' })
}
