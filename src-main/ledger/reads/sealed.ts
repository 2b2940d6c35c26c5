import { z } from 'zod'
import type { Reads } from '../../ports/reads.ts'
import { readRows } from './bodies.ts'
import type { ReadPool } from './bodies.ts'

const sealedRow = z.object({ token: z.string(), ciphertext: z.instanceof(Uint8Array) })
const keyRow = z.object({ recipient: z.string(), wrapped: z.instanceof(Uint8Array).nullable() })
const unwrappedRow = z.object({ login: z.string(), recipient: z.string() })

/** Sealed values and the keys to them: the ledger gives them only to members who may apply on that target. */
export function readSealed(pool: ReadPool): Pick<Reads, 'sealed' | 'targetKey' | 'unwrappedFor'> {
  return {
    async sealed(target, tokens) {
      const rows = await readRows(
        pool,
        sealedRow,
        'SELECT token, ciphertext FROM pilothouse_read.sealed_values WHERE target_id = $1 AND token = ANY ($2)',
        [target, tokens],
      )
      return new Map(rows.map(({ token, ciphertext }) => [token, ciphertext]))
    },
    async targetKey(target) {
      const [key] = await readRows(
        pool,
        keyRow,
        'SELECT recipient, wrapped FROM pilothouse_read.target_keys WHERE target_id = $1',
        [target],
      )
      return key ?? null
    },
    unwrappedFor: (target) =>
      readRows(
        pool,
        unwrappedRow,
        'SELECT login, recipient FROM pilothouse_read.unwrapped WHERE target_id = $1 ORDER BY login',
        [target],
      ),
  }
}
