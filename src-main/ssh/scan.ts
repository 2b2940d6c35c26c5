import { isPilothouseError } from '../../src-preload/contract/errors.ts'
import { connect } from './connect.ts'

/**
 * The fingerprint of the host key that a host shows, to be compared by a person before it is pinned. Logs in nowhere.
 * Throws `ssh_unreachable`.
 */
export async function scanHostKey(address: string, port: number): Promise<string> {
  try {
    const { client, hostKey } = await connect({
      place: { address, port, user: 'nobody', host_key: null },
      identities: [],
    })
    client.destroy()
    return hostKey
  } catch (error) {
    if (isPilothouseError(error, 'ssh_host_key_unknown') && 'actual' in error.data) {
      return String(error.data.actual)
    }
    throw error
  }
}
