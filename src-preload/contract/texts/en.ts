import { accessTexts } from './en/access.ts'
import { commandTexts } from './en/commands.ts'
import { composeTexts } from './en/compose.ts'
import { errorTexts } from './en/errors.ts'
import { eventTexts } from './en/events.ts'
import { ledgerTexts } from './en/ledger.ts'
import { lifecycleTexts } from './en/lifecycle.ts'
import { loopbackTexts } from './en/loopback.ts'
import { windowAccessTexts } from './en/window/access.ts'
import { windowInboxTexts } from './en/window/inbox.ts'
import { windowReleaseTexts } from './en/window/releases.ts'
import { windowPlaceTexts } from './en/window/places.ts'
import { windowFrameTexts } from './en/window/frame.ts'
import { windowFailureTexts } from './en/window/failures.ts'

/** Every English text by its key. */
export const en = {
  ...errorTexts,
  ...eventTexts,
  ...commandTexts,
  ...accessTexts,
  ...ledgerTexts,
  ...lifecycleTexts,
  ...composeTexts,
  ...windowFailureTexts,
  ...windowFrameTexts,
  ...windowPlaceTexts,
  ...windowReleaseTexts,
  ...windowInboxTexts,
  ...windowAccessTexts,
  ...loopbackTexts,
} as const
export type TextKey = keyof typeof en
