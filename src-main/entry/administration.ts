import { z } from 'zod'
import { PilothouseError } from '../../src-preload/contract/errors.ts'
import type { ConnectionOptions } from '../ledger/connection.ts'
import { withAdministrator } from '../ledger/connection.ts'
import { embeddedStatus, startEmbedded, stopEmbedded } from '../ledger/embedded/embedded.ts'
import type { EmbeddedLedger, EmbeddedStatus } from '../ledger/embedded/embedded.ts'
import type { PasswordKeeper } from '../ledger/embedded/state.ts'
import { initialiseLedger } from '../ledger/identity.ts'
import { acceptInvitation, invitation } from '../ledger/invitation.ts'
import type { LedgerAddress } from '../ledger/invitation.ts'
import { addMember, renewInvitation, setMemberActive } from '../ledger/members.ts'
import type { NewMember } from '../ledger/members.ts'
import { migrateLedger, migrationStatus } from '../ledger/migrate.ts'
import type { MigrationStatus } from '../ledger/migrate.ts'
import type { Keystore } from './keystore.ts'
import { embeddedHome } from './paths.ts'
import type { Paths } from './paths.ts'

/** The ledger that an administrator works on, and how they get in: as owner of the embedded one, or by a login. */
export type LedgerPlace =
  | { readonly kind: 'embedded' }
  | { readonly kind: 'external'; readonly connection: ConnectionOptions; readonly address: LedgerAddress }

/** The file of an invitation. An embedded ledger has another port after each start: it is found by its home. */
export const invitationFile = invitation.extend({ embedded: z.boolean().default(false) })
export type InvitationFile = z.infer<typeof invitationFile>

/** What is done under the database's own administrator, and not through the contract. */
export interface Administration {
  start(): Promise<{ pid: number; port: number }>
  /** False where it did not run. */
  stop(): Promise<boolean>
  embedded(): Promise<EmbeddedStatus>
  /** Names of the migrations applied now. */
  migrate(place: LedgerPlace, to?: string): Promise<string[]>
  status(place: LedgerPlace): Promise<MigrationStatus>
  addMember(place: LedgerPlace, member: NewMember): Promise<InvitationFile>
  renewMember(place: LedgerPlace, login: string): Promise<InvitationFile>
  disableMember(place: LedgerPlace, login: string): Promise<void>
  /** Replaces the one-time password by `password`, which is kept beforehand. */
  accept(given: InvitationFile, password: string): Promise<void>
}

/** Keeps the embedded superuser's password where all secrets are. It belongs to the home, not to a profile. */
export function embeddedPasswords(keystore: Keystore): PasswordKeeper {
  return { read: (name) => keystore.get(name), keep: (name, value) => keystore.set(name, value) }
}

/** Administration of the embedded ledger of these paths, and of any ledger that a login opens. */
export function createAdministration(paths: Paths, keystore: Keystore): Administration {
  const home = embeddedHome(paths)
  const start = () => startEmbedded(home, { passwords: embeddedPasswords(keystore) })
  const open = async (place: LedgerPlace) => (place.kind === 'embedded' ? embeddedWay(await start()) : place)
  return {
    start: async () => {
      const { pid, port } = await start()
      return { pid, port }
    },
    stop: () => stopEmbedded(home),
    embedded: () => embeddedStatus(home),
    migrate: async (place, to) =>
      withAdministrator((await open(place)).connection, async (admin) => {
        const applied = await migrateLedger(admin, to === undefined ? {} : { to })
        if (to === undefined) await initialiseLedger(admin, place.kind === 'embedded')
        return applied
      }),
    status: async (place) =>
      withAdministrator((await open(place)).connection, (admin) => migrationStatus(admin)),
    addMember: async (place, member) => {
      const { connection, address } = await open(place)
      const made = await withAdministrator(connection, (admin) => addMember(admin, address, member))
      return { ...made, embedded: place.kind === 'embedded' }
    },
    renewMember: async (place, login) => {
      const { connection, address } = await open(place)
      const made = await withAdministrator(connection, (admin) => renewInvitation(admin, address, login))
      return { ...made, embedded: place.kind === 'embedded' }
    },
    disableMember: async (place, login) => {
      await withAdministrator((await open(place)).connection, (admin) => setMemberActive(admin, login, false))
    },
    accept: async (given, password) => {
      await acceptInvitation(given.embedded ? await movedHere(given, home, start) : given, password)
    },
  }
}

function embeddedWay(running: EmbeddedLedger): { connection: ConnectionOptions; address: LedgerAddress } {
  const { host, port, database, url, password } = running
  return {
    connection: { connectionString: url, password },
    address: { host, port, database, tls: null, ca: null },
  }
}

async function movedHere(
  given: InvitationFile,
  home: string,
  start: () => Promise<EmbeddedLedger>,
): Promise<InvitationFile> {
  const { state } = await embeddedStatus(home)
  if (state === 'absent')
    throw new PilothouseError('not_found', { folder: home }, { hint: 'embedded_ledger' })
  return { ...given, ledger: embeddedWay(await start()).address }
}
