import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { startSimulatedHost } from './simulatedHost.ts'
import type { SimulatedHost, SimulatedHostOptions } from './simulatedHost.ts'

/** What `pilothouse simulator --json` prints: how to get in. */
export interface Announcement {
  readonly address: string
  readonly port: number
  readonly user: string
  /** The host key's fingerprint, `SHA256:…`, to be pinned. */
  readonly host_key: string
  /** The file with the visitor's private key. */
  readonly identity_file: string
}

export interface ServedSimulator {
  readonly announcement: Announcement
  readonly host: SimulatedHost
  /** Stops the host and removes the key's file: it opens nothing any more. */
  readonly close: () => Promise<void>
}

/**
 * Starts a simulated host and writes its visitor's key to `folder`, for nobody but this user to read (0600). The folder
 * is made where it isn't there. Throws what writing the file throws; the host is then closed again.
 */
export async function serveSimulator(
  folder: string,
  options: SimulatedHostOptions = {},
): Promise<ServedSimulator> {
  const host = await startSimulatedHost(options)
  const identityFile = path.join(folder, `simulated-host-${host.port}`)
  try {
    await writeKey(identityFile, host.clientKey)
  } catch (error) {
    await host.close()
    throw error
  }
  const { address, port, user, hostKeyFingerprint } = host
  return {
    announcement: { address, port, user, host_key: hostKeyFingerprint, identity_file: identityFile },
    host,
    close: async () => {
      await host.close()
      await rm(identityFile, { force: true })
    },
  }
}

async function writeKey(file: string, key: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  // A key that an earlier run left may have any mode; the mode of writeFile only counts for a new file.
  await rm(file, { force: true })
  await writeFile(file, key, { mode: 0o600, flag: 'wx' })
}
