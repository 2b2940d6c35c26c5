import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Pool } from 'pg'
import { v7 as newId } from 'uuid'
import { createAccess } from '../access/access.ts'
import { createSecrets } from '../access/sealing.ts'
import type { DeviceKeys } from '../access/sealing.ts'
import { inProcessClient } from '../api/router.ts'
import type { ApiContext } from '../api/surroundings.ts'
import { createEngine } from '../engine/engine.ts'
import type { EngineParts } from '../engine/parts.ts'
import { createLedger } from '../ledger/client.ts'
import { connectLedger } from '../ledger/connection.ts'
import type { ConnectionOptions } from '../ledger/connection.ts'
import { startEmbedded } from '../ledger/embedded/embedded.ts'
import { createReads } from '../ledger/reads.ts'
import type { Clock } from '../ports/clock.ts'
import { createComposeRuntime } from '../runtimes/compose/compose.ts'
import { createPlaces } from '../runtimes/compose/places.ts'
import { embeddedPasswords } from './administration.ts'
import { ledgerPassword, openKeystore } from './keystore.ts'
import { embeddedHome } from './paths.ts'
import type { Profile } from './profiles.ts'
import type { AssembleOptions, Assembled } from './surroundings.ts'

/** This machine's clock. */
export const machineClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => wait(ms, undefined, signal === undefined ? {} : { signal }),
}

/** Where the profile's ledger is now: an embedded one is started if it sleeps, and has another port each time. */
async function addressOf({ profile, paths }: AssembleOptions): Promise<ConnectionOptions> {
  const { ledger, login } = profile
  if (ledger.kind === 'external') {
    const { host, port, database, tls, ca } = ledger
    const name = host.includes(':') ? `[${host}]` : host
    return {
      connectionString: `postgres://${login}@${name}:${port}/${encodeURIComponent(database)}`,
      tls,
      ca,
    }
  }
  const keystore = openKeystore(paths, process.env, () => undefined)
  const { port, database } = await startEmbedded(embeddedHome(paths), {
    passwords: embeddedPasswords(keystore),
  })
  return { connectionString: `postgres://${login}@127.0.0.1:${port}/${database}` }
}

async function connect(options: AssembleOptions) {
  const [address, password] = await Promise.all([addressOf(options), options.keystore.get(ledgerPassword)])
  return connectLedger({
    ...address,
    ...(password === null ? {} : { password }),
    application_name: `pilothouse/${options.source ?? 'cli'}`,
  })
}

const enrolledKey = 'enrolled-recipient'

/**
 * Makes this device's key known, so that target keys can be wrapped to it. A device does so once: the newest one of a
 * member is the one that opens secret values, and an older one does not take that back by connecting again.
 */
async function enrol({ ledger, reads, secrets }: EngineParts, keystore: DeviceKeys): Promise<void> {
  const [recipient, enrolled, { member }] = await Promise.all([
    secrets.recipient(),
    keystore.get(enrolledKey),
    reads.me(),
  ])
  if (enrolled === recipient) return
  if (member.recipient !== recipient) await ledger.enrollRecipient(recipient)
  await keystore.set(enrolledKey, recipient)
}

/** What an engine is wired for: an open ledger, and what this desktop has of its own. */
export interface Desk {
  readonly pool: Pool
  readonly ssh: Profile['ssh']
  readonly keystore: DeviceKeys
  /** Where the member works; the command line unless told. */
  readonly source?: ApiContext['source']
}

/** An engine that is wired: its client in this process, and what an entry point serves the router with. */
export interface Wired extends Assembled {
  readonly context: ApiContext
}

/** The files that OpenSSH would try, where a profile names none. */
function usualIdentities(): string[] {
  return ['id_ed25519', 'id_ecdsa', 'id_rsa']
    .map((name) => path.join(homedir(), '.ssh', name))
    .filter((file) => existsSync(file))
}

/** Wires one engine: the only place that knows every part. */
export async function wire({ pool, ssh, keystore, source = 'cli' }: Desk): Promise<Wired> {
  const socket = ssh.agent ? process.env['SSH_AUTH_SOCK'] : undefined
  const compose = createComposeRuntime({
    identities: ssh.identities.length > 0 ? ssh.identities : usualIdentities(),
    clock: machineClock,
    ...(socket === undefined ? {} : { agent: socket }),
  })
  const parts: EngineParts = {
    ledger: createLedger(pool),
    reads: createReads(pool),
    runtimes: { compose },
    places: createPlaces(machineClock),
    secrets: createSecrets(keystore),
    clock: machineClock,
    newId,
  }
  const close = async () => {
    await compose.close()
    await parts.ledger.close()
  }
  try {
    await enrol(parts, keystore)
  } catch (error) {
    await close()
    throw error
  }
  const access = createAccess(parts.reads, machineClock)
  const context: ApiContext = { engine: createEngine(parts), parts, access, source }
  return { client: inProcessClient(context), context, close }
}

/** Connects to the profile's ledger and wires an engine for it. */
export async function assemble(options: AssembleOptions): Promise<Wired> {
  const { profile, keystore, source = 'cli' } = options
  return wire({ pool: await connect(options), ssh: profile.ssh, keystore, source })
}
