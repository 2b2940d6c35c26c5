import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import { cookieEnded, cookieFor, cookieName, cookieTokens } from './cookie.ts'
import type { Links } from './links.ts'
import { keyHeader, keyShown } from './pageKey.ts'
import type { Session, Sessions } from './sessions.ts'
import type { Throttle } from './throttle.ts'

/** What decides who is in. */
export interface Door {
  /** Random; part of the cookie's name. */
  readonly instance: string
  readonly links: Links
  readonly sessions: Sessions
  readonly throttle: Throttle
}

const entering = z.strictObject({ token: z.string().min(1).max(128) })

/** The session that a Cookie header and a page's key belong to. */
export function sessionOf(
  { instance, sessions }: Door,
  shown: { readonly cookie: string | undefined; readonly key: string | null },
): Session | null {
  return sessions.find(cookieTokens(shown.cookie, cookieName(instance)), shown.key)
}

function sessionBehind(door: Door, { headers }: FastifyRequest): Session | null {
  return sessionOf(door, { cookie: headers.cookie, key: keyShown(headers[keyHeader]) })
}

/** Uses a link's token up; throws `identity_unknown` for a wrong one, `rate_limited` for too many of them. */
function enter({ links, sessions, throttle }: Door, body: unknown): ReturnType<Sessions['open']> {
  const given = entering.safeParse(body)
  if (given.success && links.redeem(given.data.token)) return sessions.open()
  const wait = throttle.wrong()
  if (wait > 0) throw new PilothouseError('rate_limited', { retry_after_seconds: wait }, { hint: 'link' })
  throw new PilothouseError('identity_unknown', {}, { hint: 'link' })
}

/**
 * The three requests around a session. `POST /session` with `{"token"}` of a one-time link gives the cookie, and the page
 * its key; with both, `GET /session` answers 200 while they count and 401 otherwise, and `POST /session/end` ends the
 * session, with its sockets.
 */
export function addEntering(app: FastifyInstance, door: Door): void {
  const name = cookieName(door.instance)
  app.post('/session', async (request, reply) => {
    // A person who enters again leaves what they had: one browser, one session.
    const { token, key } = enter(door, request.body)
    const before = sessionBehind(door, request)
    if (before !== null) door.sessions.end(before)
    return reply.header('Set-Cookie', cookieFor(name, token)).send({ session: true, key })
  })
  app.get('/session', async (request: FastifyRequest, reply: FastifyReply) => {
    const session = sessionBehind(door, request)
    if (session === null || !door.sessions.use(session)) return reply.code(401).send({ session: false })
    return { session: true }
  })
  app.post('/session/end', async (request, reply) => {
    const session = sessionBehind(door, request)
    if (session !== null) door.sessions.end(session)
    return reply.header('Set-Cookie', cookieEnded(name)).send({ session: false })
  })
}
