import { afterAll, beforeAll, expect, test } from 'vitest'
import { aPreview } from '../support/releaseBuilder.ts'
import { openShop } from './shop.ts'
import type { Shop } from './shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await openShop()
})
afterAll(async () => {
  await shop.db.close()
})

const recipient = (letter: string) => `age1${letter.repeat(58)}`
const bytes = (text: string) => new TextEncoder().encode(text)
const token = `pilothouse-sealed:PASSWORD:${'0'.repeat(64)}`

async function wrapped(): Promise<{ login: string; wrapped: Buffer }[]> {
  const { rows } = await shop.db.admin.query<{ login: string; wrapped: Buffer }>(
    'select login, wrapped from pilothouse.target_keys order by created_at',
  )
  return rows
}

test('a target gets one key, kept only as wraps to those who may apply there', async () => {
  const { alice, bob, carol } = shop
  const { id: target_id } = shop.subject.target
  const put = (by: typeof alice, to: string[], key = recipient('t')) =>
    by.ledger.putTargetKey({
      target_id,
      recipient: key,
      wraps: to.map((login) => ({ login, wrapped: bytes(`for ${login}`) })),
    })
  const sealed = [{ token, name: 'PASSWORD', ciphertext: bytes('ciphertext') }]
  await expect(alice.ledger.recordPreview(aPreview(shop.subject, {}, { sealed }))).rejects.toMatchObject({
    code: 'validation_error',
  })

  await expect(put(alice, [alice.login])).rejects.toMatchObject({ code: 'validation_error' })
  for (const [member, letter] of [
    [alice, 'a'],
    [bob, 'b'],
    [carol, 'c'],
  ] as const)
    await member.ledger.enrollRecipient(recipient(letter))
  await expect(put(bob, [bob.login])).rejects.toMatchObject({ code: 'permission_denied' })
  await expect(put(alice, [alice.login, bob.login])).rejects.toMatchObject({ code: 'validation_error' })
  await expect(put(alice, [carol.login])).rejects.toMatchObject({ code: 'validation_error' })
  await put(alice, [alice.login])
  await expect(put(carol, [carol.login], recipient('x'))).rejects.toMatchObject({ code: 'conflict' })
  await expect(put(carol, [carol.login])).rejects.toMatchObject({ code: 'validation_error' })
  await put(alice, [carol.login])
  expect(await wrapped()).toEqual([
    { login: alice.login, wrapped: Buffer.from(`for ${alice.login}`) },
    { login: carol.login, wrapped: Buffer.from(`for ${carol.login}`) },
  ])

  await alice.ledger.recordPreview(aPreview(shop.subject, {}, { sealed }))
  const { rows } = await shop.db.admin.query('select token, name, ciphertext from pilothouse.sealed_values')
  expect(rows).toEqual([{ token, name: 'PASSWORD', ciphertext: Buffer.from('ciphertext') }])
})

test('a new device of a member needs the keys wrapped anew', async () => {
  const { carol } = shop
  await carol.ledger.enrollRecipient(recipient('c'))
  expect((await wrapped()).map(({ login }) => login)).toContain(carol.login)
  await carol.ledger.enrollRecipient(recipient('d'))
  expect((await wrapped()).map(({ login }) => login)).not.toContain(carol.login)
  await expect(carol.ledger.enrollRecipient('not a key')).rejects.toMatchObject({ code: 'validation_error' })
})

test('a plan whose document holds a sealed value that nobody stored is refused', async () => {
  const unknown = `pilothouse-sealed:PASSWORD:${'1'.repeat(64)}`
  const plan = aPreview(shop.subject, { tag: unknown })
  await expect(shop.alice.ledger.recordPreview(plan)).rejects.toMatchObject({
    code: 'validation_error',
    data: { problems: [{ path: 'document', problem: 'sealed_value_unknown' }] },
  })
})
