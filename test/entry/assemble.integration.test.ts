import { afterAll, beforeAll, expect, it } from 'vitest'
import { wire } from '../../src-main/entry/assemble.ts'
import { connectLedger } from '../../src-main/ledger/connection.ts'
import { startTestLedger } from '../support/ledger.ts'
import type { TestLedger, TestMember } from '../support/ledger.ts'

let ledger: TestLedger
let ada: TestMember

beforeAll(async () => {
  ledger = await startTestLedger()
  ada = await ledger.member('ada', { roles: [{ role: 'operator-compose' }] })
})
afterAll(() => ledger.close())

function device() {
  const kept = new Map<string, string>()
  return {
    get: (key: string) => Promise.resolve(kept.get(key) ?? null),
    set: (key: string, value: string) => {
      kept.set(key, value)
      return Promise.resolve()
    },
  }
}

/** Connects as Ada's desktop with that keystore; gives the recipient that the ledger knows for her afterwards. */
async function recipientAfter(keystore: ReturnType<typeof device>): Promise<string | null> {
  const pool = await connectLedger({ connectionString: ada.url })
  const assembled = await wire({ pool, ssh: { identities: [], agent: false }, keystore })
  try {
    return (await assembled.client.members.me({})).member.recipient
  } finally {
    await assembled.close()
  }
}

it("makes a device's key known once, and a newer device's key in its place", async () => {
  const [laptop, newLaptop] = [device(), device()]
  const first = await recipientAfter(laptop)
  expect(first).toMatch(/^age1/)
  expect(await recipientAfter(laptop)).toBe(first)
  const second = await recipientAfter(newLaptop)
  expect(second).not.toBe(first)
  expect(await recipientAfter(laptop)).toBe(second)
})
