import { z } from 'zod'
import { json } from '../../src-preload/contract/vocabulary.ts'
import { failureOf } from '../transport/failure.ts'
import type { FailureInfo } from '../transport/failure.ts'
import { isText, word } from '../words/words.ts'
import type { Params, Said, Say, SayKey } from '../words/words.ts'

/** A failure as a person reads it. `details` is what its data holds beyond the sentence. */
export interface FailureWords {
  readonly code: FailureInfo['code']
  readonly text: string
  readonly hint: string
  readonly details: readonly string[]
  readonly causes: readonly string[]
}

const problems = z.array(z.object({ path: z.string(), problem: z.string() }))

/** The window's own hint, since a person here has buttons and no commands; else the one that everybody shares. */
export function hintKey({ code, hint }: Pick<FailureInfo, 'code' | 'hint'>): SayKey {
  const variants = hint === null ? [] : [`window.hint.${code}.${hint}`, `hint.${code}.${hint}`, hint]
  return [...variants, `window.hint.${code}`].find(isText) ?? `hint.${code}`
}

/**
 * What went wrong and what to do next.
 *
 * @param about what it is about, for placeholders that the failure does not fill itself
 */
export function failureWords(error: unknown, say: Say, about: Params = {}): FailureWords {
  const failure = failureOf(error)
  const params = { ...about, ...failure.data }
  const text = say(`error.${failure.code}`, params)
  const hint = say(hintKey(failure), params)
  return {
    code: failure.code,
    text,
    hint,
    details: detailsOf(failure, `${text} ${hint}`),
    causes: failure.causes,
  }
}

/** What to do next as a finding says it; where that is the hint of a code, the window's own words for it. */
export function nextWords(hint: Said, say: Say): string {
  const own = `window.${hint.text}`
  return isText(own) ? say(own, hint.params) : say(hint)
}

function detailsOf({ data }: FailureInfo, said: string): string[] {
  return Object.entries(data).flatMap(([key, value]) => {
    const listed = problems.safeParse(value)
    if (listed.success) return listed.data.map(({ path, problem }) => `${path}: ${problem}`)
    const text = String(word(json.parse(value)))
    return text === '' || text === '–' || said.includes(text) ? [] : [`${key}: ${text}`]
  })
}
