import { z } from 'zod'
import { PilothouseError, isPilothouseError } from '../../../src-preload/contract/errors.ts'
import { parseAddress } from '../../ledger/connection.ts'
import type { ConnectionOptions } from '../../ledger/connection.ts'
import { connectionTo } from '../../ledger/invitation.ts'
import type { LedgerAddress } from '../../ledger/invitation.ts'
import { passwordFromFile } from '../../ledger/passfile.ts'
import type { LedgerPlace } from '../administration.ts'
import type { Flag, Session } from '../command.ts'
import type { ProfileLedger } from '../profiles.ts'
import { say } from '../say.ts'
import { invalid, readGiven } from './given.ts'

/** Options of the commands that work as the database's administrator. */
export const administratorFlags: readonly Flag[] = [
  { flags: '--url <url>', text: 'flag.url' },
  { flags: '--ca <file>', text: 'flag.ca' },
  { flags: '--tls <mode>', text: 'flag.tls' },
]
export const administratorOptions = {
  url: z.string().optional(),
  ca: z.string().optional(),
  tls: z.enum(['verify-full', 'require', 'insecure']).optional(),
}
export type AdministratorOptions = z.infer<z.ZodObject<typeof administratorOptions>>

/**
 * The ledger meant by an administrator's command: `--url`, else the profile's own under PGUSER, else the embedded one.
 * A password is never an argument: PGPASSWORD, then PGPASSFILE, then asked for.
 */
export async function placeFor(session: Session, options: AdministratorOptions): Promise<LedgerPlace> {
  if (options.url !== undefined) return externalPlace(session, await given(options, options.url))
  const ledger = knownLedger(session)
  if (ledger.kind === 'embedded') return { kind: 'embedded' }
  const login = session.around.env['PGUSER']
  if (login === undefined || login === '') {
    throw invalid('--url', 'name the database login of its administrator, here or in PGUSER')
  }
  const { host, port, database, tls = null, ca = null } = ledger
  return externalPlace(session, { address: { host, port, database, tls, ca }, login })
}

/** A profile's ledger, or the embedded one where the profile isn't there yet. */
export function knownLedger(session: Session): ProfileLedger {
  try {
    return session.profile().ledger
  } catch (error) {
    if (isPilothouseError(error, 'not_found')) return { kind: 'embedded' }
    throw error
  }
}

interface Given {
  readonly address: LedgerAddress
  readonly login: string
}

async function given(options: AdministratorOptions, url: string): Promise<Given> {
  const { host, port, database, user, password } = parseAddress(url)
  if (password !== null) {
    throw invalid(
      '--url',
      'a password on the command line can be read by others: use PGPASSWORD or PGPASSFILE',
    )
  }
  const ca = options.ca === undefined ? null : await readGiven('--ca', options.ca)
  return { address: { host, port, database, tls: options.tls ?? null, ca }, login: user }
}

async function externalPlace(session: Session, { address, login }: Given): Promise<LedgerPlace> {
  const connection = connectionTo(address, login)
  const password = await administratorPassword(session, address, login)
  return { kind: 'external', address, connection: withKnown(connection, password) }
}

function withKnown(connection: ConnectionOptions, password: string | null): ConnectionOptions {
  return password === null ? connection : { ...connection, password }
}

/** Null where the server has to do without: it may trust the connection. */
async function administratorPassword(
  { around, output }: Session,
  { host, port, database }: LedgerAddress,
  login: string,
): Promise<string | null> {
  const fromEnvironment = around.env['PGPASSWORD']
  if (fromEnvironment !== undefined && fromEnvironment !== '') return fromEnvironment
  const fromFile = await passwordFromFile({ host, port, database, user: login })
  if (fromFile !== null || output.json || !around.input.interactive) return fromFile
  const typed = await around.input.askSecretly(`${say('say.ask_password', { login, host })} `)
  return typed === '' ? null : typed
}

/** What a profile keeps of an address. */
export function profileLedgerOf(address: LedgerAddress, embedded: boolean): ProfileLedger {
  if (embedded) return { kind: 'embedded' }
  const { host, port, database, tls, ca } = address
  return {
    kind: 'external',
    host,
    port,
    database,
    ...(tls === null ? {} : { tls }),
    ...(ca === null ? {} : { ca }),
  }
}

/** Throws `conflict` where a profile of that name is there already: it may hold the only way in to its ledger. */
export function refuseTakenProfile(session: Session): void {
  if (session.around.profiles.has(session.profileName)) {
    throw new PilothouseError('conflict', { profile: session.profileName }, { hint: 'profile_taken' })
  }
}
