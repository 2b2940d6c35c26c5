import { afterAll, beforeAll, expect, test } from 'vitest'
import { isCut, openConnection } from '../../src-main/ssh/connection.ts'
import type { SshConnection } from '../../src-main/ssh/connection.ts'
import { describeWith } from '../support/parts.ts'
import { startSshd } from '../support/sshd.ts'
import type { Sshd } from '../support/sshd.ts'

describeWith(['sshd'], 'commands on a host over SSH', () => {
  let sshd: Sshd
  let connection: SshConnection
  beforeAll(async () => {
    sshd = await startSshd()
    const place = { address: '127.0.0.1', port: sshd.port, user: sshd.user, host_key: sshd.hostKeys.ed25519 }
    connection = openConnection({ place, identities: [sshd.identity] })
  })
  afterAll(async () => {
    await connection.close()
    await sshd[Symbol.asyncDispose]()
  })

  test('both outputs, the exit code and stdin stay apart', async () => {
    const stdin = new Uint8Array(3_000_000).fill(97)
    const { code, stdout, stderr } = await connection.exec('wc -c; echo aside >&2; exit 7', { stdin })
    expect({ code, stdout: Buffer.from(stdout).toString().trim(), stderr }).toEqual({
      code: 7,
      stdout: '3000000',
      stderr: 'aside\n',
    })
  })

  test('a command that ends without reading its stdin keeps its exit code', async () => {
    const stdin = new Uint8Array(5_000_000)
    expect(await connection.exec('exit 3', { stdin })).toMatchObject({ code: 3 })
  })

  test('a command ended by a signal has no exit code', async () => {
    expect(await connection.exec('kill -9 $$')).toMatchObject({ code: null })
  })

  test('more output than allowed is an error, not a full memory', async () => {
    await expect(connection.exec('yes', { maxBytes: 100_000 })).rejects.toMatchObject({
      code: 'internal_error',
      data: { problem: 'too much output' },
    })
  })

  test('forty commands at once share eight channels of one connection', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => connection.exec(`echo $SSH_CONNECTION ${index}`)),
    )
    const words = answers.map(({ stdout }) => Buffer.from(stdout).toString().trim().split(' '))
    expect(new Set(words.map(([, port]) => port)).size).toBe(1)
    expect(words.map((each) => each.at(-1))).toEqual(Array.from({ length: 40 }, (_, index) => String(index)))
  })

  test('an abort ends the waiting at once', async () => {
    const stop = new AbortController()
    const waiting = connection.exec('sleep 60', { signal: stop.signal })
    stop.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' })
    await expect(connection.exec('true', { signal: stop.signal })).rejects.toMatchObject({ code: 'aborted' })
  })

  test('silence beyond the time allowed counts as a cut', async () => {
    const error: unknown = await connection
      .exec('sleep 60', { timeoutMs: 50 })
      .catch((reason: unknown) => reason)
    expect(isCut(error)).toBe(true)
  })

  test('a cut in the middle of a command is told as one, and the next command connects again', async () => {
    const waiting = connection.exec('echo begun; sleep 60').catch((reason: unknown) => reason)
    await connection.exec('true')
    expect(await sshd.cut()).toBeGreaterThan(0)
    const error = await waiting
    expect(error).toMatchObject({ code: 'ssh_unreachable' })
    expect(isCut(error)).toBe(true)
    expect(await connection.exec('echo back')).toMatchObject({ code: 0 })
  })

  test('a host that is down is no cut: nothing was begun', async () => {
    await connection.close()
    await sshd.pause()
    const error: unknown = await connection.exec('true').catch((reason: unknown) => reason)
    await sshd.resume()
    expect(error).toMatchObject({ code: 'ssh_unreachable' })
    expect(isCut(error)).toBe(false)
    expect(await connection.exec('true')).toMatchObject({ code: 0 })
  })
})
