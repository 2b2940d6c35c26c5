import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import ssh2 from 'ssh2'
import type { Client, ClientChannel } from 'ssh2'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  bootstrapArgv,
  commandLine,
  exitCodes,
  parseFence,
} from '../../src-main/runtimes/compose/protocol.ts'
import { makeKey } from '../../src-main/simulator/keys.ts'
import { serveSimulator } from '../../src-main/simulator/serve.ts'
import { startSimulatedHost } from '../../src-main/simulator/simulatedHost.ts'
import type { SimulatedHost } from '../../src-main/simulator/simulatedHost.ts'
import { visitPlainly } from './plainVisitor.ts'
import { compose, install, ledger, quick, release, script, sha256, until } from './visitor.ts'

function opened(client: Client, line: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.exec(line, (error, channel) => (error ? reject(error) : resolve(channel)))
  })
}

let host: SimulatedHost
beforeEach(async () => {
  host = await startSimulatedHost({ tempo: quick })
})
afterEach(() => host.close())

test('only the key of this run comes in, and only for its user', async () => {
  const refused = /authentication methods failed/
  await expect(visitPlainly(host, { privateKey: makeKey('other').privateKey })).rejects.toThrow(refused)
  await expect(visitPlainly(host, { username: 'root' })).rejects.toThrow(refused)
  await expect(visitPlainly(host, { privateKey: '', password: host.user })).rejects.toThrow(refused)
})

test('showing the right public key without its private half does not open the door', async () => {
  const known = ssh2.utils.parseKey(host.clientKey)
  const forged = ssh2.utils.parseKey(makeKey('forger').privateKey)
  if (known instanceof Error || forged instanceof Error) throw new TypeError('both are keys')
  forged.getPublicSSH = () => known.getPublicSSH()
  const method = { type: 'publickey', username: host.user, key: forged } as const
  const attempt = visitPlainly(host, { privateKey: '', authHandler: [method] })
  await expect(attempt).rejects.toThrow(/authentication methods failed/)
  const honest = { ...method, key: known }
  using visitor = await visitPlainly(host, { privateKey: '', authHandler: [honest] })
  expect((await visitor.run('id')).code).toBe(127)
})

test('its host key is the announced one, and another one each time it starts', async () => {
  const other = await startSimulatedHost()
  await other.close()
  expect(host.hostKeyFingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/)
  expect(other.hostKeyFingerprint).not.toBe(host.hostKeyFingerprint)
  expect(other.clientKey).not.toBe(host.clientKey)
  using visitor = await visitPlainly(host)
  expect(visitor.client).toBeDefined()
})

test('a line that is not of the protocol is not run, and says so', async () => {
  using visitor = await visitPlainly(host)
  const { path: installed } = await install(visitor)
  const strange = ['id', "'/bin/sh' '-c' 'id'", `'${installed}-other' 'facts'`, `'${installed}' 'facts'; id`]
  for (const line of strange) {
    const said = await visitor.run(line)
    expect(said.code).toBe(127)
    expect(said.stderr).toContain('not a command of this host')
    expect(said.stdout).toHaveLength(0)
  }
  for (const line of [`'${installed}' 'shell'`, `'${installed}' 'ps' '../etc'`, `'${installed}' 'unit' 'x'`])
    expect((await visitor.run(line)).code).toBe(exitCodes.usage)
})

test('there is neither a shell nor a file transfer nor a tunnel', async () => {
  using visitor = await visitPlainly(host)
  const outcome = (start: (done: (error?: Error) => void) => void) =>
    new Promise((resolve) => start((error) => resolve(error?.message ?? 'opened')))
  expect(await outcome((done) => visitor.client.shell(done))).not.toBe('opened')
  expect(await outcome((done) => visitor.client.sftp(done))).not.toBe('opened')
  expect(await outcome((done) => visitor.client.forwardOut('127.0.0.1', 1, '127.0.0.1', 22, done))).not.toBe(
    'opened',
  )
})

test('the script is installed once, by the digest of what really came', async () => {
  using visitor = await visitPlainly(host)
  const line = commandLine(bootstrapArgv(sha256(script)))
  expect((await visitor.run(line, 'something else')).code).toBe(exitCodes.content_mismatch)
  const kept = `/simulated/pilothouse/bin/pilothouse-host-${sha256(script)}`
  expect((await visitor.run(line, script)).stdout.toString()).toBe(`installed ${kept}\n`)
  expect((await visitor.run(line)).stdout.toString()).toBe(`present ${kept}\n`)
})

test('many visitors at once each get their own answers, and one of them the fence', async () => {
  const visitors = await Promise.all(Array.from({ length: 6 }, () => visitPlainly(host)))
  try {
    const asks = await Promise.all(visitors.map((visitor) => install(visitor)))
    const released = await Promise.all(
      asks.map(({ ask }, index) =>
        release(
          ask,
          compose({ web: { image: `app-${index}:1`, port: 19000 + index } }),
          1,
          `project-${index}`,
        ),
      ),
    )
    expect(released.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0])
    expect(host.state().containers.map(({ name }) => name)).toEqual(
      asks.map((_, index) => `project-${index}-web-1`),
    )
    const claims = await Promise.all(
      asks.map(({ ask }, index) =>
        ask({ verb: 'fence', project: 'shared', claim: { ledger: `${ledger}-${index}`, fence: 1 } }),
      ),
    )
    expect(claims.filter(({ code }) => code === 0)).toHaveLength(1)
    expect(claims.filter(({ code }) => code === exitCodes.other_ledger)).toHaveLength(5)
    const winner = claims.find(({ code }) => code === 0)
    expect(parseFence(winner?.stdout.toString() ?? '').held?.fence).toBe(1)
  } finally {
    for (const visitor of visitors) visitor[Symbol.dispose]()
  }
})

test('a connection has as many sessions as sshd gives it, and gets new ones as they end', async () => {
  using visitor = await visitPlainly(host)
  const { ask } = await install(visitor)
  for (let count = 0; count < 25; count += 1) expect((await ask({ verb: 'facts' })).code).toBe(0)
  const waiting = commandLine(bootstrapArgv(sha256('never sent')))
  const open = await Promise.all(Array.from({ length: 10 }, () => opened(visitor.client, waiting)))
  await expect(opened(visitor.client, waiting)).rejects.toThrow('open failure')
  for (const channel of open) channel.close()
  await until(
    () => opened(visitor.client, waiting).catch(() => null),
    (channel) => channel !== null,
  )
  const atOnce = await Promise.allSettled(Array.from({ length: 9 }, () => ask({ verb: 'facts' })))
  expect(atOnce.every(({ status }) => status === 'fulfilled')).toBe(true)
})

test('nothing listens and nobody is connected after it is closed', async () => {
  const closing = await startSimulatedHost()
  using visitor = await visitPlainly(closing)
  await closing.close()
  const socket = connect(closing.port, '127.0.0.1')
  const refused: unknown[] = await once(socket, 'error')
  expect(refused[0]).toMatchObject({ code: 'ECONNREFUSED' })
  await expect(visitor.run('anything')).rejects.toThrow()
  expect(closing.state().connections).toBe(0)
})

test('serving it writes the key for this user alone, announces how to get in, and takes the key away', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'simulator-'))
  try {
    const served = await serveSimulator(path.join(folder, 'keys'), { user: 'deploy' })
    const { announcement } = served
    expect(announcement).toEqual({
      address: '127.0.0.1',
      port: served.host.port,
      user: 'deploy',
      host_key: served.host.hostKeyFingerprint,
      identity_file: path.join(folder, 'keys', `simulated-host-${served.host.port}`),
    })
    expect((await stat(announcement.identity_file)).mode & 0o777).toBe(0o600)
    using visitor = await visitPlainly(served.host, {
      privateKey: await readFile(announcement.identity_file),
    })
    expect((await (await install(visitor)).ask({ verb: 'facts' })).code).toBe(0)
    await served.close()
    await expect(stat(announcement.identity_file)).rejects.toMatchObject({ code: 'ENOENT' })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
