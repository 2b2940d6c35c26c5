import type { ContractRouterClient } from '@orpc/contract'
import type { Contract } from '../../src-preload/contract/contract.ts'
import type { Clock } from '../ports/clock.ts'
import type { Administration } from './administration.ts'
import type { Keystore } from './keystore.ts'
import type { Served, ServeOptions } from './loopback/serving.ts'
import type { Sink } from './output.ts'
import type { Paths } from './paths.ts'
import type { Profile, Profiles } from './profiles.ts'

/** Calls of the contract, typed; in the same process or not. */
export type Client = ContractRouterClient<Contract>

/** An engine that works for one profile. */
export interface Assembled {
  readonly client: Client
  close(): Promise<void>
}

/** `keystore` holds this profile's secrets only (`keystoreOf`). */
export interface AssembleOptions {
  readonly profile: Profile
  readonly paths: Paths
  readonly keystore: Keystore
  /** Where the member works; the command line unless told. */
  readonly source?: 'desktop' | 'cli'
}
export type Assemble = (options: AssembleOptions) => Promise<Assembled>

/** The person at the terminal, or what a script pipes in. */
export interface Input {
  /** Whether somebody is there to answer. */
  readonly interactive: boolean
  ask(question: string): Promise<string>
  /** Like `ask`, without showing what is typed. */
  askSecretly(question: string): Promise<string>
  /** Calls `handler` at each Enter, until the returned function is called. */
  onEnter(handler: () => void): () => void
  /** Everything on stdin until its end. */
  all(): Promise<string>
}

/** What a command of the command line touches, so that it can be tried without a machine around it. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: Sink
  readonly stderr: Sink
  readonly input: Input
  readonly paths: Paths
  readonly profiles: Profiles
  readonly keystore: Keystore
  readonly assemble: Assemble
  readonly administration: Administration
  readonly clock: Clock
  /** Calls `handler` at each ^C instead of ending, until the returned function is called. */
  onInterrupt(handler: () => void): () => void
  /** Ends the process at once. */
  leave(code: number): never
  /** The key that a host shows, as fingerprint; throws `ssh_unreachable`. */
  scanHostKey(address: string, port: number): Promise<string>
  /** Runs the simulated host until `signal` aborts; `ready` gets where it is. */
  simulate(ready: (place: Readonly<Record<string, unknown>>) => void, signal: AbortSignal): Promise<void>
  /** Serves the window of a profile on this machine, until it is closed. */
  serve(options: ServeOptions): Promise<Served>
  demonstrate(args: readonly string[]): Promise<void>
}
