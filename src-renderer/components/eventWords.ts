import { z } from 'zod'
import type { TimelineEvent } from '../../src-preload/contract/events.ts'
import { message } from '../../src-preload/contract/vocabulary.ts'
import { visible } from '../words/visible.ts'
import type { Say } from '../words/words.ts'

const telling = z.looseObject({
  message: message.optional().catch(undefined),
  comment: z.string().optional().catch(undefined),
  reason: z.string().optional().catch(undefined),
  code: z.string().optional().catch(undefined),
})

/** What happened, with the step, comment or refusal that the event's detail holds. */
export function eventWords(event: Pick<TimelineEvent, 'action' | 'detail'>, say: Say): string {
  const detail = telling.parse(event.detail)
  const more =
    detail.message === undefined ? detail.comment || detail.reason || detail.code : say(detail.message)
  const words = say(`event.${event.action}`)
  return more === undefined || more === '' ? words : `${words}: ${visible(more)}`
}
