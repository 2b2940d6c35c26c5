import { z } from 'zod'
import type { TimelineEvent } from '../../../src-preload/contract/events.ts'
import type { Diagnostic, Progress, Release, ReleaseStep } from '../../../src-preload/contract/releases.ts'
import type { StartRule } from '../../../src-preload/contract/services.ts'
import { assertNever, message } from '../../../src-preload/contract/vocabulary.ts'
import { facts, shortDigest, shortInstant, table } from '../output.ts'
import type { Paint, Tone } from '../output.ts'
import { say } from '../say.ts'
import { checkLines } from './diff.ts'
import { toneOfSeverity, toneOfState } from './state.ts'

/** One release: where it stands, and why. */
export function releaseLines(paint: Paint, release: Release): string[] {
  const state = paint(toneOfState(release.lifecycle_state), release.lifecycle_state)
  return [
    `${paint('strong', release.label)}  ${state}${release.run === 'idle' ? '' : `  run: ${release.run}`}`,
    ...facts([
      ['service', `${release.service.name} (${release.project})`],
      ['target', `${release.target.name} (${release.target.stage}, ${release.runtime})`],
      ['kind', release.kind === 'rollback' ? release.kind : null],
      ['version', release.version_label],
      ['strategy', release.strategy],
      ['preview_ref', release.preview_ref],
      ['document', release.document_digest === null ? null : shortDigest(release.document_digest)],
      ['ticket', release.approval_ticket],
      ['approved until', release.approved_until === null ? null : shortInstant(release.approved_until)],
      ['starts', startText(release)],
      ['emergency', emergencyText(release)],
      ['review', release.break_glass?.review_ticket],
      ['executor', release.lease_holder],
      ['attempts', release.attempts === 0 ? null : String(release.attempts)],
      ['secrets', release.secret_variables.join(', ')],
      ['reason', release.reason],
      ['change', release.change_link],
      ['failure', failureText(release)],
      ['asked by', `${release.created_by}, ${shortInstant(release.created_at)}`],
      ['changed', shortInstant(release.updated_at)],
    ]),
  ]
}

/** A start rule in words. */
export function startRuleText(rule: StartRule): string {
  if (typeof rule === 'string') return say(`say.start_${rule}`)
  return say('say.start_at_time', { time: rule.time, time_zone: rule.time_zone })
}

/** When an approved release starts, or the rule that it will start by. */
export function startText({ start: { rule, due_at } }: Release): string {
  const words = startRuleText(rule)
  return due_at === null ? words : say('say.start_due', { rule: words, at: shortInstant(due_at) })
}

function emergencyText({ break_glass }: Release): string | null {
  if (break_glass === null) return null
  const { by, at, reason, incident_link } = break_glass
  return say('say.emergency', { by, at: shortInstant(at), reason, link: incident_link })
}

function failureText(release: Release): string | null {
  return release.failure === null ? null : `${release.failure.code}: ${release.failure.message}`
}

/** Releases, one a line. */
export function releaseTable(paint: Paint, releases: readonly Release[]): string[] {
  return table(
    paint,
    ['RELEASE', 'STATE', 'SERVICE', 'TARGET', 'STAGE', 'VERSION', 'BY', 'CHANGED'],
    releases.map((release) => [
      release.label,
      release.lifecycle_state,
      release.service.name,
      release.target.name,
      release.target.stage,
      release.version_label ?? '–',
      release.created_by,
      shortInstant(release.updated_at),
    ]),
    say('say.no_releases'),
  )
}

/** Approved releases whose time has come, one a line. */
export function dueTable(paint: Paint, releases: readonly Release[]): string[] {
  return table(
    paint,
    ['RELEASE', 'SERVICE', 'TARGET', 'STAGE', 'STARTS', 'APPROVED UNTIL'],
    releases.map((release) => [
      release.label,
      release.service.name,
      release.target.name,
      release.target.stage,
      startText(release),
      release.approved_until === null ? '–' : shortInstant(release.approved_until),
    ]),
    say('say.no_due'),
  )
}

/** Steps, one a line, by attempt. */
export function stepTable(paint: Paint, steps: readonly ReleaseStep[]): string[] {
  return table(
    paint,
    ['TRY', 'STEP', 'HOST', 'STATUS', 'STARTED', 'WHAT'],
    steps.map((step) => [
      String(step.attempt),
      step.key,
      step.host,
      step.status,
      shortInstant(step.started_at),
      say(step.message),
    ]),
    say('say.no_steps'),
  )
}

/** A finding on one screen: what failed, where, why as far as known, what to do next. */
export function diagnosticLines(paint: Paint, found: Diagnostic): string[] {
  const { resource, evidence } = found
  return [
    `${paint(toneOfSeverity(found.severity), found.code)}  ${say(found.message)}`,
    ...facts([
      ['  where', [resource.kind, resource.name, resource.host].filter((part) => part !== null).join(' ')],
      ['  container', resource.container],
      ['  phase', `${found.phase}, attempt ${found.attempt}`],
      ['  exit code', evidence.exit_code === null ? null : String(evidence.exit_code)],
      ['  health', evidence.health_output?.trim() ?? null],
    ]),
    ...evidence.last_log_lines.map((line) => paint('faint', `    | ${line}`)),
    `  hint: ${say(found.hint)}`,
  ]
}

/** The record, one event a line, oldest first; `hash` begins with what an export can be compared with. */
export function timelineTable(paint: Paint, events: readonly TimelineEvent[]): string[] {
  return table(
    paint,
    ['WHEN', 'WHO', 'ACTION', 'WHAT', 'HASH'],
    events.map((event) => [
      shortInstant(event.occurred_at),
      event.actor,
      event.action,
      whatHappened(event),
      event.hash.slice(0, 12),
    ]),
    say('say.no_events'),
  )
}

const telling = z.looseObject({
  message: message.optional().catch(undefined),
  comment: z.string().optional().catch(undefined),
  code: z.string().optional().catch(undefined),
})

/** The action in words, with the step, comment or refusal that its detail holds. */
function whatHappened(event: TimelineEvent): string {
  const detail = telling.parse(event.detail)
  const more = detail.message === undefined ? detail.comment || detail.code : say(detail.message)
  const words = say(`event.${event.action}`)
  return more === undefined || more === '' ? words : `${words}: ${more}`
}

const stepTones: Record<ReleaseStep['status'], Tone> = {
  intended: 'faint',
  succeeded: 'good',
  failed: 'bad',
  unknown: 'warning',
}

/** A line of a run as it happens. */
export function progressLines(paint: Paint, progress: Progress): string[] {
  switch (progress.kind) {
    case 'state': {
      const { label, lifecycle_state: state } = progress.release
      return [`${paint('strong', label)} ${paint(toneOfState(state), state)}`]
    }
    case 'step': {
      const { host, status, message } = progress.step
      return [`  ${host}  ${paint(stepTones[status], status.padEnd(9))}  ${say(message)}`]
    }
    case 'log':
      return [paint('faint', `  ${progress.host}  ${progress.line}`)]
    case 'check':
      return checkLines(paint, [progress.check]).map((line) => `  ${line}`)
    case 'diagnosis':
      return diagnosticLines(paint, progress.diagnostic)
    default:
      return assertNever(progress)
  }
}
