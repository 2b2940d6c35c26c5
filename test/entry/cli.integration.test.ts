import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { embeddedHome, resolvePaths } from '../../src-main/entry/paths.ts'
import { removeEmbedded } from '../../src-main/ledger/embedded/embedded.ts'

const start = promisify(execFile)
const cli = path.resolve(import.meta.dirname, '..', '..', 'src-main', 'entry', 'cli.ts')

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

let home = ''

/** The real command line in a process of its own, with a home of its own. */
async function pilothouse(...args: string[]): Promise<Ran> {
  const env = { PATH: process.env['PATH'] ?? '', PILOTHOUSE_HOME: home, PILOTHOUSE_KEYSTORE: 'file' }
  try {
    const { stdout, stderr } = await start(process.execPath, [cli, ...args], { env })
    return { code: 0, out: stdout, err: stderr }
  } catch (error) {
    if (error instanceof Error && 'code' in error && 'stdout' in error && 'stderr' in error) {
      return { code: Number(error.code), out: String(error.stdout), err: String(error.stderr) }
    }
    throw error
  }
}

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'pilothouse-cli-'))
})

afterAll(async () => {
  const paths = resolvePaths({ platform: 'linux', home, env: { PILOTHOUSE_HOME: home } })
  await removeEmbedded(embeddedHome(paths))
  await rm(home, { recursive: true, force: true })
})

describe('the parts of the command line', () => {
  it('leave ^C to the command that runs: a release is stopped in good order, not killed', async () => {
    const parts = ['assemble.ts', 'profiles.ts', 'program.ts'].map((file) =>
      path.join(path.dirname(cli), file),
    )
    const script = `for (const part of ${JSON.stringify(parts)}) await import(part)
      console.log(process.listenerCount('SIGINT'), process.listenerCount('SIGTERM'))`
    const { stdout } = await start(process.execPath, ['--input-type=module', '--eval', script])
    expect(stdout).toBe('0 0\n')
  })
})

describe('the command line over an embedded ledger', () => {
  it('says what to do where nothing is set up', async () => {
    const { code, err } = await pilothouse('release', 'list')
    expect(code).toBe(4)
    expect(err).toContain('pilothouse ledger init')
    expect(JSON.parse((await pilothouse('ledger', 'status', '--json')).out)).toEqual({
      ledger: 'embedded',
      state: 'absent',
    })
  })

  it('sets up, invites, joins under a password of their own, and keeps a record that verifies', async () => {
    const ready = await pilothouse('ledger', 'init', '--login', 'ada', '--person', 'Ada Lovelace')
    expect(ready).toMatchObject({
      code: 0,
      out: 'The ledger is ready. You are ada; profile default.\n',
      err: '',
    })
    const file = path.join(home, 'grace.json')
    const added = await pilothouse(
      'member',
      'add',
      'grace',
      '--person',
      'Grace',
      '--role',
      'approver',
      '--out',
      file,
    )
    expect(added.code).toBe(0)
    expect((await pilothouse('join', file, '--profile', 'grace')).out).toContain('Welcome, Grace.')
    const used = await pilothouse('join', file, '--profile', 'other')
    expect([used.code, used.err.includes('was accepted before')]).toEqual([3, true])
    const me = await pilothouse('member', 'me', '--profile', 'grace')
    expect(me.out).toMatch(/roles +approver/)
    expect((await pilothouse('audit', 'verify')).out).toContain('every chain is whole')
    const record = path.join(home, 'record.ndjson')
    expect((await pilothouse('audit', 'export', '--out', record)).code).toBe(0)
    const offline = await pilothouse('audit', 'verify', '--file', record, '--json')
    expect(JSON.parse(offline.out)).toMatchObject({ broken: [] })
    expect(readFileSync(record, 'utf8')).toContain('access.member_changed')
  })

  it('refuses a member what they may not do, and shuts out one who is disabled', async () => {
    const denied = await pilothouse('audit', 'export', '--profile', 'grace', '--json')
    expect(denied.code).toBe(3)
    expect(JSON.parse(denied.err)).toMatchObject({
      error: { code: 'permission_denied', data: { permission: 'audit:read' } },
    })
    expect((await pilothouse('member', 'disable', 'grace')).code).toBe(0)
    expect((await pilothouse('member', 'me', '--profile', 'grace')).code).toBe(3)
  })

  it('starts a stopped ledger again when it is needed', async () => {
    expect((await pilothouse('ledger', 'stop')).out).toBe('The embedded ledger is stopped.\n')
    expect(JSON.parse((await pilothouse('ledger', 'status', '--json')).out)).toMatchObject({
      state: 'stopped',
    })
    expect((await pilothouse('member', 'list')).out).toContain('Ada Lovelace')
    expect((await pilothouse('ledger', 'migrate')).out).toBe('The schema is up to date.\n')
  })
})
