import type { TicketStatus } from '../../src-preload/contract/inbox.ts'
import type { ObjectChange, ReleaseStep } from '../../src-preload/contract/releases.ts'
import type { LifecycleState, RiskLevel, Severity } from '../../src-preload/contract/vocabulary.ts'

/** What a colour means here, the same in every view and as on the command line. */
export type Tone = 'faint' | 'plain' | 'good' | 'warning' | 'bad'

/** The theme's colour of a tone; words and icons say the same, so that nobody depends on it. */
export const colors: Record<Tone, string> = {
  faint: 'gray',
  plain: 'blue',
  good: 'teal',
  warning: 'yellow',
  bad: 'red',
}

export const stateTones: Record<LifecycleState, Tone> = {
  draft: 'faint',
  preview: 'faint',
  pending_approval: 'warning',
  approved: 'good',
  applying: 'warning',
  applied: 'good',
  failed: 'bad',
  rollback: 'warning',
  rejected: 'bad',
  cancelled: 'faint',
}

export const riskTones: Record<RiskLevel, Tone> = {
  low: 'good',
  medium: 'warning',
  high: 'bad',
  critical: 'bad',
}

export const ticketTones: Record<TicketStatus, Tone> = {
  pending: 'warning',
  approved: 'good',
  rejected: 'bad',
  expired: 'faint',
  cancelled: 'faint',
  superseded: 'faint',
}

export const severityTones: Record<Severity, Tone> = { info: 'plain', warning: 'warning', error: 'bad' }

export const stepTones: Record<ReleaseStep['status'], Tone> = {
  intended: 'plain',
  succeeded: 'good',
  failed: 'bad',
  unknown: 'warning',
}

export const changeTones: Record<ObjectChange['action'], Tone> = {
  create: 'good',
  change: 'warning',
  replace: 'bad',
  delete: 'bad',
  unchanged: 'faint',
}

export const changeSigns: Record<ObjectChange['action'], string> = {
  create: '+',
  change: '~',
  replace: '±',
  delete: '−',
  unchanged: '=',
}
