import { describe, expect, it } from 'vitest'
import { cookieEnded, cookieFor, cookieName, cookieTokens } from '../../../src-main/entry/loopback/cookie.ts'
import { newToken } from '../../../src-main/entry/loopback/digests.ts'
import { limits } from '../../../src-main/entry/loopback/limits.ts'
import { createSessions } from '../../../src-main/entry/loopback/sessions.ts'

const hour = 3_600_000

describe('a session', () => {
  it('is found by its cookie and by no other', () => {
    const sessions = createSessions(() => 0)
    const [mine, theirs] = [sessions.open(), sessions.open()]
    const own = sessions.find([mine.token], mine.key)
    expect(own).not.toBeNull()
    expect(sessions.find([newToken(), theirs.token], theirs.key)).not.toBe(own)
    expect(sessions.find([newToken()], mine.key)).toBeNull()
    expect(sessions.find([], mine.key)).toBeNull()
  })

  it('is not found by a cookie without the key of its page, which other ports never see', () => {
    const sessions = createSessions(() => 0)
    const [mine, theirs] = [sessions.open(), sessions.open()]
    for (const key of [null, newToken(), theirs.key, mine.token]) {
      expect(sessions.find([mine.token], key)).toBeNull()
    }
  })

  it('ends twelve hours after it was last used, and closes its sockets', () => {
    let now = 0
    const sessions = createSessions(() => now)
    const { token, key } = sessions.open()
    const session = sessions.find([token], key)
    if (session === null) return expect.fail('there is a session')
    let closed = 0
    session.sockets.add(() => (closed += 1))
    now = 12 * hour - 1
    expect(sessions.use(session)).toBe(true)
    now += 12 * hour - 1
    sessions.sweep()
    expect(closed).toBe(0)
    now += 1
    expect(sessions.use(session)).toBe(false)
    sessions.sweep()
    expect([closed, sessions.find([token], key)]).toEqual([1, null])
  })

  it('ends after seven days, however much it is used', () => {
    let now = 0
    const sessions = createSessions(() => now)
    const { token, key } = sessions.open()
    const session = sessions.find([token], key)
    if (session === null) return expect.fail('there is a session')
    for (; now < limits.session.lifetimeMs; now += hour) expect(sessions.use(session)).toBe(true)
    expect(sessions.use(session)).toBe(false)
    expect(sessions.find([token], key)).toBeNull()
  })

  it('is over for every socket once it was ended', () => {
    const sessions = createSessions(() => 0)
    const { token, key } = sessions.open()
    const session = sessions.find([token], key)
    if (session === null) return expect.fail('there is a session')
    sessions.end(session)
    expect([sessions.use(session), sessions.find([token], key)]).toEqual([false, null])
  })

  it('gives way when there are too many: the one that was longest unused', () => {
    let now = 0
    const sessions = createSessions(() => now)
    const tokens = Array.from({ length: limits.session.open }, () => {
      now += 1
      return sessions.open()
    })
    const [eldest] = tokens
    if (eldest === undefined) return expect.fail('there are sessions')
    const first = sessions.find([eldest.token], eldest.key)
    if (first === null) return expect.fail('there is a session')
    now += 1
    sessions.use(first)
    tokens.push(sessions.open())
    const gone = tokens.map(({ token, key }) => sessions.find([token], key) === null)
    expect(gone).toEqual(tokens.map((_token, index) => index === 1))
  })
})

describe('its cookie', () => {
  const name = cookieName('abc123')
  const value = 'x'.repeat(43)

  it('is named after the instance, hidden from scripts, and kept from other sites', () => {
    expect(cookieFor(name, value)).toBe(`pilothouse_abc123=${value}; Path=/; HttpOnly; SameSite=Strict`)
    expect(cookieEnded(name)).toBe('pilothouse_abc123=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0')
  })

  it.each([
    ['alone', `pilothouse_abc123=${value}`, [value]],
    ['among others', `a=1; pilothouse_abc123=${value};b=2`, [value]],
    [
      'twice, as another port may have set it',
      `pilothouse_abc123=${'y'.repeat(43)}; pilothouse_abc123=${value}`,
      ['y'.repeat(43), value],
    ],
    ['of another instance', `pilothouse_abc124=${value}`, []],
    ['with another name around it', `xpilothouse_abc123=${value}; pilothouse_abc123x=${value}`, []],
    ['without the form of a token', 'pilothouse_abc123=short; pilothouse_abc123=', []],
    ['without a value', 'pilothouse_abc123', []],
    ['nowhere', undefined, []],
  ])('is read: %s', (_case, header, expected) => {
    expect(cookieTokens(header, name)).toEqual(expected)
  })
})
