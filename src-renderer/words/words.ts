import i18next from 'i18next'
import { useCallback } from 'react'
import { initReactI18next, useTranslation } from 'react-i18next'
import { en } from '../../src-preload/contract/texts/en.ts'
import type { TextKey } from '../../src-preload/contract/texts/en.ts'
import { zhCN } from '../../src-preload/contract/texts/zh-CN.ts'
import type { Json } from '../../src-preload/contract/vocabulary.ts'
import type { Language } from '../state/preferences.ts'
import { visible } from './visible.ts'

/** A text that counts is named without its plural form: `diff.fields` for `diff.fields_one`, `diff.fields_other`. */
type Counting = TextKey extends infer K ? (K extends `${infer Base}_other` ? Base : never) : never
export type SayKey = TextKey | Counting
/** Values for the placeholders of a text; a list is written out. */
export type Params = Readonly<Record<string, Json | undefined>>
/** Words as the contract carries them. */
export interface Said {
  readonly text: string
  readonly params?: Params
}
export type Say = (message: SayKey | Said, params?: Params) => string

const texts = i18next.createInstance()
void texts.use(initReactI18next).init({
  lng: 'en',
  fallbackLng: 'en',
  resources: { en: { translation: en }, 'zh-CN': { translation: zhCN } },
  initAsync: false,
  keySeparator: false,
  nsSeparator: false,
  // React escapes what it renders.
  interpolation: { escapeValue: false },
  // A hint names commands: what isn't known stands as people write it in a command's usage.
  missingInterpolationHandler: (_text: string, match: RegExpExecArray) => `<${(match[1] ?? '').trim()}>`,
})

/** Whether there is a text of that key. */
export function isText(key: string): key is TextKey {
  return Object.hasOwn(en, key)
}

/** Changes the language of everything that is shown. */
export async function speak(language: Language): Promise<void> {
  await texts.changeLanguage(language)
}

/** One value as people read it. */
export function word(value: Json): string | number {
  if (typeof value === 'string') return visible(value)
  if (typeof value === 'number') return value
  if (Array.isArray(value)) return value.map((item: Json) => word(item)).join(', ')
  if (value === null) return '–'
  return typeof value === 'boolean' ? String(value) : JSON.stringify(value)
}

function filled(values: Params): Record<string, string | number> {
  const entries = Object.entries(values).flatMap(([key, value]) =>
    value === undefined || value === null ? [] : [[key, word(value)] as const],
  )
  return Object.fromEntries(entries)
}

/**
 * Words in one language: a message as the contract carries it, or one of the keys with values for its placeholders. A
 * key that this version doesn't know (a newer colleague's) comes back as it is.
 */
export function sayIn(language: Language): Say {
  const translate = texts.getFixedT(language)
  return (message, params = {}) => {
    if (typeof message === 'string') return translate(message, filled(params))
    return translate(message.text, filled(message.params ?? {}))
  }
}

/** The words of the language that the person chose, and which one that is. */
export function useWords(): { readonly say: Say; readonly language: Language } {
  const { i18n } = useTranslation(undefined, { i18n: texts })
  const language: Language = i18n.language === 'zh-CN' ? 'zh-CN' : 'en'
  const say = useCallback<Say>((message, params) => sayIn(language)(message, params), [language])
  return { say, language }
}
