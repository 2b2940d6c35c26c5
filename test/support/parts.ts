import process from 'node:process'
import { describe, inject, test } from 'vitest'

/** What a test may need of the machine, beyond Node and the installed packages. */
export const parts = [
  'docker',
  'dockerd',
  'sshd',
  'compose-v2',
  'compose-v1',
  'busybox-static',
  'root',
  'unprivileged-user',
  'chromium',
] as const

export type Part = (typeof parts)[number]
export type Presence = { present: true } | { present: false; reason: string }
export type Machine = Record<Part, Presence>

declare module 'vitest' {
  interface ProvidedContext {
    machine: Machine
  }
}

/** Whether a machine has all of these parts; if not, every reason why not. */
export function presence(machine: Machine, wanted: readonly Part[]): Presence {
  const reasons = wanted.map((part) => machine[part]).flatMap((each) => (each.present ? [] : [each.reason]))
  return reasons.length === 0 ? { present: true } : { present: false, reason: reasons.join('; ') }
}

/** Whether this machine has all of these parts; it is looked at once a run. */
export function needs(...wanted: Part[]): Presence {
  return presence(inject('machine'), wanted)
}

/** How the name of a suite that is left out ends; the summary of a run takes the reason from it. */
export const skipMark = ' [skipped: '

export type Registration =
  | { kind: 'run'; name: string }
  | { kind: 'skip'; name: string }
  | { kind: 'fail'; name: string; reason: string }

/** What becomes of a suite: it runs, is left out with the reason in its name, or fails where all is required. */
export function registration(name: string, found: Presence, everythingRequired: boolean): Registration {
  if (found.present) return { kind: 'run', name }
  if (everythingRequired) return { kind: 'fail', name, reason: found.reason }
  return { kind: 'skip', name: `${name}${skipMark}${found.reason}]` }
}

/**
 * A suite that needs parts of the machine. Where one is missing it is left out, and the summary of
 * `npm test` says so; with PILOTHOUSE_REQUIRE=all it fails instead.
 */
export function describeWith(wanted: readonly Part[], name: string, suite: () => void): void {
  const outcome = registration(name, needs(...wanted), process.env['PILOTHOUSE_REQUIRE'] === 'all')
  switch (outcome.kind) {
    case 'run':
      describe(outcome.name, suite)
      break
    case 'skip':
      describe.skip(outcome.name, suite)
      break
    case 'fail':
      describe(outcome.name, () => {
        test('the machine has what this suite needs', ({ expect }) => {
          expect.fail(outcome.reason)
        })
      })
      break
  }
}
