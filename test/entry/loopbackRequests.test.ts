import { describe, expect } from 'vitest'
import { limits } from '../../src-main/entry/loopback/limits.ts'
import { newToken } from '../../src-main/entry/loopback/digests.ts'
import { siege } from './loopback/besieged.ts'
import type { Besieged } from './loopback/besieged.ts'
import {
  ask,
  connect,
  cookieOf,
  enter,
  enteredHeaders,
  ownHeaders,
  pageProtocols,
  send,
  showToken,
  tokenOf,
} from './loopback/visitor.ts'
import type { Asked } from './loopback/visitor.ts'

const { withstands } = siege()

type Headers = readonly (readonly [string, string])[]

const upgrading: Headers = [
  ['Connection', 'Upgrade'],
  ['Upgrade', 'websocket'],
  ['Sec-WebSocket-Version', '13'],
  ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
]

/** With everything else right, the three requests that matter: open a link, ask about a cookie, connect. */
async function threeRequests({ loopback, cookie }: Besieged, headers: Headers): Promise<number[]> {
  const token = tokenOf(loopback.link())
  const json = ['Content-Type', 'application/json'] as const
  const asked: Asked[] = [
    { method: 'POST', path: '/session', headers: [...headers, json], body: JSON.stringify({ token }) },
    { path: '/session', headers: [...headers, ...enteredHeaders(cookie)] },
    {
      path: '/contract',
      headers: [
        ...headers,
        ...upgrading,
        ['Cookie', cookie],
        ['Sec-WebSocket-Protocol', pageProtocols(cookie).join(', ')],
      ],
    },
  ]
  const statuses: number[] = []
  for (const each of asked) statuses.push((await ask(loopback.port, each)).status)
  // A refused request uses nothing up: the link still lets its owner in.
  expect((await showToken(loopback.url, token)).status).toBe(200)
  return statuses
}

describe('a request under another name', () => {
  const names = [
    'attacker.example',
    'attacker.example:PORT',
    '127.0.0.1.nip.example:PORT',
    'localhost.evil:PORT',
    'evil.localhost:PORT',
    '2130706433:PORT',
    '0x7f000001:PORT',
    '0177.0.0.1:PORT',
    '127.1:PORT',
    '127.0.0.2:PORT',
    '0.0.0.0:PORT',
    '127.0.0.1.:PORT',
    'localhost.:PORT',
    '127.0.0.1:PORT@attacker.example',
    'attacker.example@127.0.0.1:PORT',
    'user:secret@127.0.0.1:PORT',
    '[::ffff:127.0.0.1]:PORT',
    '127.0.0.1:99999',
    '',
  ]
  for (const name of names) {
    withstands(`is refused: ${name || 'none'}`, async (world) => {
      const host = name.replace('PORT', String(world.loopback.port))
      const headers: Headers = [
        ['Host', host],
        ['Origin', `http://${host}`],
        ['Sec-Fetch-Site', 'same-origin'],
      ]
      expect(await threeRequests(world, headers)).toEqual([421, 421, 421])
    })
  }

  withstands('is refused when it names two hosts, whichever comes first', async (world) => {
    const own = `127.0.0.1:${world.loopback.port}`
    for (const hosts of [
      [own, 'attacker.example'],
      ['attacker.example', own],
      [own, own],
    ]) {
      const head = ['GET / HTTP/1.1', ...hosts.map((host) => `Host: ${host}`), '', ''].join('\r\n')
      expect(await send(world.loopback.port, head)).toMatch(/^HTTP\/1\.1 (421|400) /)
    }
  })
})

describe('a request of another page', () => {
  const origins = [
    'http://attacker.example',
    'https://127.0.0.1:PORT',
    'http://127.0.0.1',
    'http://127.0.0.1:1',
    'http://localhost:PORT',
    'http://127.0.0.1:PORT/',
    'http://127.0.0.1:PORT.attacker.example',
    'http://user@127.0.0.1:PORT',
    'null',
    '',
  ]
  for (const origin of origins) {
    withstands(`is refused: ${origin || 'an empty one'}`, async (world) => {
      const headers: Headers = [
        ['Host', `127.0.0.1:${world.loopback.port}`],
        ['Origin', origin.replace('PORT', String(world.loopback.port))],
      ]
      expect(await threeRequests(world, headers)).toEqual([403, 403, 403])
    })
  }

  withstands('is refused when it does not say from where it acts', async (world) => {
    const headers: Headers = [['Host', `127.0.0.1:${world.loopback.port}`]]
    expect(await threeRequests(world, headers)).toEqual([403, 200, 403])
  })

  for (const site of ['cross-site', 'same-site']) {
    withstands(`is refused when the browser calls it ${site}`, async (world) => {
      const own = ownHeaders(world.loopback.url).filter(([name]) => name !== 'Sec-Fetch-Site')
      expect(await threeRequests(world, [...own, ['Sec-Fetch-Site', site]])).toEqual([403, 403, 403])
    })
  }
})

describe('who has no session', () => {
  withstands(
    'gets no socket: no cookie, a made-up one, one of another instance, one under its name',
    async (world) => {
      const { loopback, neighbour, cookie } = world
      const [name = ''] = cookie.split('=')
      const theirs = await enter(neighbour)
      const attempts = [
        '',
        `${name}=${newToken()}`,
        `${name}=`,
        theirs,
        `${name}=${theirs.split('=')[1] ?? ''}`,
      ]
      for (const attempt of [...attempts, `${cookie}x`, `x${cookie}`, cookie.toUpperCase()]) {
        const protocols = pageProtocols(cookie)
        await expect(connect(loopback.url, attempt, { protocols })).rejects.toThrow('401')
      }
      expect(
        (
          await ask(neighbour.port, {
            path: '/session',
            headers: [...ownHeaders(neighbour.url), ...enteredHeaders(cookie)],
          })
        ).status,
      ).toBe(401)
    },
  )

  withstands('gets no socket by a cookie that was learnt on another port, without the key', async (world) => {
    const { loopback, neighbour, cookie } = world
    const theirs = pageProtocols(await enter(neighbour))
    const offers = [
      [],
      ['pilothouse'],
      theirs,
      ['pilothouse', `pilothouse.key.${newToken()}`],
      ['pilothouse', `pilothouse.key.${cookie.split('=')[1] ?? ''}`],
      pageProtocols(cookie).filter((name) => name !== 'pilothouse'),
    ]
    for (const protocols of offers) {
      await expect(connect(loopback.url, cookie, { protocols })).rejects.toThrow('401')
    }
    await expect(connect(loopback.url, '', { protocols: pageProtocols(cookie) })).rejects.toThrow('401')
  })

  withstands(
    'gets no socket by a token: in the address, as a cookie, as a header, as a protocol',
    async (world) => {
      const { loopback, cookie } = world
      const token = tokenOf(loopback.link())
      const [name = ''] = cookie.split('=')
      const headers = [{ Authorization: `Bearer ${token}` }, { 'Sec-WebSocket-Protocol': token }]
      const protocols = pageProtocols(cookie)
      for (const each of headers)
        await expect(connect(loopback.url, '', { headers: each, protocols: [] })).rejects.toThrow('401')
      await expect(connect(loopback.url, `${name}=${token}`, { protocols })).rejects.toThrow('401')
      for (const path of [`/contract?enter=${token}`, `/contract/${token}`]) {
        await expect(connect(loopback.url, cookie, { path })).rejects.toThrow('404')
      }
      const asGet = await ask(loopback.port, {
        path: `/session?token=${token}`,
        headers: ownHeaders(loopback.url),
      })
      expect([asGet.status, asGet.headers['set-cookie']]).toEqual([401, undefined])
    },
  )
})

describe('a token', () => {
  withstands('works once, also for two who come at the same moment', async ({ loopback }) => {
    const token = tokenOf(loopback.link())
    const answers = await Promise.all(Array.from({ length: 20 }, () => showToken(loopback.url, token)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ headers }) => headers['set-cookie'] !== undefined)).toHaveLength(1)
    expect((await showToken(loopback.url, token)).status).not.toBe(200)
  })

  withstands('works for ten minutes', async ({ loopback, clock }) => {
    const [early, late] = [tokenOf(loopback.link()), tokenOf(loopback.link())]
    await clock.pass(limits.link.lifetimeMs - 1)
    expect((await showToken(loopback.url, early)).status).toBe(200)
    await clock.pass(1)
    const answer = await showToken(loopback.url, late)
    expect([answer.status, answer.headers['set-cookie']]).toEqual([401, undefined])
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'identity_unknown' } })
  })

  withstands(
    'gets in at once in the middle of a flood of wrong ones, which are slowed down',
    async ({ loopback, clock }) => {
      const flood = await Promise.all(Array.from({ length: 200 }, () => showToken(loopback.url, newToken())))
      const slowed = flood.filter(({ status }) => status === 429)
      expect(slowed.length).toBeGreaterThan(180)
      expect(flood.every(({ status }) => status === 429 || status === 401)).toBe(true)
      for (const { headers, body } of slowed) {
        expect(Number(headers['retry-after'])).toBeGreaterThan(0)
        expect(JSON.parse(body)).toMatchObject({ error: { code: 'rate_limited' } })
      }
      const right = await showToken(loopback.url, tokenOf(loopback.link()))
      expect([right.status, cookieOf(right)]).toEqual([200, expect.stringMatching(/^pilothouse_/)])
      await clock.pass(60_000)
      expect((await showToken(loopback.url, newToken())).status).toBe(401)
      await clock.pass(60_000)
    },
  )

  const bodies: [string, string, string?][] = [
    ['nothing', ''],
    ['broken JSON', '{"token":'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a number', '{"token":1}'],
    ['a list as token', '{"token":["a"]}'],
    ['an object as token', '{"token":{"$ne":null}}'],
    ['an empty token', '{"token":""}'],
    ['keys of the language', '{"__proto__":{"session":true},"token":"x"}'],
    ['a constructor', '{"constructor":{"prototype":{"session":true}},"token":"x"}'],
    ['more than a token', '{"token":"x","session":true}'],
    ['nesting', `${'['.repeat(2_000)}${']'.repeat(2_000)}`],
    ['too much', JSON.stringify({ token: 'x'.repeat(100_000) })],
    ['plain text', '{"token":"x"}', 'text/plain'],
    ['a form', 'token=x', 'application/x-www-form-urlencoded'],
    ['a multipart form', '--x--', 'multipart/form-data; boundary=x'],
    ['XML', '<token>x</token>', 'application/xml'],
    ['a lie about its characters', '{"token":"x"}', 'application/json; charset=utf-16'],
  ]
  for (const [what, body, type = 'application/json'] of bodies) {
    withstands(`is not ${what}`, async ({ loopback, clock }) => {
      const headers: Headers = [...ownHeaders(loopback.url), ['Content-Type', type]]
      const answer = await ask(loopback.port, { method: 'POST', path: '/session', headers, body })
      expect(answer.headers['set-cookie']).toBeUndefined()
      expect([400, 401, 413, 415]).toContain(answer.status)
      expect(answer.body).not.toMatch(/node_modules|\.ts:|at \w+ \(/)
      await clock.pass(limits.wrongTokens.refillMs)
    })
  }
})
