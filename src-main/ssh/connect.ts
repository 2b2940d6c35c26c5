import ssh2 from 'ssh2'
import type { Client, ConnectConfig, ServerHostKeyAlgorithm } from 'ssh2'
import { PilothouseError, isPilothouseError } from '../../src-preload/contract/errors.ts'
import { composeHost } from '../../src-preload/contract/targets.ts'
import { fingerprintOf, keyFamilies } from './hostKey.ts'
import { authMethods, readIdentities, triedOf } from './identities.ts'
import type { Identity } from './identities.ts'

/** Where to connect to; `host_key` is the pinned fingerprint, null for a look at an unknown host. */
export interface SshPlace {
  readonly address: string
  readonly port: number
  readonly user: string
  readonly host_key: string | null
}

export interface SshOptions {
  readonly place: SshPlace
  /** Paths of private keys, offered in this order before the agent. */
  readonly identities: readonly string[]
  /** The agent's socket. */
  readonly agent?: string | undefined
  /** How long a host may take to answer and to log in, in milliseconds. */
  readonly readyTimeoutMs?: number
  readonly keepaliveMs?: number
}

/** A connection that is logged in, and the fingerprint that its host showed. */
export interface Connected {
  readonly client: Client
  readonly hostKey: string
}

const sshHost = composeHost.options[0]

/** A place in words, `user@address:port`. */
export function placeName({ user, address, port }: SshPlace): string {
  return `${user}@${address.includes(':') ? `[${address}]` : address}:${port}`
}

/**
 * Connects and logs in. A pinned host key of any family that the host has is accepted; every other key stops before
 * the login. Throws `ssh_unreachable`, `ssh_host_key_unknown` (nothing pinned), `ssh_host_key_mismatch`,
 * `ssh_auth_failed` (data lists what was tried), `validation_error` for a place that is none.
 */
export async function connect(options: SshOptions): Promise<Connected> {
  checkPlace(options.place)
  const identities = await readIdentities(options.identities)
  const first = new Attempt(options, identities, keyFamilies.flat())
  try {
    return await first.run()
  } catch (error) {
    // A host has several keys and shows one of the family asked for first: the pinned one may be another of them.
    if (!isPilothouseError(error, 'ssh_host_key_mismatch')) throw error
    for (const family of keyFamilies.slice(1)) {
      const connected = await ofFamily(options, identities, family)
      if (connected) return connected
    }
    throw error
  }
}

function checkPlace(place: SshPlace): void {
  const fields = { kind: 'ssh', ...place, host_key: place.host_key ?? `SHA256:${'A'.repeat(43)}` }
  const checked = sshHost.safeParse(fields)
  if (checked.success) return
  const problems = checked.error.issues.map((issue) => ({
    path: issue.path.join('.'),
    problem: issue.message,
  }))
  throw new PilothouseError('validation_error', { problems })
}

async function ofFamily(
  options: SshOptions,
  identities: readonly Identity[],
  family: readonly ServerHostKeyAlgorithm[],
): Promise<Connected | null> {
  try {
    return await new Attempt(options, identities, family).run()
  } catch (error) {
    const other =
      isPilothouseError(error, 'ssh_host_key_mismatch') || isPilothouseError(error, 'ssh_unreachable')
    if (other) return null
    throw error
  }
}

/** One handshake. What the client's events say is kept here until it ends one way or the other. */
class Attempt {
  readonly #options: SshOptions
  readonly #identities: readonly Identity[]
  readonly #family: readonly ServerHostKeyAlgorithm[]
  #shown: string | null = null
  #accepted = false
  #agentAnswered = true

  constructor(
    options: SshOptions,
    identities: readonly Identity[],
    family: readonly ServerHostKeyAlgorithm[],
  ) {
    this.#options = options
    this.#identities = identities
    this.#family = family
  }

  run(): Promise<Connected> {
    const client = new ssh2.Client()
    return new Promise((resolve, reject) => {
      const refuse = (error: unknown): void => {
        // Late errors of a client that is given up have nobody to tell, and without a listener they end the process.
        client.removeAllListeners().on('error', () => undefined)
        client.destroy()
        reject(this.#explain(error))
      }
      client.on('error', (error) => {
        if ('level' in error && error.level === 'agent') this.#agentAnswered = false
        else refuse(error)
      })
      client.on('close', () => refuse(new TypeError('the host closed the connection')))
      client.on('ready', () => {
        // Whoever holds the client watches for `close`, which follows every error.
        client.removeAllListeners().on('error', () => undefined)
        resolve({ client, hostKey: this.#shown ?? '' })
      })
      try {
        client.connect(this.#config())
        client.setNoDelay(true)
      } catch (error) {
        refuse(error)
      }
    })
  }

  #config(): ConnectConfig {
    const { place, agent, readyTimeoutMs = 20_000, keepaliveMs = 10_000 } = this.#options
    return {
      host: place.address,
      port: place.port,
      username: place.user,
      authHandler: authMethods(place.user, this.#identities, agent),
      hostVerifier: (key: Buffer) => this.#verify(key),
      readyTimeout: readyTimeoutMs,
      keepaliveInterval: keepaliveMs,
      keepaliveCountMax: 3,
      algorithms: {
        serverHostKey: [...this.#family],
        cipher: { prepend: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com'], append: [], remove: [] },
      },
    }
  }

  #verify(key: Buffer): boolean {
    this.#shown = fingerprintOf(key)
    this.#accepted = this.#shown === this.#options.place.host_key
    return this.#accepted
  }

  #explain(error: unknown): PilothouseError {
    const { place, agent } = this.#options
    const host = placeName(place)
    if (this.#shown !== null && !this.#accepted) {
      return place.host_key === null
        ? new PilothouseError('ssh_host_key_unknown', { host, actual: this.#shown })
        : new PilothouseError('ssh_host_key_mismatch', {
            host,
            expected: place.host_key,
            actual: this.#shown,
          })
    }
    const cause = error instanceof Error ? error : new TypeError(String(error))
    const level = 'level' in cause ? cause.level : undefined
    if (this.#accepted && level !== 'client-timeout' && level !== 'client-socket') {
      const tried = triedOf(this.#identities, agent, this.#agentAnswered)
      return new PilothouseError('ssh_auth_failed', { host, user: place.user, tried: [...tried] }, { cause })
    }
    return new PilothouseError('ssh_unreachable', { host, reason: cause.message }, { cause })
  }
}
