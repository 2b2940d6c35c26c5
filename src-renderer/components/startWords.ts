import type { StartRule } from '../../src-preload/contract/services.ts'
import type { Say } from '../words/words.ts'

/** When an approved release starts, as a phrase: "by hand", "at 22:00 (Europe/Berlin)". */
export function startWords(rule: StartRule, say: Say): string {
  if (typeof rule === 'string') return say(`window.services.start.${rule}`)
  return say('window.services.start.at_time', { time: rule.time, zone: rule.time_zone })
}
