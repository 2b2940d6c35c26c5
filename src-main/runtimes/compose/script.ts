import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'

/** The host's side of the protocol: what is uploaded, and its SHA-256 as 64 hex digits. */
export interface HostScript {
  readonly bytes: Uint8Array
  readonly digest: string
}

const file = path.join(import.meta.dirname, '..', '..', '..', 'script', 'host', 'pilothouse-host')

/** The script that this program was built with. */
export async function readHostScript(): Promise<HostScript> {
  const bytes = await readFile(file)
  return { bytes, digest: createHash('sha256').update(bytes).digest('hex') }
}
