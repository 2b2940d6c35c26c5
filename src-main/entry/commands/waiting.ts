import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import type { Release } from '../../../src-preload/contract/releases.ts'
import { assertNever } from '../../../src-preload/contract/vocabulary.ts'
import type { Session } from '../command.ts'
import { shortInstant } from '../output.ts'
import { say } from '../say.ts'
import { releaseLines } from '../show/release.ts'
import type { Client } from '../surroundings.ts'
import { endOf, startHere, unexpected } from './running.ts'

/** Between two looks at a release that somebody else decides or carries out. */
const waitMilliseconds = 2000

/** When an approved release starts by its rule, where that is still to come by this machine's clock; else null. */
export function laterStart(session: Session, { start: { due_at } }: Release): string | null {
  return due_at !== null && Date.parse(due_at) > session.around.clock.now() ? due_at : null
}

/**
 * Waits until a release is decided and its time has come, and carries it out; where another desktop begins before,
 * waits for the end of that run. Throws what it ended with, if it was not applied.
 */
export async function waitAndCarryOut(session: Session, release: Release): Promise<void> {
  const client = await session.client()
  const tell = onceEach(session)
  let seen = release
  while (!(await isOver(session, client, seen, tell))) {
    await session.around.clock.sleep(waitMilliseconds)
    seen = await client.releases.get({ release: release.id })
  }
}

/** One look: true where nothing is left to wait for. */
async function isOver(
  session: Session,
  client: Client,
  seen: Release,
  tell: (text: string) => void,
): Promise<boolean> {
  const state = seen.lifecycle_state
  switch (state) {
    case 'pending_approval':
      tell(say('say.waiting_for_approval', { release: seen.label }))
      await refuseExpired(client, seen)
      return false
    case 'approved': {
      const later = laterStart(session, seen)
      if (later === null) return raceToStart(session, client, seen)
      tell(say('say.starts_later', { at: shortInstant(later) }))
      return false
    }
    case 'applying':
      if (seen.run === 'unknown') return raceToStart(session, client, seen)
      tell(say('say.carried_elsewhere', { release: seen.label, holder: seen.lease_holder }))
      return false
    case 'applied':
      session.output.answer({ kind: 'state', release: seen }, (paint) => releaseLines(paint, seen))
      return true
    case 'failed':
      throw endOf(seen)
    case 'draft':
    case 'preview':
    case 'rollback':
    case 'rejected':
    case 'cancelled':
      throw unexpected(seen, 'apply')
    default:
      return assertNever(state)
  }
}

/** Starts it here; false where another desktop was quicker. */
async function raceToStart(session: Session, client: Client, release: Release): Promise<boolean> {
  let begun = false
  try {
    await startHere(session, release, () => {
      begun = true
    })
    return true
  } catch (error) {
    if (begun) throw error
    const seen = await client.releases.get({ release: release.id })
    const quicker = seen.fence !== release.fence || seen.lifecycle_state !== release.lifecycle_state
    if (quicker && ['applying', 'applied', 'failed'].includes(seen.lifecycle_state)) return false
    throw error
  }
}

/** The ledger judges expiry when something is done to a ticket: one that ran out keeps its release waiting. */
async function refuseExpired(client: Client, release: Release): Promise<void> {
  if (release.approval_ticket === null) return
  const { status } = await client.inbox.get({ ticket: release.approval_ticket })
  if (status === 'expired') {
    throw new PilothouseError('ticket_expired', { release: release.label, ticket: release.approval_ticket })
  }
}

function onceEach(session: Session): (text: string) => void {
  const told = new Set<string>()
  return (text) => {
    if (told.has(text)) return
    told.add(text)
    session.output.note(text)
  }
}
