import { execFile } from 'node:child_process'
import { chmod, chown, cp, lstat, mkdtemp, readlink, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { accountOfOwner, chooseAccount } from '../../src-main/ledger/embedded/account.ts'
import { findBinaries, program, runnableBy } from '../../src-main/ledger/embedded/binaries.ts'
import { embeddedStatus, removeEmbedded, startEmbedded } from '../../src-main/ledger/embedded/embedded.ts'
import { describeWith } from '../support/parts.ts'

const run = promisify(execFile)
const starter = path.join(import.meta.dirname, 'embeddedStart.ts')

async function accountIds(name: string): Promise<{ uid: number; gid: number }> {
  const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])])
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
}

async function ownerOfProcess(pid: number): Promise<number> {
  const { stdout } = await run('ps', ['-o', 'uid=', '-p', String(pid)])
  return Number(stdout)
}

describeWith(['root'], 'the embedded ledger started as root', () => {
  let home: string

  beforeEach(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'pilothouse-embedded-'))
  })

  afterEach(async () => {
    await removeEmbedded(home)
    await rm(home, { recursive: true, force: true })
  })

  it('runs as an unprivileged account that exists already, which owns its data', async () => {
    await chmod(home, 0o711)
    const account = await chooseAccount()
    const { pid, dataDir } = await startEmbedded(home)
    expect(account).toMatchObject({ kind: 'other', uid: await ownerOfProcess(pid) })
    expect(account).toMatchObject({ uid: (await stat(dataDir)).uid })
    expect((await stat(path.join(home, 'ledger-embedded-superuser.password'))).uid).toBe(0)
  })

  it('keeps its data outside of a home that the account may not enter, linked from there', async () => {
    const { dataDir } = await startEmbedded(home)
    const place = await readlink(path.join(home, 'server'))
    expect(path.dirname(place)).toBe('/var/lib/pilothouse')
    expect(dataDir).toBe(path.join(place, 'data'))
    // The home's mode decides only when the place is made.
    await chmod(home, 0o711)
    expect((await startEmbedded(home)).dataDir).toBe(dataDir)
    await removeEmbedded(home)
    await expect(lstat(place)).rejects.toMatchObject({ code: 'ENOENT' })
    expect(await embeddedStatus(home)).toEqual({ state: 'absent' })
  })

  it('runs a copy of binaries that the account may not read', async () => {
    const found = await findBinaries()
    await cp(found.folder, path.join(home, 'closed'), { recursive: true, verbatimSymlinks: true })
    await chmod(path.join(home, 'closed'), 0o700)
    const open = await mkdtemp(path.join(tmpdir(), 'pilothouse-place-'))
    try {
      await chmod(open, 0o755)
      const account = await chooseAccount()
      const copy = await runnableBy(account, { ...found, folder: path.join(home, 'closed') }, open)
      expect(path.dirname(copy.folder)).toBe(open)
      const identity = account.kind === 'other' ? { uid: account.uid, gid: account.gid } : {}
      const { stdout } = await run(program(copy, 'postgres'), ['--version'], { cwd: '/', ...identity })
      expect(stdout).toContain(`PostgreSQL) ${found.major}`)
      // A second start takes the copy that is there.
      const { ino } = await stat(copy.folder)
      const again = await runnableBy(account, { ...found, folder: path.join(home, 'closed') }, open)
      expect((await stat(again.folder)).ino).toBe(ino)
    } finally {
      await rm(open, { recursive: true, force: true })
    }
  })

  it('never runs as root, whoever owns the folder', () => {
    expect(() => accountOfOwner({ uid: 0, gid: 0 })).toThrow(
      expect.objectContaining({ code: 'ledger_unavailable', hint: 'embedded_other_account' }),
    )
    expect(accountOfOwner({ uid: 1234, gid: 99 })).toEqual({ kind: 'other', uid: 1234, gid: 99 })
  })
})

describeWith(['unprivileged-user'], 'the embedded ledger of an ordinary user', () => {
  it('runs as that user, in their data home', async () => {
    const nobody = await accountIds('nobody')
    const home = await mkdtemp(path.join(tmpdir(), 'pilothouse-embedded-'))
    await chown(home, nobody.uid, nobody.gid)
    const started = z.object({ pid: z.int(), dataDir: z.string(), uid: z.int() })
    try {
      const { stdout } = await run(process.execPath, [starter, home], { ...nobody, cwd: '/' })
      const { pid, dataDir, uid } = started.parse(JSON.parse(stdout))
      expect(uid).toBe(nobody.uid)
      expect(await ownerOfProcess(pid)).toBe(nobody.uid)
      expect(dataDir).toBe(path.join(home, 'server', 'data'))
      expect((await stat(path.join(home, 'ledger.json'))).mode & 0o777).toBe(0o600)
      // Another process of theirs finds it.
      const again = await run(process.execPath, [starter, home], { ...nobody, cwd: '/' })
      expect(JSON.parse(again.stdout)).toMatchObject({ pid })
    } finally {
      await removeEmbedded(home)
      await rm(home, { recursive: true, force: true })
    }
  })
})
