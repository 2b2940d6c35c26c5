import { describe, expect, it } from 'vitest'
import { createLinks } from '../../../src-main/entry/loopback/links.ts'
import { limits } from '../../../src-main/entry/loopback/limits.ts'
import { createThrottle } from '../../../src-main/entry/loopback/throttle.ts'
import { newToken } from '../../../src-main/entry/loopback/digests.ts'

const minute = 60_000

describe('a one-time link', () => {
  it('has a token of 256 bits, never the same twice', () => {
    const links = createLinks(() => 0)
    const tokens = Array.from({ length: 1000 }, () => links.issue())
    expect(new Set(tokens).size).toBe(1000)
    expect(tokens.every((token) => Buffer.from(token, 'base64url').length === 32)).toBe(true)
  })

  it('lets in once', () => {
    const links = createLinks(() => 0)
    const token = links.issue()
    expect([links.redeem(token), links.redeem(token)]).toEqual([true, false])
  })

  it('lets nobody in by another token, or by one that is nearly right', () => {
    const links = createLinks(() => 0)
    const token = links.issue()
    const nearly = [
      newToken(),
      '',
      token.slice(1),
      `${token} `,
      `${token}A`,
      token.toUpperCase(),
      token.toLowerCase(),
    ]
    expect(nearly.map((each) => links.redeem(each))).toEqual(nearly.map(() => false))
    expect(links.redeem(token)).toBe(true)
  })

  it('is good for ten minutes and not a moment longer', () => {
    let now = 0
    const links = createLinks(() => now)
    const [first, second] = [links.issue(), links.issue()]
    now = 10 * minute - 1
    expect(links.redeem(first)).toBe(true)
    now = 10 * minute
    expect(links.redeem(second)).toBe(false)
  })

  it('makes the oldest of too many useless', () => {
    const links = createLinks(() => 0)
    const tokens = Array.from({ length: limits.link.open + 1 }, () => links.issue())
    expect(tokens.map((token) => links.redeem(token))).toEqual(tokens.map((_token, index) => index > 0))
  })
})

describe('wrong tokens', () => {
  it('are answered at once at first, and then each has to wait', () => {
    const throttle = createThrottle(() => 0)
    const waits = Array.from({ length: limits.wrongTokens.burst + 2 }, () => throttle.wrong())
    expect(waits).toEqual([...Array.from({ length: limits.wrongTokens.burst }, () => 0), 6, 6])
  })

  it('are answered again as time passes, one for each pause, and never more than at first', () => {
    let now = 0
    const throttle = createThrottle(() => now)
    const flood = () =>
      Array.from({ length: 100 }, () => throttle.wrong()).filter((wait) => wait === 0).length
    expect(flood()).toBe(limits.wrongTokens.burst)
    now += limits.wrongTokens.refillMs - 1
    expect(throttle.wrong()).toBe(1)
    now += 1
    expect(flood()).toBe(1)
    now += 3 * limits.wrongTokens.refillMs
    expect(flood()).toBe(3)
    now += 1000 * limits.wrongTokens.refillMs
    expect(flood()).toBe(limits.wrongTokens.burst)
  })
})
