import { writeFileSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { serveLoopback } from '../../src-main/entry/loopback.ts'
import { limits } from '../../src-main/entry/loopback/limits.ts'
import { PilothouseError } from '../../src-preload/contract/errors.ts'
import { aRelease } from './builders.ts'
import { aClock, settle } from './loopback/aClock.ts'
import { aContext, aWindowFolder, page, part, serving } from './loopback/serving.ts'
import {
  ask,
  connect,
  cookieOf,
  enter,
  enteredHeaders,
  ownHeaders,
  showToken,
  tokenOf,
} from './loopback/visitor.ts'

const hour = 3_600_000
const listed = { reads: { releases: () => Promise.resolve([aRelease()]) } }

describe('a served window', () => {
  it('is its page, its files, and its page again for every address of its own', async () => {
    const { url, port } = await serving()
    const headers = ownHeaders(url)
    const root = await ask(port, { headers })
    expect([root.status, root.body, root.headers['content-type']]).toEqual([
      200,
      page,
      'text/html; charset=utf-8',
    ])
    const script = await ask(port, { headers, path: '/assets/main-1a2b.js' })
    expect(script.headers['content-type']).toBe('application/javascript; charset=utf-8')
    expect(script.headers['cache-control']).toBe('private, max-age=31536000, immutable')
    expect((await ask(port, { headers, path: '/releases/shop-7' })).body).toBe(page)
    expect((await ask(port, { headers, path: '/assets/gone.js' })).status).toBe(404)
    expect((await ask(port, { method: 'HEAD', headers })).body).toBe('')
  })

  it('carries its protections with every answer, those that refuse among them', async () => {
    const { url, port } = await serving()
    const answers = await Promise.all([
      ask(port, { headers: ownHeaders(url) }),
      ask(port, { headers: ownHeaders(url), path: '/nothing.js' }),
      ask(port, { headers: ownHeaders(url), path: '/session' }),
      ask(port, { headers: [['Host', 'attacker.example']] }),
      ask(port, {
        headers: [...ownHeaders(url), ['Connection', 'Upgrade'], ['Upgrade', 'websocket']],
        path: '/contract',
      }),
    ])
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 401, 421, 401])
    for (const { headers } of answers) {
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
      })
      const policy = String(headers['content-security-policy'])
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("script-src 'self';")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
    }
  })

  it('listens on 127.0.0.1 and on no other address of this machine', async () => {
    const { url, port } = await serving()
    expect(new URL(url).hostname).toBe('127.0.0.1')
    const other = await new Promise((resolve) => {
      const socket = net.connect(port, '127.0.0.2')
      socket.once('error', (error) => resolve('code' in error ? error.code : error.message))
      socket.once('connect', () => resolve('connected'))
    })
    expect(other).toBe('ECONNREFUSED')
  })

  it('says what to do where no window was built', async () => {
    const clock = aClock()
    const told = { defect: () => undefined, trouble: () => undefined, carried: () => undefined }
    const windowFolder = path.join(aWindowFolder(), 'assets')
    const options = { context: aContext({}, clock), windowFolder, clock, told }
    await expect(serveLoopback(options)).rejects.toMatchObject({ code: 'not_found', hint: 'window' })
  })

  it('says what to do where the port is taken, and leaves nothing running', async () => {
    const { port, folder, clock } = await serving()
    const told = { defect: () => undefined, trouble: () => undefined, carried: () => undefined }
    const options = { context: aContext({}, clock), windowFolder: folder, clock, told, port }
    await expect(serveLoopback(options)).rejects.toMatchObject({
      code: 'conflict',
      hint: 'port_taken',
      data: { port },
    })
  })

  it('shows a window that was built anew without being started anew', async () => {
    const { url, port, folder } = await serving()
    writeFileSync(path.join(folder, 'index.html'), 'newer')
    expect((await ask(port, { headers: ownHeaders(url) })).body).toBe('newer')
  })
})

describe('entering', () => {
  it('takes a one-time link, gives a cookie, and then the contract', async () => {
    const server = await serving(listed)
    const link = server.link()
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#enter=[\w-]{43}$/)
    const answer = await showToken(server.url, tokenOf(link))
    expect(answer.status).toBe(200)
    expect(answer.body).toMatch(/^\{"session":true,"key":"[\w-]{43}"\}$/)
    expect(answer.headers['set-cookie']).toEqual([
      expect.stringMatching(/^pilothouse_[0-9a-f]{18}=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/),
    ])
    const { client } = await connect(server.url, cookieOf(answer))
    expect(await client.releases.list({})).toEqual([aRelease()])
  })

  it('works through a tunnel, under the name and port that it has on the other side', async () => {
    const server = await serving(listed)
    const headers = { Host: 'localhost:9000', Origin: 'http://localhost:9000' }
    const { client } = await connect(server.url, await enter(server), { headers })
    expect(await client.releases.list({})).toHaveLength(1)
  })

  it('says whether cookie and key count', async () => {
    const server = await serving()
    const cookie = await enter(server)
    const status = async (...more: (readonly [string, string])[]) =>
      (await ask(server.port, { path: '/session', headers: [...ownHeaders(server.url), ...more] })).status
    const [, key = ['', '']] = enteredHeaders(cookie)
    expect(await status(['Cookie', cookie], key)).toBe(200)
    expect(await status()).toBe(401)
    expect(await status(['Cookie', cookie])).toBe(401)
    expect(await status(key)).toBe(401)
    expect(await status(['Cookie', `${cookie.slice(0, -1)}${cookie.endsWith('A') ? 'B' : 'A'}`], key)).toBe(
      401,
    )
  })

  it('leaves the session that the same browser had', async () => {
    const server = await serving()
    const first = await enter(server)
    const visit = await connect(server.url, first)
    const again = await showToken(server.url, tokenOf(server.link()), enteredHeaders(first))
    expect(again.status).toBe(200)
    expect(await visit.ended).toEqual({ code: 4401, reason: 'the session is over' })
    await expect(connect(server.url, first)).rejects.toThrow('401')
  })

  it('ends with POST /session/end: cookie, session and sockets', async () => {
    const server = await serving()
    const cookie = await enter(server)
    const [one, two] = [await connect(server.url, cookie), await connect(server.url, cookie)]
    const headers = [...ownHeaders(server.url), ...enteredHeaders(cookie)]
    const answer = await ask(server.port, { method: 'POST', path: '/session/end', headers })
    expect(answer.headers['set-cookie']?.[0]).toMatch(/^pilothouse_[0-9a-f]{18}=; .*Max-Age=0$/)
    expect((await one.ended).code).toBe(4401)
    expect((await two.ended).code).toBe(4401)
    await expect(connect(server.url, cookie)).rejects.toThrow('401')
  })

  it('ends by itself after twelve hours without use, with its sockets', async () => {
    const server = await serving(listed)
    const cookie = await enter(server)
    const visit = await connect(server.url, cookie)
    await server.clock.pass(11 * hour)
    expect(await visit.client.releases.list({})).toHaveLength(1)
    await server.clock.pass(11 * hour)
    expect(visit.socket.readyState).toBe(visit.socket.OPEN)
    await server.clock.pass(hour)
    expect((await visit.ended).code).toBe(4401)
    await expect(connect(server.url, cookie)).rejects.toThrow('401')
  })

  it('lets so many windows in and not more', async () => {
    const server = await serving()
    const cookie = await enter(server)
    const visits = await Promise.all(
      Array.from({ length: limits.session.sockets }, () => connect(server.url, cookie)),
    )
    await expect(connect(server.url, cookie)).rejects.toThrow('503')
    visits[0]?.socket.close()
    await visits[0]?.ended
    await settle()
    await connect(server.url, cookie)
  })
})

describe('the contract over a socket', () => {
  it('carries an expected failure with its code, data, hint and causes', async () => {
    const cause = new TypeError('the cable')
    const failing = new PilothouseError('ssh_unreachable', { host: 'h1' }, { cause, hint: 'hint.some' })
    const server = await serving({ reads: { releases: () => Promise.reject(failing) } })
    const { client } = await connect(server.url, await enter(server))
    await expect(client.releases.list({})).rejects.toMatchObject({
      code: 'ssh_unreachable',
      defined: true,
      data: { data: { host: 'h1' }, hint: 'hint.some', causes: ['the cable'] },
    })
  })

  it('carries a refused input with what is wrong about it', async () => {
    const server = await serving(listed)
    const { client } = await connect(server.url, await enter(server))
    const refused = client.releases.list({ limit: 100_000 })
    await expect(refused).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      data: { issues: [{ path: ['limit'] }] },
    })
  })

  it('turns a defect into internal_error: its name crosses, its words and its stack stay', async () => {
    const secret = new TypeError('hunter2 in a message')
    const server = await serving({ reads: { releases: () => Promise.reject(secret) } })
    const visit = await connect(server.url, await enter(server))
    const seen: string[] = []
    visit.socket.on('message', (data) => seen.push(Buffer.isBuffer(data) ? data.toString('utf8') : ''))
    const error: unknown = await visit.client.releases.list({}).catch((thrown: unknown) => thrown)
    const [[incident, told] = []] = server.told
    expect(error).toMatchObject({
      code: 'internal_error',
      defined: true,
      data: {
        data: { problem: `the server says more of it under ${String(incident)}` },
        hint: null,
        causes: [],
      },
    })
    expect(told).toBe(secret)
    expect(seen.join('')).not.toMatch(/hunter2|TypeError|\.ts:/)
  })

  it('turns a defect in the middle of a stream into internal_error too', async () => {
    const server = await serving({
      engine: {
        start: async function* () {
          yield { kind: 'log', step: 'up', host: 'h1', line: 'begun' }
          throw new TypeError('hunter2')
        },
      },
    })
    const { client } = await connect(server.url, await enter(server))
    const seen: unknown[] = []
    const reading = (async () => {
      for await (const progress of await client.releases.start({ release: 'shop-7' })) seen.push(progress)
    })()
    await expect(reading).rejects.toMatchObject({ code: 'internal_error', data: { hint: null } })
    expect(seen).toEqual([{ kind: 'log', step: 'up', host: 'h1', line: 'begun' }])
    expect(JSON.stringify(server.told[0]?.[0])).not.toContain('hunter2')
  })

  it('turns an answer that is not what the contract promises into internal_error, alone or in a stream', async () => {
    const wrong = part<never>({ wrong: 'hunter2' })
    const server = await serving({
      reads: { releases: () => Promise.resolve([wrong]) },
      engine: { start: () => ReadableStream.from([wrong]) },
    })
    const { client } = await connect(server.url, await enter(server))
    await expect(client.releases.list({})).rejects.toMatchObject({ code: 'internal_error' })
    const events = await client.releases.start({ release: 'shop-7' })
    await expect(events.next()).rejects.toMatchObject({ code: 'internal_error' })
  })

  it('answers a procedure that is not there, and goes on', async () => {
    const server = await serving(listed)
    const visit = await connect(server.url, await enter(server))
    const answer = new Promise((resolve) => visit.socket.once('message', resolve))
    visit.socket.send('{"i":"x1","p":{"u":"/releases/erase_everything"}}')
    await answer
    expect(await visit.client.releases.list({})).toHaveLength(1)
  })
})
