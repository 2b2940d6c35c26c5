import { once } from 'node:events'
import net from 'node:net'
import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { limits } from '../../src-main/entry/loopback/limits.ts'
import { siege } from './loopback/besieged.ts'
import { page } from './loopback/serving.ts'
import { ask, ownHeaders, send } from './loopback/visitor.ts'

const { withstands } = siege()

const crlf = '\r\n'
const own = (port: number) => [`Host: 127.0.0.1:${port}`, `Origin: http://127.0.0.1:${port}`]
const head = (...lines: string[]) => `${lines.join(crlf)}${crlf}${crlf}`

describe('files that are not the window’s', () => {
  const targets = [
    '/../outside.txt',
    '/assets/../../outside.txt',
    '/..%2foutside.txt',
    '/%2e%2e/outside.txt',
    '/%2e%2e%2foutside.txt',
    '/..%5coutside.txt',
    '/..\\outside.txt',
    '/assets/..;/..;/outside.txt',
    '/....//outside.txt',
    '//outside.txt',
    '///../outside.txt',
    '/%252e%252e/outside.txt',
    '/%c0%ae%c0%ae/outside.txt',
    '/..%00/outside.txt',
    '/index.html%00.txt',
    '/assets/main-1a2b.js/../../../outside.txt',
    '/.hidden',
    '/%2ehidden',
    '/assets/',
    '/assets',
    '/%',
    '/%zz',
    '/etc/passwd',
    `/${'a/'.repeat(3_000)}`,
  ]
  for (const target of targets) {
    withstands(`stay where they are: ${target.slice(0, 60)}`, async ({ loopback: { port } }) => {
      const answer = await send(
        port,
        head(`GET ${target} HTTP/1.1`, `Host: 127.0.0.1:${port}`, 'Connection: close'),
      )
      expect(answer).toMatch(/^HTTP\/1\.1 (200|40[0-4]|414|431) /)
      expect(answer).not.toMatch(/outside\n|hidden\n|root:|node_modules|at \w+ \(/)
      if (answer.startsWith('HTTP/1.1 200')) expect(answer).toContain(page)
    })
  }
})

describe('what only looks like HTTP', () => {
  const smuggled = (port: number) =>
    head('GET /session HTTP/1.1', `Host: 127.0.0.1:${port}`, 'X-Smuggled: yes')
  const attempts: [string, (port: number) => string][] = [
    [
      'two lengths',
      (port) =>
        head('POST /session HTTP/1.1', ...own(port), 'Content-Length: 0', 'Content-Length: 5') +
        smuggled(port),
    ],
    [
      'a length and chunks',
      (port) =>
        head('POST /session HTTP/1.1', ...own(port), 'Content-Length: 4', 'Transfer-Encoding: chunked') +
        `0${crlf}${crlf}` +
        smuggled(port),
    ],
    [
      'chunks twice',
      (port) =>
        head('POST /session HTTP/1.1', ...own(port), 'Transfer-Encoding: chunked, chunked') + smuggled(port),
    ],
    [
      'chunks in disguise',
      (port) => head('POST /session HTTP/1.1', ...own(port), 'Transfer-Encoding: xchunked') + smuggled(port),
    ],
    ['a negative length', (port) => head('POST /session HTTP/1.1', ...own(port), 'Content-Length: -1')],
    ['a length of letters', (port) => head('POST /session HTTP/1.1', ...own(port), 'Content-Length: 0x10')],
    [
      'a length beyond all numbers',
      (port) => head('POST /session HTTP/1.1', ...own(port), 'Content-Length: 99999999999999999999'),
    ],
    [
      'a chunk beyond all numbers',
      (port) =>
        head(
          'POST /session HTTP/1.1',
          ...own(port),
          'Content-Type: application/json',
          'Transfer-Encoding: chunked',
        ) + `fffffffffffffffff${crlf}x`,
    ],
    [
      'a broken chunk',
      (port) =>
        head(
          'POST /session HTTP/1.1',
          ...own(port),
          'Content-Type: application/json',
          'Transfer-Encoding: chunked',
        ) + `zz${crlf}x`,
    ],
    [
      'a folded header',
      (port) => `GET / HTTP/1.1${crlf}Host: 127.0.0.1:${port}${crlf}X: a${crlf} b${crlf}${crlf}`,
    ],
    ['a space before a colon', (port) => head('GET / HTTP/1.1', `Host : 127.0.0.1:${port}`)],
    ['a null in a header', (port) => head('GET / HTTP/1.1', `Host: 127.0.0.1:${port}`, 'X: a\u0000b')],
    ['a line break in a host', (port) => head('GET / HTTP/1.1', `Host: 127.0.0.1:${port}\rX: y`)],
    ['bare line feeds', (port) => `GET / HTTP/1.1\nHost: attacker.example:${port}\n\n`],
    [
      'an address instead of a path',
      (port) => head(`GET http://attacker.example/ HTTP/1.1`, `Host: 127.0.0.1:${port}`),
    ],
    [
      'its own address instead of a path',
      (port) => head(`GET http://127.0.0.1:${port}/ HTTP/1.1`, `Host: 127.0.0.1:${port}`),
    ],
    ['a star', (port) => head('GET * HTTP/1.1', `Host: 127.0.0.1:${port}`)],
    ['a tunnel', (port) => head(`CONNECT attacker.example:443 HTTP/1.1`, `Host: 127.0.0.1:${port}`)],
    ['no host, in HTTP/1.0', () => head('GET / HTTP/1.0')],
    ['no host, in HTTP/1.1', () => head('GET / HTTP/1.1')],
    ['another version', (port) => head('GET / HTTP/3.0', `Host: 127.0.0.1:${port}`)],
    ['HTTP/2', () => `PRI * HTTP/2.0${crlf}${crlf}SM${crlf}${crlf}`],
    ['TLS', () => '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003'],
    ['another protocol', () => `EHLO attacker.example${crlf}`],
    [
      'another protocol on this connection',
      (port) => head('GET /contract HTTP/1.1', ...own(port), 'Connection: Upgrade', 'Upgrade: h2c'),
    ],
    [
      'a header as long as a book',
      (port) => head('GET / HTTP/1.1', `Host: 127.0.0.1:${port}`, `X: ${'x'.repeat(200_000)}`),
    ],
    [
      'a thousand headers',
      (port) =>
        head(
          'GET / HTTP/1.1',
          `Host: 127.0.0.1:${port}`,
          ...Array.from({ length: 5_000 }, (_none, index) => `X-${index}: y`),
        ),
    ],
  ]
  for (const [what, bytes] of attempts) {
    withstands(`is refused, and nothing after it is read: ${what}`, async ({ loopback: { port } }) => {
      const answer = await send(port, bytes(port))
      expect(answer).toMatch(/^$|^HTTP\/1\.1 (4\d\d|505) /)
      // One answer at most: nothing that was hidden behind the request got one of its own.
      expect(answer.split('HTTP/1.1 ').length).toBeLessThanOrEqual(2)
      expect(answer.toLowerCase()).not.toContain('set-cookie')
    })
  }

  withstands('is refused, whatever the bytes are', async ({ loopback: { port } }) => {
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 300 }),
      fc.string({ minLength: 1 }).map((text) => Buffer.from(`${text}${crlf}${crlf}`)),
      fc
        .tuple(fc.constantFrom('GET', 'POST', 'PUT'), fc.string(), fc.string())
        .map(([method, target, rest]) => Buffer.from(head(`${method} /${target} HTTP/1.1`, rest))),
    )
    await fc.assert(
      fc.asyncProperty(bytes, async (drawn) => {
        const socket = net.connect(port, '127.0.0.1')
        let answer = ''
        socket.on('data', (chunk) => (answer += chunk.toString('latin1')))
        socket.on('error', () => undefined)
        await once(socket, 'connect')
        socket.end(drawn)
        await once(socket, 'close')
        expect(answer).toMatch(/^$|^HTTP\/1\.1 4\d\d /)
      }),
      { numRuns: 200 },
    )
  })
})

describe('who keeps it waiting', () => {
  withstands('does not keep others waiting: a hundred half requests', async ({ loopback: { port, url } }) => {
    const halves = Array.from({ length: 100 }, (_none, index) => {
      const socket = net.connect(port, '127.0.0.1')
      socket.on('error', () => undefined)
      socket.write(
        index % 2 === 0
          ? `GET / HTTP/1.1${crlf}Host: 127`
          : head(
              'POST /session HTTP/1.1',
              ...own(port),
              'Content-Type: application/json',
              'Content-Length: 1000',
            ) + '{"tok',
      )
      return { socket, closed: once(socket.resume(), 'close') }
    })
    for (let turn = 0; turn < 20; turn += 1) {
      expect((await ask(port, { headers: ownHeaders(url) })).status).toBe(200)
    }
    // They are ended by the server, without anything more from their side.
    await Promise.all(halves.map(({ closed }) => closed))
  })

  withstands(
    'does not keep a place: more connections than there are places',
    async ({ loopback: { port, url } }) => {
      const crowd = Array.from({ length: limits.http.connections + 50 }, () => {
        const socket = net.connect(port, '127.0.0.1')
        socket.on('error', () => undefined)
        return { socket, closed: once(socket.resume(), 'close') }
      })
      await Promise.all(crowd.map(({ closed }) => closed))
      expect((await ask(port, { headers: ownHeaders(url) })).status).toBe(200)
    },
  )
})
