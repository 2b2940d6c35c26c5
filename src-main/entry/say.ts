import i18next from 'i18next'
import { en } from '../../src-preload/contract/texts/en.ts'
import type { TextKey } from '../../src-preload/contract/texts/en.ts'
import type { Json } from '../../src-preload/contract/vocabulary.ts'

/** Values for the placeholders of a text; a list is written out with commas. */
export type Params = Readonly<Record<string, Json | undefined>>

const texts = i18next.createInstance()
await texts.init({
  lng: 'en',
  fallbackLng: 'en',
  resources: { en: { translation: en } },
  initAsync: false,
  keySeparator: false,
  nsSeparator: false,
  interpolation: { escapeValue: false },
  // A hint names commands: what isn't known stands as people write it in a command's usage.
  missingInterpolationHandler: (_text: string, match: RegExpExecArray) => `<${(match[1] ?? '').trim()}>`,
})

/**
 * Words for people: a message as the contract carries it, or one of the keys with values for its placeholders.
 * A key that this version doesn't know (a newer colleague's) comes back as it is.
 */
export function say(
  message: TextKey | { readonly text: string; readonly params?: Params },
  params: Params = {},
): string {
  const [key, values] = typeof message === 'string' ? [message, params] : [message.text, message.params ?? {}]
  return texts.t(key, { ...words(values) })
}

/** Whether there is a text of that key. */
export function isText(key: string): key is TextKey {
  return Object.hasOwn(en, key)
}

/** The placeholders that a text fills. */
export function placeholders(key: TextKey): string[] {
  return [...en[key].matchAll(/\{\{\s*(\w+)\s*\}\}/g)].flatMap((match) => match[1] ?? [])
}

function words(values: Params): Record<string, string | number> {
  const entries = Object.entries(values).flatMap(([key, value]) =>
    value === undefined || value === null ? [] : [[key, word(value)] as const],
  )
  return Object.fromEntries(entries)
}

/** One value as people read it. */
export function word(value: Json): string | number {
  if (typeof value === 'string' || typeof value === 'number') return value
  if (Array.isArray(value)) return value.map((item: Json) => word(item)).join(', ')
  if (value === null) return '–'
  return typeof value === 'boolean' ? String(value) : JSON.stringify(value)
}
