import { z } from 'zod'
import { failureOf } from '../../../transport/failure.ts'

const unchanged = z.object({
  problems: z
    .array(z.object({ problem: z.string() }))
    .refine((list) => list.some(({ problem }) => problem === 'unchanged')),
})
const waiting = z.object({ ticket: z.string(), status: z.literal('pending') })

/** Why a change was refused: it is so already, the same waits for a second person, or something else. */
export type Refusal =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'waits'; readonly ticket: string }
  | { readonly kind: 'other' }

/** Reads a refusal of a change of access. */
export function refusalOf(error: unknown): Refusal {
  const { code, data } = failureOf(error)
  if (code === 'validation_error' && unchanged.safeParse(data).success) return { kind: 'unchanged' }
  const same = waiting.safeParse(data)
  if (code === 'conflict' && same.success) return { kind: 'waits', ticket: same.data.ticket }
  return { kind: 'other' }
}
