import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { admit, isLoopbackHost } from '../../../src-main/entry/loopback/admission.ts'
import type { RequestHead } from '../../../src-main/entry/loopback/admission.ts'

const host = '127.0.0.1:7420'

function head(headers: readonly (readonly [string, string])[], more: Partial<RequestHead> = {}): RequestHead {
  return { method: 'GET', target: '/', rawHeaders: headers.flat(), upgrade: false, ...more }
}

const admitted = { admitted: true }
const refused = (status: number, refusal: string) => ({ admitted: false, status, refusal })

describe('a Host header', () => {
  it.each([
    '127.0.0.1',
    '127.0.0.1:1',
    '127.0.0.1:65535',
    'localhost',
    'localhost:8080',
    '[::1]',
    '[::1]:443',
  ])('names this machine: %s', (name) => {
    expect(isLoopbackHost(name)).toBe(true)
  })

  it.each([
    'attacker.example',
    '127.0.0.1.nip.example:7420',
    'localhost.evil',
    'evil.localhost',
    'notlocalhost',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '017700000001',
    '127.1',
    '127.0.1',
    '127.0.0.2',
    '0.0.0.0',
    '127.0.0.1.',
    'localhost.',
    'LOCALHOST',
    '127.0.0.1@attacker.example',
    'attacker.example@127.0.0.1',
    'user:secret@127.0.0.1:7420',
    '::1',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[0:0:0:0:0:0:0:1]',
    '[::1%25lo]',
    '127.0.0.1:',
    '127.0.0.1:0',
    '127.0.0.1:07420',
    '127.0.0.1:65536',
    '127.0.0.1:7420:7420',
    '127.0.0.1:7420/',
    '127.0.0.1:7420#',
    '127.0.0.1\\attacker.example',
    ' 127.0.0.1',
    '127.0.0.1 ',
    '127.0.0.1, attacker.example',
    'ⓛocalhost',
    'lоcalhost',
    '127。0。0。1',
    '',
  ])('is refused: %j', (name) => {
    expect(isLoopbackHost(name)).toBe(false)
    expect(admit(head([['Host', name]]))).toEqual(refused(421, 'host'))
  })

  it('is one of three names and a port, whatever else is drawn', () => {
    const drawn = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.domain(),
      fc.ipV4Extended(),
      fc.ipV6().map((address) => `[${address}]`),
      fc
        .tuple(fc.constantFrom('127.0.0.1', 'localhost', '[::1]'), fc.string())
        .map(([name, rest]) => name + rest),
    )
    fc.assert(
      fc.property(drawn, (name) => {
        const { ok, port } = oracle(name)
        return isLoopbackHost(name) === (ok && port)
      }),
    )
  })
})

/** The same rule, told another way. */
function oracle(name: string): { ok: boolean; port: boolean } {
  const known = ['127.0.0.1', 'localhost', '[::1]'].find(
    (each) => name === each || name.startsWith(`${each}:`),
  )
  if (known === undefined) return { ok: false, port: false }
  const rest = name.slice(known.length)
  const number = Number(rest.slice(1))
  const whole = Number.isInteger(number) && number >= 1 && number <= 65_535
  return { ok: true, port: rest === '' || (whole && String(number) === rest.slice(1)) }
}

describe('a request', () => {
  it('is let in when it is sent to this machine by name, by no page at all or by its own', () => {
    expect(admit(head([['Host', host]]))).toEqual(admitted)
    expect(
      admit(
        head([
          ['HOST', host],
          ['sec-fetch-site', 'none'],
        ]),
      ),
    ).toEqual(admitted)
    expect(
      admit(
        head([
          ['host', host],
          ['Origin', `http://${host}`],
        ]),
      ),
    ).toEqual(admitted)
    const acting = [
      ['Host', host],
      ['Origin', `http://${host}`],
      ['Sec-Fetch-Site', 'same-origin'],
    ] as const
    expect(admit(head(acting, { method: 'POST', target: '/session' }))).toEqual(admitted)
    expect(admit(head(acting, { target: '/contract', upgrade: true }))).toEqual(admitted)
  })

  it('is let in through a tunnel, whose port is another one on both sides', () => {
    const through = [
      ['Host', 'localhost:9000'],
      ['Origin', 'http://localhost:9000'],
    ] as const
    expect(admit(head(through, { upgrade: true }))).toEqual(admitted)
  })

  it('has exactly one Host', () => {
    expect(admit(head([]))).toEqual(refused(421, 'host'))
    expect(
      admit(
        head([
          ['Host', host],
          ['hOsT', host],
        ]),
      ),
    ).toEqual(refused(421, 'host'))
    expect(admit(head([['X-Forwarded-Host', host]]))).toEqual(refused(421, 'host'))
  })

  it.each(['http://127.0.0.1:7420/', 'http://attacker.example/', '*', 'session', '', '127.0.0.1:7420'])(
    'names a path, not %j',
    (target) => {
      expect(admit(head([['Host', host]], { target }))).toEqual(refused(400, 'target'))
    },
  )

  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'CONNECT', 'PROPFIND', 'get', ''])(
    'does not use %j',
    (method) => {
      expect(admit(head([['Host', host]], { method }))).toEqual(refused(405, 'method'))
    },
  )

  it('has a body with a length, or none', () => {
    const chunked = [
      ['Host', host],
      ['Origin', `http://${host}`],
      ['transfer-Encoding', 'chunked'],
    ] as const
    expect(admit(head(chunked, { method: 'POST' }))).toEqual(refused(400, 'body'))
  })

  it.each(['cross-site', 'same-site', 'SAME-ORIGIN', 'anything', ''])('does not come from %j', (site) => {
    expect(
      admit(
        head([
          ['Host', host],
          ['Sec-Fetch-Site', site],
        ]),
      ),
    ).toEqual(refused(403, 'site'))
  })

  it.each([
    'null',
    'http://attacker.example',
    'https://127.0.0.1:7420',
    'http://127.0.0.1',
    'http://127.0.0.1:7421',
    'http://localhost:7420',
    'http://127.0.0.1:7420/',
    'http://127.0.0.1:7420.attacker.example',
    'http://user@127.0.0.1:7420',
    'HTTP://127.0.0.1:7420',
    'file://',
    '',
  ])('is not made by a page of %j, reading or acting', (origin) => {
    const headers = [
      ['Host', host],
      ['Origin', origin],
    ] as const
    for (const more of [{}, { method: 'POST' }, { upgrade: true }]) {
      expect(admit(head(headers, more))).toEqual(refused(403, 'origin'))
    }
  })

  it('does not act without an Origin, nor with two', () => {
    const twice = [
      ['Host', host],
      ['Origin', `http://${host}`],
      ['Origin', `http://${host}`],
    ] as const
    for (const more of [{ method: 'POST' }, { upgrade: true }]) {
      expect(admit(head([['Host', host]], more))).toEqual(refused(403, 'origin'))
      expect(admit(head(twice, more))).toEqual(refused(403, 'origin'))
    }
  })

  it('never acts for another origin, whatever is drawn', () => {
    const name = fc.constantFrom(
      '127.0.0.1:7420',
      'localhost',
      '[::1]:1',
      'attacker.example',
      'localhost:99999',
    )
    const origin = fc.oneof(
      name.map((each) => `http://${each}`),
      fc.webUrl(),
      fc.string(),
    )
    const pairs = fc.array(
      fc.oneof(
        fc.tuple(fc.constantFrom('Host', 'host', 'HOST'), name),
        fc.tuple(fc.constantFrom('Origin', 'origin'), origin),
        fc.tuple(fc.constant('Sec-Fetch-Site'), fc.constantFrom('same-origin', 'none', 'cross-site')),
      ),
      { maxLength: 5 },
    )
    fc.assert(
      fc.property(pairs, fc.constantFrom('GET', 'POST'), fc.boolean(), (headers, method, upgrade) => {
        if (!admit(head(headers, { method, upgrade })).admitted) return true
        const of = (wanted: string) =>
          headers.filter(([each]) => each.toLowerCase() === wanted).map(([, value]) => value)
        const [only, ...others] = of('host')
        const own = of('origin').every((each) => each === `http://${only}`)
        const acts = method === 'POST' || upgrade
        return others.length === 0 && own && (!acts || of('origin').length === 1)
      }),
    )
  })
})
