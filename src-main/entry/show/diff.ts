import type { Check, Diff, ObjectChange } from '../../../src-preload/contract/releases.ts'
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
