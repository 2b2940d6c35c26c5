import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { AsyncEntry } from '@napi-rs/keyring'
import { PilothouseError } from '../../src-preload/contract/errors.ts'
import type { Paths } from './paths.ts'

/** This desktop's secrets, by name: a ledger password, a device's private key. */
export interface Keystore {
  get(key: string): Promise<string | null>
  set(key: string, value: string): Promise<void>
  /** Whether there was one. */
  delete(key: string): Promise<boolean>
  /** Where secrets are kept now; `file` is the weaker choice and shown as such. */
  kind(): Promise<'keychain' | 'file'>
}

/** The password of a profile's ledger login. */
export const ledgerPassword = 'ledger-password'

/** The part of a keystore that belongs to one profile: its keys can't meet those of another. */
export function keystoreOf(keystore: Keystore, profile: string): Keystore {
  const scoped = (key: string) => `${profile}/${key}`
  return {
    get: (key) => keystore.get(scoped(key)),
    set: (key, value) => keystore.set(scoped(key), value),
    delete: (key) => keystore.delete(scoped(key)),
    kind: () => keystore.kind(),
  }
}

/**
 * A file for each secret in `folder` (0700), each 0600 and replaced whole, so that two processes can't tear one.
 * A file that others may read is refused with `keystore_unavailable`, as ssh refuses such a key.
 */
export function fileKeystore(folder: string): Keystore {
  const fileOf = (key: string) => path.join(folder, encodeURIComponent(key))
  return {
    get: (key) => readSecret(fileOf(key)),
    set: async (key, value) => {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await writeSecret(fileOf(key), value)
    },
    delete: async (key) => {
      const known = (await readSecret(fileOf(key))) !== null
      await rm(fileOf(key), { force: true })
      return known
    },
    kind: async () => 'file',
  }
}

async function readSecret(file: string): Promise<string | null> {
  try {
    const { mode } = await stat(file)
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new PilothouseError('keystore_unavailable', { file, mode: (mode & 0o777).toString(8) })
    }
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

async function writeSecret(file: string, value: string): Promise<void> {
  const temporary = `${file}.${randomBytes(6).toString('hex')}`
  const handle = await open(temporary, 'wx', 0o600)
  try {
    await handle.writeFile(value, 'utf8')
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(temporary, file)
}

/** The operating system's keychain. Its methods reject with whatever the system says where none works. */
export interface Keychain {
  get(key: string): Promise<string | null>
  set(key: string, value: string): Promise<void>
  delete(key: string): Promise<boolean>
}

/**
 * The keychain under a service name. On Linux only the Secret Service counts: the kernel's keyring, which the library
 * would fall back to, forgets everything at the next boot.
 */
export function systemKeychain(service: string): Keychain {
  const entry = (key: string) => new AsyncEntry(service, key, { linux: { store: 'secret-service' } })
  return {
    get: async (key) => (await entry(key).getPassword()) ?? null,
    set: (key, value) => entry(key).setPassword(value),
    delete: (key) => entry(key).deleteCredential(),
  }
}

/**
 * The keychain where it works, else files. What an earlier session without a keychain left in files stays readable.
 *
 * @param announce called once, before the first secret is written to a file for want of a keychain
 */
export function keystoreWithFallback(keychain: Keychain, files: Keystore, announce: () => void): Keystore {
  let works: Promise<boolean> | undefined
  let announced = false
  const usable = () => (works ??= answers(keychain))
  return {
    get: async (key) => ((await usable()) ? await keychain.get(key) : null) ?? (await files.get(key)),
    set: async (key, value) => {
      if (await usable()) {
        await keychain.set(key, value)
        await files.delete(key)
        return
      }
      if (!announced) announce()
      announced = true
      await files.set(key, value)
    },
    delete: async (key) => {
      const fromKeychain = (await usable()) && (await keychain.delete(key))
      return (await files.delete(key)) || fromKeychain
    },
    kind: async () => ((await usable()) ? 'keychain' : 'file'),
  }
}

/** Asks for something that isn't there: a keychain says null, a machine without one rejects. */
async function answers(keychain: Keychain): Promise<boolean> {
  return keychain.get('is-there-a-keychain').then(
    () => true,
    () => false,
  )
}

/**
 * This desktop's keystore, the same for every entry point. `PILOTHOUSE_KEYSTORE=file` asks for files outright; another
 * PILOTHOUSE_HOME has secrets of its own.
 */
export function openKeystore(
  paths: Paths,
  env: Readonly<Record<string, string | undefined>>,
  announce: () => void,
): Keystore {
  const files = fileKeystore(path.join(paths.data, 'secrets'))
  if (env['PILOTHOUSE_KEYSTORE'] === 'file') return files
  const service = paths.home === null ? 'Pilothouse' : `Pilothouse ${paths.home}`
  return keystoreWithFallback(systemKeychain(service), files, announce)
}
