import { v7 as newId } from 'uuid'
import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import type { Release } from '../../../src-preload/contract/releases.ts'
import type { Session } from '../command.ts'
import { say } from '../say.ts'
import { progressLines } from '../show/release.ts'
import type { Client } from '../surroundings.ts'

/** A release in a state that the command did not leave it in. */
export function unexpected(release: Release, command: string): PilothouseError {
  return new PilothouseError('release_state_invalid', {
    state: release.lifecycle_state,
    command,
    release: release.label,
  })
}

/** What a release that is over and not applied ends the command with. */
export function endOf(release: Release): PilothouseError {
  const { failure } = release
  if (failure === null) return unexpected(release, 'apply')
  return new PilothouseError(failure.code, { release: release.label, detail: failure.message })
}

/**
 * Carries an approved release out in this process and shows it; throws the release's failure where it failed.
 *
 * @param begun called once the run has begun here
 */
export async function startHere(session: Session, release: Release, begun?: () => void): Promise<void> {
  const client = await session.client()
  const restore = abortOnInterrupt(session, client, release)
  let last: Release = release
  try {
    for await (const progress of await client.releases.start({ release: release.id })) {
      begun?.()
      session.output.record(progress, (paint) => progressLines(paint, progress))
      if (progress.kind === 'state') last = progress.release
    }
  } finally {
    restore()
  }
  if (last.lifecycle_state !== 'applied') throw endOf(last)
}

/** The first ^C asks the run to stop and be recorded as failed; the second one leaves it for recovery. */
function abortOnInterrupt(session: Session, client: Client, release: Release): () => void {
  let asked = false
  return session.around.onInterrupt(() => {
    if (asked) session.around.leave(130)
    asked = true
    session.output.note(say('say.aborting', { release: release.label }))
    client.releases
      .abort({ release: release.id, command_id: newId(), comment: 'interrupted at the command line' })
      .catch((error: unknown) => {
        session.output.note(say('say.abort_failed', { problem: String(error) }))
      })
  })
}
