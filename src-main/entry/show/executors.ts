import type { Executor, Release } from '../../../src-preload/contract/releases.ts'
import { shortInstant, table } from '../output.ts'
import type { Paint } from '../output.ts'
import { say } from '../say.ts'

/** Who carries out what is due, one a line. */
export function executorTable(paint: Paint, executors: readonly Executor[]): string[] {
  return table(
    paint,
    ['LOGIN', 'PERSON', 'RUNTIMES', 'NOW', 'SEEN'],
    executors.map((executor) => [
      executor.login,
      executor.person,
      executor.runtimes.join(', '),
      say(executor.online ? 'say.online' : 'say.offline'),
      shortInstant(executor.seen_at),
    ]),
    say('say.no_executors'),
  )
}

/** Whether a release waits for its time, and not for a person to start it. */
export function startsByItself(release: Release): boolean {
  return release.lifecycle_state === 'approved' && release.start.rule !== 'by_hand'
}

/** Who will carry an approved release out when its time comes; that nobody is there is said, not left to be guessed. */
export function executionLine(release: Release, executors: readonly Executor[]): string {
  const people = executors
    .filter(({ online, runtimes }) => online && runtimes.includes(release.runtime))
    .map(({ person }) => person)
  if (people.length === 0) return say('say.executors_offline', { release: release.label })
  return say('say.executors_online', { people: [...new Set(people)] })
}
