import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile, readdir } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ensureWindow } from '../../script/dev/window.ts'
import { newToken } from '../../src-main/entry/loopback/digests.ts'
import {
  ask,
  connect,
  cookieOf,
  ownHeaders,
  pageProtocols,
  showToken,
  tokenOf,
} from '../entry/loopback/visitor.ts'
import { openCommandLine } from '../support/commandLine.ts'
import type { CommandLine } from '../support/commandLine.ts'

const program = path.resolve(import.meta.dirname, '../../src-main/entry/cli.ts')
const announced = z.object({ profile: z.string(), url: z.string(), link: z.string() })

/** `pilothouse serve`, in a process of its own, as a script or a service would start it. */
interface Serving extends z.infer<typeof announced> {
  readonly child: ChildProcess
  /** Everything that it wrote to stdout and stderr after the announcement, when it has ended. */
  readonly said: Promise<string>
}

let cli: CommandLine

beforeAll(async () => {
  await ensureWindow()
  cli = await openCommandLine()
  await cli.records(['ledger', 'init', '--login', 'ada', '--person', 'Ada Lovelace'])
})
afterAll(() => cli.close())

async function serve(...argv: string[]): Promise<Serving> {
  const env = {
    ...process.env,
    PILOTHOUSE_HOME: cli.home,
    PILOTHOUSE_KEYSTORE: 'file',
    PILOTHOUSE_DEBUG: '1',
  }
  const child = spawn(process.execPath, [program, '--json', 'serve', ...argv], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines = createInterface({ input: child.stdout })
  const first = await Promise.race([
    new Promise<string>((resolve) => lines.once('line', resolve)),
    once(child, 'exit').then(() => Promise.reject(new TypeError('serve ended before it had begun'))),
  ])
  const later: string[] = []
  lines.on('line', (line) => later.push(line))
  child.stderr.on('data', (chunk) => later.push(String(chunk)))
  const said = once(child, 'close').then(() => later.join('\n'))
  return { ...announced.parse(JSON.parse(first)), child, said }
}

async function filesWith(folder: string, words: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name)
    if (!entry.isFile()) continue
    const content = await readFile(file)
    if (words.some((word) => content.includes(word))) found.push(file)
  }
  return found
}

describe('pilothouse serve', () => {
  test('serves the window that was built, to whoever opens its link, and the contract behind it', async () => {
    const { url, link, child, said } = await serve()
    const answer = await ask(Number(new URL(url).port), { headers: ownHeaders(url) })
    expect(answer.body).toContain('<title>Pilothouse</title>')
    const script = /src="([^"]+\.js)"/.exec(answer.body)?.[1] ?? ''
    const found = await ask(Number(new URL(url).port), {
      headers: ownHeaders(url),
      path: path.posix.join('/', script),
    })
    expect([found.status, found.headers['content-type']]).toEqual([
      200,
      'application/javascript; charset=utf-8',
    ])
    const { client } = await connect(url, cookieOf(await showToken(url, tokenOf(link))))
    expect((await client.members.me({})).member.person.name).toBe('Ada Lovelace')
    child.kill('SIGINT')
    expect(await said).toBe('')
    expect(child.exitCode).toBe(0)
  })

  test('keeps tokens and cookies to itself: none is printed, logged or stored after the exchange', async () => {
    const { url, link, child, said } = await serve()
    const wrong = newToken()
    for (let attempt = 0; attempt < 20; attempt += 1) await showToken(url, wrong)
    const cookie = cookieOf(await showToken(url, tokenOf(link)))
    await showToken(url, tokenOf(link))
    await expect(connect(url, `${cookie}x`, { protocols: pageProtocols(cookie) })).rejects.toThrow('401')
    const visit = await connect(url, cookie)
    await visit.client.members.me({})
    visit.socket.send('no message of this contract')
    expect((await visit.ended).code).toBe(1007)
    const secrets = [tokenOf(link), cookie.split('=')[1] ?? '', wrong]
    const kernel = await readFile(`/proc/${child.pid}/cmdline`, 'utf8')
    expect(secrets.filter((secret) => kernel.includes(secret))).toEqual([])
    child.kill('SIGTERM')
    expect(await said).toBe('')
    expect(await filesWith(cli.home, secrets)).toEqual([])
  })

  test('serves two profiles, or one twice, side by side: the cookie of one is nothing to the other', async () => {
    const [one, two] = [await serve(), await serve()]
    const cookie = cookieOf(await showToken(one.url, tokenOf(one.link)))
    await expect(connect(two.url, cookie, { protocols: pageProtocols(cookie) })).rejects.toThrow('401')
    expect((await showToken(two.url, tokenOf(one.link))).status).toBe(401)
    const port = new URL(one.url).port
    const taken = await cli.run(['serve', '--port', port])
    expect([taken.code, taken.stderr.includes(`Something else listens on port ${port}`)]).toEqual([5, true])
    for (const each of [one, two]) each.child.kill('SIGINT')
    expect(await Promise.all([one.said, two.said])).toEqual(['', ''])
  })
})
