import type { en } from './en.ts'
import { accessTexts } from './zh-CN/access.ts'
import { commandTexts } from './zh-CN/commands.ts'
import { composeTexts } from './zh-CN/compose.ts'
import { errorTexts } from './zh-CN/errors.ts'
import { eventTexts } from './zh-CN/events.ts'
import { ledgerTexts } from './zh-CN/ledger.ts'
import { lifecycleTexts } from './zh-CN/lifecycle.ts'
import { loopbackTexts } from './zh-CN/loopback.ts'
import { windowReleaseTexts } from './zh-CN/window/releases.ts'
import { windowPlaceTexts } from './zh-CN/window/places.ts'
import { windowFrameTexts } from './zh-CN/window/frame.ts'
import { windowAccessTexts } from './zh-CN/window/access.ts'
import { windowFailureTexts } from './zh-CN/window/failures.ts'
import { windowInboxTexts } from './zh-CN/window/inbox.ts'

/**
 * What has to be said in Chinese too. The language has one form for any number, which i18next looks up as `_other`;
 * example command lines are typed the same everywhere and stay with the English texts, to which i18next falls back.
 */
type Translated = Exclude<keyof typeof en, `${string}_one` | `example.${string}`>

/** Every text in 简体中文 by its key. */
export const zhCN = {
  ...errorTexts,
  ...eventTexts,
  ...commandTexts,
  ...accessTexts,
  ...ledgerTexts,
  ...lifecycleTexts,
  ...composeTexts,
  ...loopbackTexts,
  ...windowFailureTexts,
  ...windowInboxTexts,
  ...windowAccessTexts,
  ...windowFrameTexts,
  ...windowPlaceTexts,
  ...windowReleaseTexts,
} as const satisfies Record<Translated, string>
