import { request } from 'node:http'
import type { ClientRequestArgs } from 'node:http'

/** Where a Docker Engine is expected: DOCKER_HOST, else the usual socket. */
export function dockerAddress(environment: NodeJS.ProcessEnv): string {
  return environment['DOCKER_HOST'] || 'unix:///var/run/docker.sock'
}

/**
 * Asks a Docker Engine whether it is there. Only sockets of this machine count: tests use ports that
 * containers publish on loopback.
 *
 * @returns undefined if it answers, else why not
 */
export async function enginePing(address: string): Promise<string | undefined> {
  if (!address.startsWith('unix://')) return `${address} is not a socket of this machine`
  const options: ClientRequestArgs = { socketPath: address.slice('unix://'.length), path: '/_ping' }
  return new Promise((resolve) => {
    const silence = `no engine answers at ${address}`
    const ping = request({ ...options, timeout: 5000 }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode === 200 ? undefined : silence))
    })
    ping.on('error', () => resolve(silence))
    ping.on('timeout', () => ping.destroy())
    ping.end()
  })
}
