import { chmodSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  fileKeystore,
  keystoreOf,
  keystoreWithFallback,
  openKeystore,
} from '../../src-main/entry/keystore.ts'
import type { Keychain } from '../../src-main/entry/keystore.ts'
import { resolvePaths } from '../../src-main/entry/paths.ts'
import { temporaryFolder } from './terminal.ts'

function memoryKeychain(): Keychain & { held: Map<string, string> } {
  const held = new Map<string, string>()
  return {
    held,
    get: async (key) => held.get(key) ?? null,
    set: async (key, value) => {
      held.set(key, value)
    },
    delete: async (key) => held.delete(key),
  }
}

const noKeychain: Keychain = {
  get: () => Promise.reject(new TypeError('no secret service')),
  set: () => Promise.reject(new TypeError('no secret service')),
  delete: () => Promise.reject(new TypeError('no secret service')),
}

describe('secrets in files', () => {
  it('come back, are replaced, and are gone after a delete', async () => {
    const keystore = fileKeystore(temporaryFolder())
    expect(await keystore.get('a/b')).toBeNull()
    await keystore.set('a/b', 'one\n')
    await keystore.set('a/b', 'two ü\n')
    expect(await keystore.get('a/b')).toBe('two ü\n')
    expect(await keystore.delete('a/b')).toBe(true)
    expect(await keystore.delete('a/b')).toBe(false)
    expect(await keystore.get('a/b')).toBeNull()
  })

  it('are readable by their owner alone, leave no other file, and never leave the folder', async () => {
    const folder = path.join(temporaryFolder(), 'secrets')
    const keystore = fileKeystore(folder)
    await keystore.set('../../escape', 'x')
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    const files = readdirSync(folder)
    expect(files).toEqual(['..%2F..%2Fescape'])
    expect(statSync(path.join(folder, files[0] ?? '')).mode & 0o777).toBe(0o600)
  })

  it('are refused once others may read them', async () => {
    const folder = temporaryFolder()
    const keystore = fileKeystore(folder)
    await keystore.set('key', 'x')
    chmodSync(path.join(folder, 'key'), 0o640)
    await expect(keystore.get('key')).rejects.toMatchObject({ code: 'keystore_unavailable' })
  })
})

describe('the keystore of a desktop', () => {
  it('uses the keychain where one works, and leaves no file', async () => {
    const keychain = memoryKeychain()
    const files = fileKeystore(temporaryFolder())
    let said = 0
    const keystore = keystoreWithFallback(keychain, files, () => (said += 1))
    await keystore.set('key', 'x')
    expect([keychain.held.get('key'), await files.get('key'), said]).toEqual(['x', null, 0])
    expect(await keystore.kind()).toBe('keychain')
  })

  it('uses files where no keychain works, and says so once', async () => {
    let said = 0
    const keystore = keystoreWithFallback(noKeychain, fileKeystore(temporaryFolder()), () => (said += 1))
    expect(await keystore.get('key')).toBeNull()
    expect(said).toBe(0)
    await keystore.set('key', 'x')
    await keystore.set('other', 'y')
    expect([await keystore.get('key'), said, await keystore.kind()]).toEqual(['x', 1, 'file'])
    expect(await keystore.delete('key')).toBe(true)
  })

  it('still finds what an earlier session without a keychain left, and moves it at the next change', async () => {
    const files = fileKeystore(temporaryFolder())
    await files.set('key', 'old')
    const keychain = memoryKeychain()
    const keystore = keystoreWithFallback(keychain, files, () => undefined)
    expect(await keystore.get('key')).toBe('old')
    await keystore.set('key', 'new')
    expect([await keystore.get('key'), await files.get('key')]).toEqual(['new', null])
  })

  it('keeps the secrets of profiles apart', async () => {
    const keystore = fileKeystore(temporaryFolder())
    await keystoreOf(keystore, 'work').set('ledger-password', 'w')
    await keystoreOf(keystore, 'demo').set('ledger-password', 'd')
    expect(await keystoreOf(keystore, 'work').get('ledger-password')).toBe('w')
  })

  it('uses files, silently, where PILOTHOUSE_KEYSTORE asks for them', async () => {
    const home = temporaryFolder()
    const env = { PILOTHOUSE_HOME: home, PILOTHOUSE_KEYSTORE: 'file' }
    const paths = resolvePaths({ platform: 'linux', home, env })
    let said = 0
    const keystore = openKeystore(paths, env, () => (said += 1))
    await keystore.set('key', 'x')
    expect([await keystore.get('key'), await keystore.kind(), said]).toEqual(['x', 'file', 0])
    expect(readdirSync(path.join(paths.data, 'secrets'))).toEqual(['key'])
  })
})
