import { create } from 'zustand'
import { persist } from 'zustand/middleware'

export const languages = ['en', 'zh-CN'] as const
export type Language = (typeof languages)[number]
export const schemes = ['auto', 'light', 'dark'] as const
export type Scheme = (typeof schemes)[number]

interface Preferences {
  readonly scheme: Scheme
  readonly language: Language
  readonly choose: (change: Partial<Pick<Preferences, 'scheme' | 'language'>>) => void
}

/** The language to begin with, by what the browser asks for. */
export function languageFor(wanted: readonly string[]): Language {
  return (wanted[0] ?? 'en').toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}

/** How this person wants the window to look and speak, kept in this browser. */
export const usePreferences = create<Preferences>()(
  persist(
    (set) => ({
      scheme: 'auto',
      language: languageFor(navigator.languages),
      choose: (change) => set(change),
    }),
    { name: 'pilothouse-preferences', partialize: ({ scheme, language }) => ({ scheme, language }) },
  ),
)
