import { z } from 'zod'
import type { SayKey } from '../../../words/words.ts'

export interface Glass {
  readonly reason: string
  readonly incident_link: string
}

const link = z.url({ protocol: /^https?$/ })

/** What an emergency still lacks: a reason, and a link to where the incident is followed. */
export function judgeGlass({ reason, incident_link }: Glass): Partial<Record<keyof Glass, SayKey>> {
  return {
    ...(reason.trim() === '' ? { reason: 'window.glass.problem.reason' as const } : {}),
    ...(link.safeParse(incident_link.trim()).success
      ? {}
      : { incident_link: 'window.plan.problem.link' as const }),
  }
}
