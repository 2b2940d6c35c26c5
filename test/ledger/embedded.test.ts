import { execFile, spawn } from 'node:child_process'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  embeddedStatus,
  removeEmbedded,
  startEmbedded,
  stopEmbedded,
} from '../../src-main/ledger/embedded/embedded.ts'
import type { EmbeddedLedger } from '../../src-main/ledger/embedded/embedded.ts'
import { livePostmaster } from '../../src-main/ledger/embedded/postmaster.ts'

const run = promisify(execFile)
const starter = path.join(import.meta.dirname, 'embeddedStart.ts')

async function asClient<T>(ledger: EmbeddedLedger, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const { host, port, user, password, database } = ledger
  const client = new pg.Client({ host, port, user, password, database })
  // A killed server breaks connections; what waits for them rejects by itself.
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(50)
}

/** The processes whose command line names this folder. */
async function processesOf(folder: string): Promise<string[]> {
  const { stdout } = await run('ps', ['-ww', '-eo', 'pid,args'])
  return stdout.split('\n').filter((line) => line.includes(folder) && !line.includes('defunct'))
}

const modeOf = async (file: string) => (await stat(file)).mode & 0o777

describe('the embedded ledger', () => {
  let home: string

  beforeEach(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'pilothouse-embedded-'))
    await chmod(home, 0o711)
  })

  afterEach(async () => {
    await removeEmbedded(home)
    await until(async () => (await processesOf(home)).length === 0)
    await rm(home, { recursive: true, force: true })
  })

  it('is one server for processes that start it at the same moment, and for those that come later', async () => {
    const starts = await Promise.all([1, 2, 3].map(() => run(process.execPath, [starter, home])))
    const first: unknown = JSON.parse(starts[0]?.stdout ?? '')
    const later = await startEmbedded(home)
    for (const { stdout } of starts) expect(JSON.parse(stdout)).toEqual(first)
    expect(first).toMatchObject({ pid: later.pid, port: later.port, dataDir: later.dataDir })
    // The processes that started it are gone, and it still answers.
    const answer = await asClient(later, (client) =>
      client.query<{ db: string }>('SELECT current_database() AS db'),
    )
    expect(answer.rows).toEqual([{ db: 'pilothouse' }])
  })

  it('shows nothing to other accounts, and no password in the file that says where it is', async () => {
    const ledger = await startEmbedded(home)
    const published = await readFile(path.join(home, 'ledger.json'), 'utf8')
    expect(JSON.parse(published)).toEqual({
      version: 1,
      host: '127.0.0.1',
      port: ledger.port,
      pid: ledger.pid,
      user: 'pilothouse_admin',
      database: 'pilothouse',
      data_dir: ledger.dataDir,
    })
    expect(published).not.toContain(ledger.password)
    expect(await modeOf(path.join(home, 'server'))).toBe(0o700)
    expect(await modeOf(ledger.dataDir)).toBe(0o700)
    for (const file of await readdir(home, { withFileTypes: true }))
      if (file.isFile())
        expect([file.name, await modeOf(path.join(home, file.name))]).toEqual([file.name, 0o600])
    for (const file of ['postgresql.conf', 'pg_hba.conf'])
      expect(await modeOf(path.join(ledger.dataDir, file))).toBe(0o600)
    const told = (await processesOf(home)).join('\n')
    expect(told).toContain('idleWatch.ts')
    expect(told).not.toContain(ledger.password)
  })

  it('lets in passwords only, over loopback only', async () => {
    const ledger = await startEmbedded(home)
    await asClient(ledger, async (client) => {
      const rules = await client.query('SELECT type, address, auth_method FROM pg_hba_file_rules')
      expect(rules.rows).toEqual([{ type: 'host', address: '127.0.0.1', auth_method: 'scram-sha-256' }])
      const { rows } = await client.query(
        `SELECT name, setting FROM pg_settings WHERE name IN
           ('listen_addresses', 'unix_socket_directories', 'fsync', 'log_statement') ORDER BY name`,
      )
      expect(rows).toEqual([
        { name: 'fsync', setting: 'on' },
        { name: 'listen_addresses', setting: '127.0.0.1' },
        { name: 'log_statement', setting: 'none' },
        { name: 'unix_socket_directories', setting: '' },
      ])
    })
    const wrong = asClient({ ...ledger, password: 'something else' }, (client) => client.query('SELECT 1'))
    await expect(wrong).rejects.toMatchObject({ code: '28P01' })
  })

  it('comes back with what was committed after its server was killed', async () => {
    const before = await startEmbedded(home)
    await asClient(before, async (client) => {
      await client.query('CREATE TABLE kept (note text)')
      await client.query(`INSERT INTO kept VALUES ('committed')`)
    })
    process.kill(before.pid, 'SIGKILL')
    await until(async () => (await livePostmaster(before.dataDir)) === null)
    expect(await embeddedStatus(home)).toMatchObject({ state: 'stopped' })
    const after = await startEmbedded(home)
    expect(after.pid).not.toBe(before.pid)
    const { rows } = await asClient(after, (client) => client.query('SELECT note FROM kept'))
    expect(rows).toEqual([{ note: 'committed' }])
  })

  it('starts although another process has got the pid of the server that was killed', async () => {
    const before = await startEmbedded(home)
    process.kill(before.pid, 'SIGKILL')
    await until(async () => (await livePostmaster(before.dataDir)) === null)
    // PostgreSQL takes a process for its old server only if it runs as the same account.
    const { uid, gid } = await stat(before.dataDir)
    const other = spawn('sleep', ['600'], { uid, gid, cwd: '/', stdio: 'ignore' })
    try {
      const pidFile = path.join(before.dataDir, 'postmaster.pid')
      const content = await readFile(pidFile, 'utf8')
      await writeFile(pidFile, content.replace(/^\d+/, String(other.pid)))
      const after = await startEmbedded(home)
      expect(after.pid).not.toBe(other.pid)
      await asClient(after, (client) => client.query('SELECT 1'))
      expect(other.exitCode).toBeNull()
    } finally {
      other.kill()
    }
  })

  it('stops after the idle time, not before the last connection is gone, and starts again', async () => {
    const ledger = await startEmbedded(home, { idleMs: 400 })
    await asClient(ledger, async () => {
      await sleep(1500)
      expect(await embeddedStatus(home)).toMatchObject({ state: 'running', pid: ledger.pid })
    })
    await until(async () => (await embeddedStatus(home)).state === 'stopped')
    await until(async () => (await processesOf(home)).length === 0)
    expect(await readdir(home)).not.toContain('ledger.json')
    expect((await startEmbedded(home)).pid).not.toBe(ledger.pid)
  })

  it('is watched again when its idle watch was killed', async () => {
    await startEmbedded(home)
    const watches = async () => (await processesOf(home)).filter((line) => line.includes('idleWatch.ts'))
    await until(async () => (await watches()).length === 1)
    process.kill(Number.parseInt((await watches())[0] ?? '', 10), 'SIGKILL')
    await until(async () => (await watches()).length === 0)
    await until(async () => {
      await startEmbedded(home)
      return (await watches()).length === 1
    })
  })

  it('can be stopped and asked about without being made', async () => {
    expect(await embeddedStatus(home)).toEqual({ state: 'absent' })
    expect(await stopEmbedded(home)).toBe(false)
    expect(await embeddedStatus(path.join(home, 'nowhere'))).toEqual({ state: 'absent' })
    const { pid, port, dataDir } = await startEmbedded(home)
    expect(await embeddedStatus(home)).toEqual({ state: 'running', pid, port, dataDir })
    expect(await stopEmbedded(home)).toBe(true)
    expect(await embeddedStatus(home)).toEqual({ state: 'stopped', dataDir })
    expect(await stopEmbedded(home)).toBe(false)
  })

  it('says so when its password is lost, or when its data is of another PostgreSQL', async () => {
    const { dataDir } = await startEmbedded(home)
    const lost = { code: 'ledger_unavailable', hint: 'embedded_password_lost' }
    const passwordFile = path.join(home, 'ledger-embedded-superuser.password')
    const password = await readFile(passwordFile)
    await rm(passwordFile)
    await expect(startEmbedded(home)).rejects.toMatchObject(lost)
    await stopEmbedded(home)
    await expect(startEmbedded(home)).rejects.toMatchObject(lost)
    expect(await embeddedStatus(home)).toMatchObject({ state: 'stopped' })
    await writeFile(passwordFile, password, { mode: 0o600 })
    await writeFile(path.join(dataDir, 'PG_VERSION'), '17\n')
    await expect(startEmbedded(home)).rejects.toMatchObject({
      code: 'ledger_unavailable',
      hint: 'embedded_other_major',
      data: { data: '17', program: '18' },
    })
  })

  it('keeps its password where it is told to', async () => {
    const kept = new Map<string, string>()
    const passwords = {
      read: async (name: string) => kept.get(name) ?? null,
      keep: async (name: string, value: string) => void kept.set(name, value),
    }
    const ledger = await startEmbedded(home, { passwords })
    expect([...kept]).toEqual([['ledger-embedded-superuser', ledger.password]])
    expect((await readdir(home)).filter((file) => file.endsWith('.password'))).toEqual([])
    expect((await startEmbedded(home, { passwords })).pid).toBe(ledger.pid)
  })
})
