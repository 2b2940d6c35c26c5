import type { Check, Comparison, Diff, ObjectChange } from '../../../src-preload/contract/releases.ts'
import type { Paint, Tone } from '../output.ts'
import { say } from '../say.ts'
import { toneOfSeverity } from './state.ts'

const signs: Record<ObjectChange['action'], { sign: string; tone: Tone }> = {
  create: { sign: '+', tone: 'good' },
  change: { sign: '~', tone: 'warning' },
  replace: { sign: '±', tone: 'bad' },
  delete: { sign: '-', tone: 'bad' },
  unchanged: { sign: ' ', tone: 'faint' },
}

/** The diff in words, without its fields. */
export function diffWords(diff: Diff): string[] {
  return diff.words.map((message) => say(message))
}

/** Counts, objects and fields of a diff; unchanged objects are only counted. A secret shows neither value. */
export function diffLines(paint: Paint, diff: Diff): string[] {
  const changed = diff.objects.filter(({ action }) => action !== 'unchanged')
  return [
    paint('faint', say('say.diff_counts', diff.counts)),
    ...changed.flatMap((object) => objectLines(paint, object)),
  ]
}

/** The reader's own comparison, under a warning where the plan's author recorded something else. */
export function comparisonLines(paint: Paint, compared: Comparison): string[] {
  const { claim_differs } = compared
  const objects = claim_differs.map(({ kind, name }) => `${kind} ${name}`)
  const warning = objects.length === 0 ? [] : [paint('bad', say('say.claim_differs', { objects }))]
  return [...warning, ...diffLines(paint, compared)]
}

function objectLines(paint: Paint, object: ObjectChange): string[] {
  const { sign, tone } = signs[object.action]
  return [
    paint(tone, `${sign} ${object.kind} ${object.name}`),
    ...object.fields.map((field) => {
      if (field.secret) return `    ${field.path}: ${say('say.secret_changed')}`
      return `    ${field.path}: ${field.before ?? '–'} → ${field.after ?? '–'}`
    }),
  ]
}

/** Checks with their severity. */
export function checkLines(paint: Paint, checks: readonly Check[]): string[] {
  return checks.map(
    ({ severity, message }) => `${paint(toneOfSeverity(severity), severity.padEnd(7))} ${say(message)}`,
  )
}
