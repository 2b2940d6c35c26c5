import type { Clock } from '../../ports/clock.ts'
import { assemble } from '../assemble.ts'
import type { Keystore } from '../keystore.ts'
import { serveLoopback } from '../loopback.ts'
import type { LoopbackOptions } from '../loopback.ts'
import type { Paths } from '../paths.ts'
import type { Profile } from '../profiles.ts'
import { builtWindow } from './windowFolder.ts'
import { requireWindow } from './pages.ts'

export interface ServeOptions extends Pick<LoopbackOptions, 'port' | 'execute' | 'told'> {
  readonly profile: Profile
  readonly paths: Paths
  /** That profile's secrets only. */
  readonly keystore: Keystore
  readonly clock: Clock
  /** The product's own build where none is given. */
  readonly windowFolder?: string
}

/** A profile's window, as the command that serves it sees it. */
export interface Served {
  readonly url: string
  readonly port: number
  /** A fresh one-time link. */
  link(): string
  /** How many releases are carried out here now. */
  running(): number
  /** Ends everything; a release that is carried out is waited for. */
  close(): Promise<void>
}

/** Connects to a profile's ledger and serves its window. Throws what `assemble` and `serveLoopback` throw. */
export async function serveProfile(options: ServeOptions): Promise<Served> {
  const { windowFolder = builtWindow, profile, paths, keystore, ...rest } = options
  requireWindow(windowFolder)
  const wired = await assemble({ profile, paths, keystore, source: 'desktop' })
  try {
    const loopback = await serveLoopback({
      ...rest,
      context: wired.context,
      windowFolder,
    })
    return {
      url: loopback.url,
      port: loopback.port,
      link: () => loopback.link(),
      running: () => loopback.runs.running(),
      close: async () => {
        await loopback.close()
        await loopback.runs.settled()
        await wired.close()
      },
    }
  } catch (error) {
    await wired.close()
    throw error
  }
}
