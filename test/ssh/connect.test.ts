import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isPilothouseError } from '../../src-preload/contract/errors.ts'
import { connect } from '../../src-main/ssh/connect.ts'
import type { SshOptions, SshPlace } from '../../src-main/ssh/connect.ts'
import { scanHostKey } from '../../src-main/ssh/scan.ts'
import { describeWith } from '../support/parts.ts'
import { startSshd } from '../support/sshd.ts'
import type { Sshd } from '../support/sshd.ts'

const run = promisify(execFile)
const otherKey = `SHA256:${'x'.repeat(43)}`

describeWith(['sshd'], 'connecting to a host over SSH', () => {
  let sshd: Sshd
  beforeAll(async () => {
    sshd = await startSshd()
  })
  afterAll(async () => sshd[Symbol.asyncDispose]())

  const options = (place: Partial<SshPlace> = {}, more: Partial<SshOptions> = {}): SshOptions => ({
    place: {
      address: '127.0.0.1',
      port: sshd.port,
      user: sshd.user,
      host_key: sshd.hostKeys.ed25519,
      ...place,
    },
    identities: [sshd.identity],
    ...more,
  })
  const failure = async (given: SshOptions): Promise<{ code: string; data: object }> => {
    try {
      const { client } = await connect(given)
      client.destroy()
    } catch (error) {
      if (isPilothouseError(error)) return { code: error.code, data: error.data }
      throw error
    }
    throw new TypeError('it connected')
  }

  test('a host with the pinned key and an accepted identity lets in', async () => {
    const { client, hostKey } = await connect(options())
    client.destroy()
    expect(hostKey).toBe(sshd.hostKeys.ed25519)
  })

  test('a pinned key of another family than the first one shown is found', async () => {
    const { client, hostKey } = await connect(options({ host_key: sshd.hostKeys.rsa }))
    client.destroy()
    expect(hostKey).toBe(sshd.hostKeys.rsa)
  })

  test('a changed host key stops before the login and names both keys', async () => {
    expect(await failure(options({ host_key: otherKey }))).toEqual({
      code: 'ssh_host_key_mismatch',
      data: {
        host: `${sshd.user}@127.0.0.1:${sshd.port}`,
        expected: otherKey,
        actual: sshd.hostKeys.ed25519,
      },
    })
  })

  test('an unknown host is not logged in to; its key is told', async () => {
    expect(await failure(options({ host_key: null }))).toEqual({
      code: 'ssh_host_key_unknown',
      data: { host: `${sshd.user}@127.0.0.1:${sshd.port}`, actual: sshd.hostKeys.ed25519 },
    })
    expect(await scanHostKey('127.0.0.1', sshd.port)).toBe(sshd.hostKeys.ed25519)
  })

  test('a host that is down is unreachable', async () => {
    await using gone = await startSshd()
    const place = { port: gone.port, host_key: gone.hostKeys.ed25519 }
    await gone.pause()
    const found = await failure(options(place))
    expect(found.code).toBe('ssh_unreachable')
    expect(JSON.stringify(found.data)).toContain('ECONNREFUSED')
    await expect(scanHostKey('127.0.0.1', gone.port)).rejects.toMatchObject({ code: 'ssh_unreachable' })
  })

  test('a refused login lists every identity that was tried and why others were not', async () => {
    const wrong = await sshd.keyPair('wrong')
    const encrypted = await sshd.keyPair('encrypted', 'a passphrase')
    await sshd.admit(encrypted)
    const notes = path.join(sshd.folder, 'notes.txt')
    await writeFile(notes, 'not a key')
    const identities = [wrong, encrypted, notes, path.join(sshd.folder, 'missing')]
    expect(await failure(options({}, { identities }))).toEqual({
      code: 'ssh_auth_failed',
      data: {
        host: `${sshd.user}@127.0.0.1:${sshd.port}`,
        user: sshd.user,
        tried: [
          { identity: wrong, outcome: 'refused' },
          { identity: encrypted, outcome: 'encrypted' },
          { identity: notes, outcome: 'not a private key' },
          { identity: path.join(sshd.folder, 'missing'), outcome: 'unreadable' },
        ],
      },
    })
  })

  test('nothing to offer is a refused login, not a hang', async () => {
    expect(await failure(options({}, { identities: [] }))).toMatchObject({ code: 'ssh_auth_failed' })
  })

  test('an agent that does not answer is told beside the refused files', async () => {
    const agent = path.join(sshd.folder, 'no-agent')
    expect(await failure(options({}, { identities: [], agent }))).toMatchObject({
      code: 'ssh_auth_failed',
      data: { tried: [{ identity: 'agent', outcome: 'no answer' }] },
    })
  })

  test('an agent opens what an encrypted file can not', async () => {
    const identity = await sshd.keyPair('with-agent')
    await sshd.admit(identity)
    const socket = path.join(sshd.folder, 'agent')
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
    try {
      for (let tries = 0; tries < 100; tries += 1) {
        const added = await run('ssh-add', [identity], {
          env: { ...process.env, SSH_AUTH_SOCK: socket },
        }).catch(() => null)
        if (added) break
        await sleep(50)
      }
      const { client } = await connect(options({}, { identities: [], agent: socket }))
      client.destroy()
    } finally {
      const exit = once(agent, 'exit')
      agent.kill()
      await exit
    }
  })

  test('a user or address that could mean something to a shell is refused before any connection', async () => {
    expect(await failure(options({ user: 'root;id' }))).toMatchObject({ code: 'validation_error' })
    expect(await failure(options({ address: '-oProxyCommand=id' }))).toMatchObject({
      code: 'validation_error',
    })
  })
})
