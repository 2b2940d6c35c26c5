import { commandTexts } from './en/commands.ts'
import { composeTexts } from './en/compose.ts'
import { errorTexts } from './en/errors.ts'
import { eventTexts } from './en/events.ts'
import { ledgerTexts } from './en/ledger.ts'
import { lifecycleTexts } from './en/lifecycle.ts'

/** Every English text by its key. */
export const en = {
  ...errorTexts,
  ...eventTexts,
  ...commandTexts,
  ...ledgerTexts,
  ...lifecycleTexts,
  ...composeTexts,
} as const
export type TextKey = keyof typeof en
