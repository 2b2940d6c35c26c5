import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { PilothouseError, isPilothouseError } from '../../../src-preload/contract/errors.ts'
import { invitationFile } from '../administration.ts'
import type { InvitationFile } from '../administration.ts'
import { addCommand } from '../command.ts'
import type { Parent, Session } from '../command.ts'
import { keystoreOf, ledgerPassword } from '../keystore.ts'
import type { Profile, ProfileLedger } from '../profiles.ts'
import { say } from '../say.ts'
import { profileLedgerOf, refuseTakenProfile } from './administrator.ts'
import { readGiven } from './given.ts'

/** `pilothouse join <invitation>` */
export function addJoin(root: Parent): void {
  addCommand(root, {
    usage: 'join <invitation>',
    text: 'join',
    options: z.object({ invitation: z.string() }),
    run: async (session, options) => {
      const given = await readInvitation(options.invitation)
      refuseOtherProfile(session, given)
      const profile = await settleIn(session, given)
      // The first call under the new login also enrols this device's key.
      const { member, ledger } = await (await session.client()).members.me({})
      const joined = { profile: profile.name, login: member.login, person: member.person.name }
      session.output.answer(joined, () => [
        say('say.joined', joined),
        ...(ledger.solo ? [] : [say('say.four_eyes')]),
      ])
    },
  })
}

/** Joining again, with a renewed invitation, is for the login and the ledger that the profile is of. */
function refuseOtherProfile(session: Session, given: InvitationFile): void {
  const { profiles } = session.around
  if (!profiles.has(session.profileName)) return
  const { login, ledger } = profiles.get(session.profileName)
  const invited = profileLedgerOf(given.ledger, given.embedded)
  if (login !== given.login || addressOf(ledger) !== addressOf(invited)) refuseTakenProfile(session)
}

function addressOf(ledger: ProfileLedger): string {
  return ledger.kind === 'embedded' ? ledger.kind : `${ledger.host}:${ledger.port}/${ledger.database}`
}

/**
 * Accepts an invitation: a random password of this desktop's own, kept before the ledger learns it, and used again
 * after a join that broke off, so that nothing in between locks the member out; then the profile.
 */
export async function settleIn(session: Session, given: InvitationFile): Promise<Profile> {
  const { around, profileName } = session
  const keystore = keystoreOf(around.keystore, profileName)
  const kept = await keystore.get(ledgerPassword)
  const password = kept ?? randomBytes(24).toString('base64url')
  if (kept === null) await keystore.set(ledgerPassword, password)
  try {
    await around.administration.accept(given, password)
  } catch (error) {
    // A join that broke off may have been accepted: then the kept password opens the ledger, or the next call says no.
    if (kept === null || !isPilothouseError(error, 'permission_denied')) throw error
  }
  const profile: Profile = {
    name: profileName,
    ledger: profileLedgerOf(given.ledger, given.embedded),
    login: given.login,
    ssh: around.profiles.has(profileName)
      ? around.profiles.get(profileName).ssh
      : { identities: [], agent: true },
  }
  around.profiles.save(profile)
  return profile
}

/** The content is never repeated in an error: it holds a password. */
async function readInvitation(file: string): Promise<InvitationFile> {
  const text = await readGiven('invitation', file)
  try {
    return invitationFile.parse(JSON.parse(text))
  } catch (error) {
    const problems =
      error instanceof z.ZodError
        ? error.issues.map((issue) => ({ path: `${file}: ${issue.path.join('.')}`, problem: issue.code }))
        : [{ path: file, problem: 'not an invitation' }]
    throw new PilothouseError('validation_error', { problems })
  }
}
