/**
 * @vitest-environment jsdom
 */
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  checkAgain,
  enter,
  protocolsOf,
  sessionFrom,
  tokenOf,
  useSession,
} from '../../../src-renderer/transport/session.ts'

type Asked = { readonly method: string; readonly body: unknown; readonly address: string }

/** Answers `POST /session` and `GET /session` by status; null means that nobody answers. */
function serving(statuses: { POST?: number; GET?: number | null }): Asked[] {
  const asked: Asked[] = []
  vi.stubGlobal('fetch', (_address: string, init: RequestInit) => {
    const method = init.method === 'POST' ? 'POST' : 'GET'
    asked.push({ method, body: init.body, address: window.location.href })
    const status = statuses[method]
    return status === null || status === undefined
      ? Promise.reject(new TypeError('failed to fetch'))
      : Promise.resolve({ status, json: () => Promise.resolve({ session: true, key: 'page-key' }) })
  })
  return asked
}

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('a one-time link', () => {
  it('gives its token once, and the address no longer holds it when it is used', async () => {
    window.location.hash = '#enter=secret-token'
    const asked = serving({ POST: 200 })
    expect(await enter(window)).toBe('entered')
    expect(asked).toHaveLength(1)
    expect(asked[0]).toMatchObject({ method: 'POST', body: JSON.stringify({ token: 'secret-token' }) })
    expect(asked[0]?.address).not.toContain('secret-token')
    expect(window.location.hash).toBe('#/')
    expect(protocolsOf(localStorage)).toEqual(['pilothouse', 'pilothouse.key.page-key'])
  })

  it('that was used up still lets in the browser that used it', async () => {
    window.location.hash = '#enter=used'
    serving({ POST: 401, GET: 200 })
    expect(await enter(window)).toBe('entered')
  })

  it.each([
    [{ POST: 401, GET: 401 }, 'link_refused'],
    [{ POST: 429, GET: 401 }, 'throttled'],
    [{ GET: null }, 'unreachable'],
  ] as const)('with the answers %o is %s', async (statuses, session) => {
    window.location.hash = '#enter=wrong'
    serving(statuses)
    expect(await enter(window)).toBe(session)
    expect(useSession.getState().session).toBe(session)
  })
})

describe('without a link', () => {
  it('an earlier cookie lets in, and none asks for a link', async () => {
    window.location.hash = '#/releases'
    serving({ GET: 200 })
    expect(await enter(window)).toBe('entered')
    expect(window.location.hash).toBe('#/releases')
    serving({ GET: 401 })
    expect(await enter(window)).toBe('no_session')
  })

  it('a server that is away for a moment ends no session; one that no longer knows the cookie does', async () => {
    useSession.setState({ session: 'entered' })
    serving({ GET: null })
    await checkAgain()
    expect(useSession.getState().session).toBe('entered')
    serving({ GET: 401 })
    await checkAgain()
    expect(useSession.getState().session).toBe('no_session')
  })
})

describe('what an answer means', () => {
  it('depends on what was asked', () => {
    expect(sessionFrom(204, 'enter')).toBe('entered')
    expect(sessionFrom(403, 'enter')).toBe('link_refused')
    expect(sessionFrom(403, 'check')).toBe('no_session')
    expect(sessionFrom(503, 'check')).toBe('unreachable')
  })

  it('is not asked for an address that is no link', () => {
    expect([tokenOf('#enter=a_B-1'), tokenOf('#/releases'), tokenOf('#enter='), tokenOf('')]).toEqual([
      'a_B-1',
      null,
      null,
      null,
    ])
  })
})
