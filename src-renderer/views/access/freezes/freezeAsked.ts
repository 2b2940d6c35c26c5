import { z } from 'zod'
import { instant, name } from '../../../../src-preload/contract/vocabulary.ts'
import type { Asked } from '../change/AskDialog.tsx'
import { instantOf } from '../change/instants.ts'
import { spanProblems } from '../change/judged.ts'
import type { Problems } from '../change/judged.ts'

/** A freeze as the form holds it; times in the reader's time zone. */
export interface FreezeForm {
  readonly project: string
  readonly stage: string
  readonly from: string
  readonly until: string
  readonly reason: string
}

const shape = z.object({
  project: name,
  stage: name,
  from: instant,
  until: instant,
  reason: z.string().trim().min(1).max(4096),
})
export type NewFreeze = z.infer<typeof shape>

/**
 * What a form asks for, or what it lacks.
 *
 * @param now milliseconds since the epoch
 */
export function freezeAsked(form: FreezeForm, now: number): Asked<NewFreeze> {
  const parsed = shape.safeParse({ ...form, from: instantOf(form.from), until: instantOf(form.until) })
  if (!parsed.success) {
    const fields = parsed.error.issues.map(
      ({ path }) => [path.join('.'), 'window.access.problem.needed'] as const,
    )
    const problems: Problems = Object.fromEntries(fields)
    return { kind: 'lacking', problems }
  }
  const problems = spanProblems(parsed.data, now)
  if (Object.keys(problems).length > 0) return { kind: 'lacking', problems }
  return { kind: 'complete', value: parsed.data }
}
