import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { connect, cookieOf, showToken, tokenOf } from '../entry/loopback/visitor.ts'
import { describeWith } from '../support/parts.ts'

const run = promisify(execFile)
const demo = path.resolve(import.meta.dirname, '../../script/dev/demo.js')
const asNobody = ['setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups']
const nobody = 65_534
const told = [
  'preview_required',
  'self_approval_denied',
  'pending_approval',
  'approved',
  'applying',
  'applied',
  'failed',
  'rollback',
]

/** The demo as a person of this machine runs it: an empty home, nothing configured, no terminal. */
function demoSuite(prefix: readonly string[], owner: number | undefined): void {
  let home: string

  beforeAll(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'pilothouse-home-'))
    await chmod(home, 0o700)
    if (owner !== undefined) await chown(home, owner, (await stat(home)).gid)
  })

  afterAll(() => rm(home, { recursive: true, force: true }))

  async function runDemo(...args: string[]): Promise<string> {
    const [program = process.execPath, ...before] = [...prefix, process.execPath]
    const env = { HOME: home, PATH: process.env['PATH'], LANG: 'C.UTF-8' }
    return (await run(program, [...before, demo, '--exit', ...args], { cwd: home, env, timeout: 110_000 }))
      .stdout
  }

  test('tells the main job and ends by itself', async () => {
    expect((await runDemo()).split('\n').length).toBeGreaterThan(20)
  })

  test('tells the same as data, one record a line', async () => {
    const lines = (await runDemo('--json')).trim().split('\n')
    const records = lines.map((line) => z.record(z.string(), z.unknown()).parse(JSON.parse(line)))
    const text = JSON.stringify(records)
    expect(told.filter((word) => !text.includes(word))).toEqual([])
  })
}

describe('npm run demo -- --exit', () => {
  demoSuite([], undefined)
})

describeWith(['unprivileged-user'], 'npm run demo -- --exit, as an ordinary user', () => {
  demoSuite(asNobody, nobody)
})

const remains = z.object({
  record: z.literal('remains'),
  home: z.string(),
  windows: z.array(z.object({ member: z.string(), may: z.string(), url: z.string(), link: z.string() })),
})

describe('npm run demo', () => {
  let home: string

  beforeAll(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'pilothouse-home-'))
  })
  afterAll(() => rm(home, { recursive: true, force: true }))

  test('leaves a window open for each member, and takes everything down at ^C', async () => {
    const env = { HOME: home, PATH: process.env['PATH'], LANG: 'C.UTF-8' }
    const child = spawn(process.execPath, [demo, '--json'], {
      cwd: home,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(child, 'exit')
    let last = ''
    for await (const line of createInterface({ input: child.stdout })) {
      last = line
      if (line.includes('"remains"')) break
    }
    const { windows, home: stage } = remains.parse(JSON.parse(last))
    const people: string[] = []
    for (const { url, link } of windows) {
      const { client } = await connect(url, cookieOf(await showToken(url, tokenOf(link))))
      people.push((await client.members.me({})).member.person.name)
      const { tickets } = await client.inbox.list({ view: 'all' })
      expect(tickets.find(({ status }) => status === 'pending')).toMatchObject({ release: 'web-4' })
    }
    expect(people).toEqual(['Alice Moreno', 'Bob Tanaka', 'Carol Ruiz'])
    expect(new Set(windows.map(({ url }) => url)).size).toBe(3)
    child.kill('SIGINT')
    expect((await ended)[0]).toBe(0)
    expect(existsSync(stage)).toBe(false)
  })
})
