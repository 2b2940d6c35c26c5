import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSecrets } from '../../src-main/access/sealing.ts'
import type { DeviceKeys } from '../../src-main/access/sealing.ts'

function device(): DeviceKeys & { held: Map<string, string> } {
  const held = new Map<string, string>()
  return {
    held,
    get: async (key) => held.get(key) ?? null,
    set: async (key, value) => {
      held.set(key, value)
    },
  }
}

describe('a device', () => {
  it('keeps one identity, made at the first call, and shows only its public side', async () => {
    const keys = device()
    const secrets = createSecrets(keys)
    const [first, second] = await Promise.all([secrets.recipient(), secrets.recipient()])
    expect(first).toMatch(/^age1[a-z0-9]{58}$/)
    expect(second).toBe(first)
    expect(await createSecrets(keys).recipient()).toBe(first)
    expect([...keys.held.values()].map((value) => value.slice(0, 16))).toEqual(['AGE-SECRET-KEY-1'])
  })

  it('says keystore_unavailable where the keystore forgets, and tries again the next time', async () => {
    const keys = device()
    let forgets = true
    const secrets = createSecrets({ ...keys, get: async (key) => (forgets ? null : keys.get(key)) })
    await expect(secrets.recipient()).rejects.toMatchObject({ code: 'keystore_unavailable' })
    forgets = false
    expect(await secrets.recipient()).toMatch(/^age1/)
  })
})

describe('a target key', () => {
  it('travels wrapped to a device and opens there, whole', async () => {
    const [maker, reader] = [createSecrets(device()), createSecrets(device())]
    const key = await maker.createTargetKey()
    const wrapped = await maker.wrap(key, await reader.recipient())
    expect(Buffer.from(wrapped).includes(key.identity)).toBe(false)
    const opened = await reader.unwrap(wrapped)
    expect([opened.identity, opened.recipient]).toEqual([key.identity, key.recipient])
    expect(Buffer.from(opened.mac_key).equals(Buffer.from(key.mac_key))).toBe(true)
    expect(key.mac_key).toHaveLength(32)
  })

  it('does not open on another device, nor when it was damaged, nor when it is something else', async () => {
    const [maker, reader, other] = [createSecrets(device()), createSecrets(device()), createSecrets(device())]
    const key = await maker.createTargetKey()
    const wrapped = await maker.wrap(key, await reader.recipient())
    const refused = { code: 'keystore_unavailable', hint: 'sealed' }
    await expect(other.unwrap(wrapped)).rejects.toMatchObject(refused)
    const damaged = Uint8Array.from(wrapped, (byte, index) =>
      index === wrapped.length - 1 ? byte ^ 1 : byte,
    )
    await expect(reader.unwrap(damaged)).rejects.toMatchObject(refused)
    const foreign = await maker.seal({ ...key, recipient: await reader.recipient() }, '{"identity":"x"}')
    await expect(reader.unwrap(foreign)).rejects.toMatchObject(refused)
  })

  it('is wrapped to age X25519 recipients only', async () => {
    const secrets = createSecrets(device())
    const key = await secrets.createTargetKey()
    for (const recipient of ['', 'age1nonsense', 'ssh-ed25519 AAAA']) {
      await expect(secrets.wrap(key, recipient)).rejects.toMatchObject({ code: 'validation_error' })
    }
  })
})

describe('a secret value', () => {
  it('comes back exactly, byte order mark and all, for whoever has the key', async () => {
    const secrets = createSecrets(device())
    const key = await secrets.createTargetKey()
    for (const value of ['', 'hunter2', '\ufeffmarked', 'ü\u0000\n', 'x'.repeat(65536)]) {
      expect(await secrets.open(key, await secrets.seal(key, value))).toBe(value)
    }
  })

  it('is another ciphertext each time, and opens with no other key', async () => {
    const secrets = createSecrets(device())
    const [key, other] = [await secrets.createTargetKey(), await secrets.createTargetKey()]
    const [one, two] = [await secrets.seal(key, 'hunter2'), await secrets.seal(key, 'hunter2')]
    expect(Buffer.from(one).equals(Buffer.from(two))).toBe(false)
    await expect(secrets.open(other, one)).rejects.toMatchObject({ code: 'keystore_unavailable' })
  })
})

describe('a token', () => {
  const key = { mac_key: new Uint8Array(32).fill(7), identity: '', recipient: '' }
  const secrets = createSecrets(device())
  const token = (...given: Parameters<typeof secrets.token>) => secrets.token(...given)

  it('is the HMAC-SHA256 of name, a zero byte and value', () => {
    // printf 'DB_PASSWORD\0hunter2' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0707…
    expect(token(key, 'DB_PASSWORD', 'hunter2')).toBe(
      'pilothouse-sealed:DB_PASSWORD:f7e74029945ea9f0ae00e93d0e93236bf69c0371ed127e8f6a9dfb950d2dbd35',
    )
  })

  it('is the same for the same name and value, and differs with key, name and value', () => {
    const other = { ...key, mac_key: new Uint8Array(32).fill(8) }
    expect(token(key, 'A', 'x')).toBe(token(key, 'A', 'x'))
    expect(new Set([token(key, 'A', 'x'), token(other, 'A', 'x'), token(key, 'B', 'x')]).size).toBe(3)
    expect(token(key, 'A', 'x').slice(-64)).not.toBe(token(key, 'B', 'x').slice(-64))
  })

  it('tells every two pairs of name and value apart, wherever one ends and the other begins', () => {
    const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,6}$/)
    const value = fc.string({ unit: fc.constantFrom('A', 'b', '_', '0', '\0', ' '), maxLength: 6 })
    fc.assert(
      fc.property(name, value, name, value, (name1, value1, name2, value2) => {
        const macs = [token(key, name1, value1).slice(-64), token(key, name2, value2).slice(-64)]
        expect(macs[0] === macs[1]).toBe(name1 === name2 && value1 === value2)
      }),
    )
  })

  it('is refused for a name that is none', () => {
    expect(() => token(key, 'A\0B', 'x')).toThrow()
    expect(() => token(key, '', 'x')).toThrow()
  })
})
