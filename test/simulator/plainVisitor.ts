import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import ssh2 from 'ssh2'
import type { ConnectConfig } from 'ssh2'
import type { SimulatedHost } from '../../src-main/simulator/simulatedHost.ts'
import { fingerprintOf } from '../../src-main/ssh/hostKey.ts'
import type { Said, Visitor } from './visitor.ts'

/** A visit by plain ssh2, for what the product's own SSH never does. */
export async function visitPlainly(
  host: SimulatedHost,
  changed: Partial<ConnectConfig> = {},
): Promise<Visitor & Disposable & { client: ssh2.Client; troubles: readonly Error[] }> {
  const client = new ssh2.Client()
  const ready = once(client, 'ready')
  client.connect({
    host: host.address,
    port: host.port,
    username: host.user,
    privateKey: host.clientKey,
    hostVerifier: (key: Buffer) => fingerprintOf(key) === host.hostKeyFingerprint,
    ...changed,
  })
  await ready
  client.setNoDelay(true)
  client.setMaxListeners(0)
  const troubles: Error[] = []
  client.on('error', (error) => troubles.push(error))
  return {
    client,
    troubles,
    run: (line, stdin = '') => runLine(client, line, stdin),
    [Symbol.dispose]: () => client.end(),
  }
}

function runLine(client: ssh2.Client, line: string, stdin: string | Buffer): Promise<Said> {
  return new Promise((resolve, reject) => {
    const cut = () => reject(new TypeError('the connection was cut'))
    client.once('close', cut)
    client.exec(line, (error, channel) => {
      if (error) return reject(error)
      const stdout: Buffer[] = []
      const stderr: Buffer[] = []
      let code: number | undefined
      channel.on('data', (chunk: Buffer) => stdout.push(chunk))
      channel.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
      channel.on('exit', (given: number) => (code = given))
      channel.on('close', () => {
        client.off('close', cut)
        // A cut closes its channels first, without an exit code.
        if (code === undefined) client.once('close', cut)
        else resolve({ code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() })
      })
      channel.end(stdin)
    })
  })
}
