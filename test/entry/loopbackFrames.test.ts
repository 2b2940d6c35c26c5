import net from 'node:net'
import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { limits } from '../../src-main/entry/loopback/limits.ts'
import { siege } from './loopback/besieged.ts'
import type { Besieged } from './loopback/besieged.ts'
import { connect, ownHeaders, pageProtocols } from './loopback/visitor.ts'
import type { Visit } from './loopback/visitor.ts'

const { withstands } = siege()

const afterHandshake = (bytes: Buffer) => bytes.subarray(bytes.indexOf('\r\n\r\n') + 4)

/** Connects with a good cookie, as bytes: what is sent afterwards is not made by a library that knows the rules. */
async function rawSocket({ loopback: { url, port }, cookie }: Besieged) {
  const socket = net.connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  const ended = new Promise<Buffer>((resolve) => {
    const chunks: Buffer[] = []
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.once('close', () => resolve(afterHandshake(Buffer.concat(chunks))))
  })
  const lines = [
    'GET /contract HTTP/1.1',
    ...ownHeaders(url).map(([name, value]) => `${name}: ${value}`),
    `Cookie: ${cookie}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Protocol: ${pageProtocols(cookie).join(', ')}`,
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ]
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  const first = await new Promise((resolve) =>
    socket.once('data', (chunk: Buffer) => resolve(chunk.toString('latin1'))),
  )
  expect(first).toMatch(/^HTTP\/1\.1 101 /)
  return { socket, ended }
}

interface Framing {
  readonly fin?: boolean
  readonly rsv?: number
  readonly opcode?: number
  readonly masked?: boolean
  /** Written instead of the payload's own length: 7 bits, or 16 or 64 bits in hex. */
  readonly length?: number | { readonly wide: string }
}

/** A WebSocket frame (RFC 6455, 5.2), as wrong as asked for. */
function frame(
  payload: Uint8Array,
  { fin = true, rsv = 0, opcode = 1, masked = true, length }: Framing = {},
): Buffer {
  const mask = Buffer.from([1, 2, 3, 4])
  const own = payload.length < 126 ? payload.length : { wide: payload.length.toString(16).padStart(16, '0') }
  const said = length ?? own
  const bits = masked ? 0x80 : 0
  const size =
    typeof said === 'number'
      ? Buffer.from([bits | said])
      : Buffer.concat([
          Buffer.from([bits | (said.wide.length === 4 ? 126 : 127)]),
          Buffer.from(said.wide, 'hex'),
        ])
  const body = masked ? payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0)) : payload
  return Buffer.concat([
    Buffer.from([(fin ? 0x80 : 0) | (rsv << 4) | opcode]),
    size,
    masked ? mask : Buffer.alloc(0),
    body,
  ])
}

const text = (words: string) => Buffer.from(words)
const hello = text('{"i":"1","p":{"u":"/members/me","b":{"json":{}}}}')

/** Close codes of the frames that a server sent, and of what it sent before. */
function closeCode(answer: Buffer): number | null {
  for (let at = 0; at + 4 <= answer.length;) {
    const length = (answer[at + 1] ?? 0) & 0x7f
    const wide = length === 126 ? 2 : length === 127 ? 8 : 0
    const size =
      wide === 0 ? length : Number(wide === 2 ? answer.readUInt16BE(at + 2) : answer.readBigUInt64BE(at + 2))
    if (((answer[at] ?? 0) & 0x0f) === 8) return answer.readUInt16BE(at + 2)
    at += 2 + wide + size
  }
  return null
}

describe('frames against the protocol', () => {
  const frames: [string, Buffer[], number][] = [
    ['an unmasked one', [frame(hello, { masked: false })], 1002],
    ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode): [string, Buffer[], number] => [
      `opcode ${opcode}`,
      [frame(hello, { opcode })],
      1002,
    ]),
    ...[1, 2, 4, 7].map((rsv): [string, Buffer[], number] => [
      `reserved bits ${rsv}`,
      [frame(hello, { rsv })],
      1002,
    ]),
    ['a continuation of nothing', [frame(hello, { opcode: 0 })], 1002],
    ['a beginning inside another', [frame(hello, { fin: false }), frame(hello, { fin: false })], 1002],
    ['a ping in pieces', [frame(text('x'), { opcode: 9, fin: false })], 1002],
    ['a ping that is too long', [frame(Buffer.alloc(126), { opcode: 9 })], 1002],
    ['a close with half a code', [frame(Buffer.from([3]), { opcode: 8 })], 1002],
    ['a close with a code that nobody may send', [frame(Buffer.from([0x03, 0xed]), { opcode: 8 })], 1002],
    ['a close with broken words', [frame(Buffer.from([0x03, 0xe8, 0xff]), { opcode: 8 })], 1007],
    ['text that is not UTF-8', [frame(Buffer.from([0x22, 0xc3, 0x28, 0x22]))], 1007],
    ['half a surrogate', [frame(Buffer.from([0xed, 0xa0, 0x80]))], 1007],
    ['overlong UTF-8', [frame(Buffer.from([0xc0, 0xaf]))], 1007],
    ['a length beyond the limit', [frame(hello, { length: { wide: '0000000000200000' } })], 1009],
    ['a length beyond all numbers', [frame(hello, { length: { wide: 'ffffffffffffffff' } })], 1009],
    [
      'pieces that together are beyond the limit',
      [
        frame(Buffer.alloc(limits.socket.frameBytes / 2 + 1, 0x20), { fin: false }),
        frame(Buffer.alloc(limits.socket.frameBytes / 2 + 1, 0x20), { opcode: 0 }),
      ],
      1009,
    ],
    [
      'more pieces than anybody needs',
      [
        Buffer.concat([
          frame(text('x'), { fin: false }),
          ...Array.from({ length: 20_000 }, () => frame(text(''), { opcode: 0, fin: false })),
        ]),
      ],
      1008,
    ],
    ['bytes', [frame(hello, { opcode: 2 })], 1003],
  ]
  for (const [what, bytes, code] of frames) {
    withstands(`end the socket with ${code}: ${what}`, async (world) => {
      const { socket, ended } = await rawSocket(world)
      for (const each of bytes) socket.write(each)
      expect(closeCode(await ended)).toBe(code)
    })
  }

  withstands('end nothing but their own socket: one that stops in the middle', async (world) => {
    const whole = frame(hello)
    for (let cut = 1; cut < whole.length; cut += 5) {
      const { socket, ended } = await rawSocket(world)
      socket.write(whole.subarray(0, cut))
      socket.destroy()
      await ended
    }
  })

  withstands('are answered or end their socket, whatever the bytes are', async (world) => {
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 400 }),
      fc
        .record({
          payload: fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string().map(text), fc.json().map(text)),
          fin: fc.boolean(),
          rsv: fc.constantFrom(0, 0, 0, 1, 4),
          opcode: fc.nat(15),
          masked: fc.constantFrom(true, true, false),
        })
        .map(({ payload, ...framing }) => frame(payload, framing)),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(bytes, { minLength: 1, maxLength: 4 }), async (drawn) => {
        const { socket, ended } = await rawSocket(world)
        socket.end(Buffer.concat(drawn))
        await ended
      }),
      { numRuns: 150 },
    )
  })
})

/** Sends messages on a socket that was let in; how that ended, or null where it still stands. */
async function say(world: Besieged, messages: readonly string[]): Promise<number | null> {
  const visit = await connect(world.loopback.url, world.cookie)
  for (const message of messages) visit.socket.send(message)
  const code = await Promise.race([visit.ended.then((ended) => ended.code), stillAnswers(visit)])
  visit.socket.terminate()
  return code
}

async function stillAnswers({ client }: Visit): Promise<null> {
  return client.members.me({}).then(
    () => null,
    // Closed meanwhile: the other side of the race says how.
    () => new Promise<never>(() => undefined),
  )
}

const call = (u: string, b?: unknown) => JSON.stringify({ i: 'x1', p: { u, b } })

describe('messages against the contract', () => {
  const wrong: [string, string, number | null][] = [
    ['no JSON', '{', 1007],
    ['nothing', '', 1007],
    ['a lonely value', 'true', 1007],
    ['a list', '[1,2,3]', 1007],
    ['an address of its own', call('http://attacker.example/inbox/approve'), 1007],
    ['a path that climbs', call('/../inbox/approve'), 1007],
    ['keys of the language around it', '{"i":"x1","__proto__":{"polluted":1},"p":{"u":"/members/me"}}', 1007],
    [
      'depth',
      `{"i":"x1","p":{"u":"/config/apply","b":{"json":${'['.repeat(100_000)}${']'.repeat(100_000)}}}}`,
      1007,
    ],
    ['a stream of its own', '{"i":"x1","t":3,"p":{"e":"message","d":{}}}', 1007],
    ['a file', '{"i":"x1","p":{"u":"/members/me","h":{"content-disposition":"filename=x"}}}', 1007],
    ['a procedure that is not there', call('/releases/erase'), null],
    ['half a procedure', call('/releases'), null],
    ['keys of the language as a procedure', call('/__proto__/constructor'), null],
    ['an inherited name as a procedure', call('/constructor'), null],
    ['no input', call('/inbox/approve'), null],
    [
      'keys of the language in an input',
      '{"i":"x1","p":{"u":"/inbox/approve","b":{"json":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}}}',
      null,
    ],
    [
      'a type that climbs',
      '{"i":"x1","p":{"u":"/inbox/approve","b":{"json":{},"meta":[[5,"__proto__","polluted"]]}}}',
      null,
    ],
    [
      'a type that climbs through its own key',
      '{"i":"x1","p":{"u":"/inbox/approve","b":{"json":{"__proto__":{"polluted":"/x/"}},"meta":[[5,"__proto__","polluted"]]}}}',
      null,
    ],
    [
      'a type of nothing',
      '{"i":"x1","p":{"u":"/inbox/approve","b":{"json":null,"meta":[[7,"a","b"],"x",null,7]}}}',
      null,
    ],
    [
      'files that are not there',
      '{"i":"x1","p":{"u":"/inbox/approve","b":{"json":{},"maps":[["a"]],"meta":[]}}}',
      null,
    ],
    ['giving up what was never asked', '{"i":"x9","t":4}', null],
  ]
  for (const [what, message, code] of wrong) {
    withstands(
      `${code === null ? 'are answered' : `end the socket with ${code}`}: ${what}`,
      async (world) => {
        expect(await say(world, [message])).toBe(code)
      },
    )
  }

  withstands('are one call only, when an id is used again before its answer', async (world) => {
    const twice = call('/members/me', { json: {} })
    expect(await say(world, [twice, twice, twice])).toBeNull()
  })

  const changing = [
    '/inbox/approve',
    '/inbox/reject',
    '/inbox/assign',
    '/releases/preview',
    '/releases/request_apply',
    '/releases/break_glass',
    '/config/apply',
    '/access/change',
  ]

  withstands('change nothing, whatever they carry', async (world) => {
    const key = fc.constantFrom(
      'json',
      'meta',
      'maps',
      '__proto__',
      'constructor',
      'prototype',
      'toString',
      'ticket',
      'command_id',
    )
    const { junk } = fc.letrec((tie) => ({
      junk: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, 0, -1, 1e308, '', '__proto__', 'a'.repeat(10_000)),
        fc.string({ unit: 'binary' }),
        fc.array(tie('junk'), { maxLength: 4 }),
        fc.dictionary(key, tie('junk'), { maxKeys: 4 }),
      ),
    }))
    const message = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.tuple(fc.constantFrom(...changing), junk).map(([path, input]) => call(path, input)),
      fc
        .tuple(fc.constantFrom(...changing), junk, junk)
        .map(([path, json, meta]) => call(path, { json, meta })),
      fc.record({ i: junk, t: junk, p: junk }).map((each) => JSON.stringify(each)),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 5 }), async (messages) => {
        expect([null, 1007]).toContain(await say(world, messages))
      }),
      { numRuns: 300 },
    )
  })
})
