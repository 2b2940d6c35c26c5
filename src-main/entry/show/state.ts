import { assertNever } from '../../../src-preload/contract/vocabulary.ts'
import type { LifecycleState, RiskLevel, Severity } from '../../../src-preload/contract/vocabulary.ts'
import type { Paint, Tone } from '../output.ts'
import { say } from '../say.ts'

/** The tone of a state, the same wherever one is shown. */
export function toneOfState(state: LifecycleState): Tone {
  switch (state) {
    case 'draft':
    case 'preview':
    case 'cancelled':
      return 'faint'
    case 'pending_approval':
    case 'applying':
    case 'rollback':
      return 'warning'
    case 'approved':
    case 'applied':
      return 'good'
    case 'failed':
    case 'rejected':
      return 'bad'
    default:
      return assertNever(state)
  }
}

/** The tone of a risk level. */
export function toneOfRisk(level: RiskLevel): Tone {
  switch (level) {
    case 'low':
      return 'good'
    case 'medium':
      return 'warning'
    case 'high':
    case 'critical':
      return 'bad'
    default:
      return assertNever(level)
  }
}

/** The tone of a severity. */
export function toneOfSeverity(severity: Severity): Tone {
  switch (severity) {
    case 'info':
      return 'plain'
    case 'warning':
      return 'warning'
    case 'error':
      return 'bad'
    default:
      return assertNever(severity)
  }
}

/** Messages as a list under a heading; nothing at all where there are none. */
export function section(
  paint: Paint,
  heading: Parameters<typeof say>[0],
  lines: readonly string[],
): string[] {
  return lines.length === 0 ? [] : ['', paint('strong', say(heading)), ...lines.map((line) => `  ${line}`)]
}
