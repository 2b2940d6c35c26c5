import type { composeTexts } from '../../../src-preload/contract/texts/en/compose.ts'
import type { Message } from '../../../src-preload/contract/vocabulary.ts'

type Written = keyof typeof composeTexts
type WithoutPlural<K> = K extends `${infer Base}_one` | `${infer Base}_other` ? Base : K
/** A key that this runtime has words for; the compiler refuses any other. */
export type TextKey = WithoutPlural<Written>
type After<Prefix extends string, K = TextKey> = K extends `${Prefix}${infer Rest}` ? Rest : never

export type CheckKey = After<'check.'>
/** What `composeCheck` calls a service, such as `service_healthy`. */
export type ServiceWord = After<'service_', CheckKey>
export type CauseKey = After<'finding.cause_'> & After<'hint.compose_cause.'>
export type HintKey = Extract<TextKey, `hint.${string}`>
export type CauseHint = After<'hint.compose_cause.'>

/** A message of this runtime by its key. */
export function words(text: TextKey, params: Readonly<Record<string, string | number>> = {}): Message {
  return { text, params: { ...params } }
}
