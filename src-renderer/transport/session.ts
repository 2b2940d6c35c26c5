import { z } from 'zod'
import { create } from 'zustand'

/**
 * Whether this browser may speak to the engine: the one-time link gave it a cookie (`entered`), there is none or it no
 * longer counts (`no_session`), the link was used up or wrong (`link_refused`), too many were tried (`throttled`), or
 * nobody answers (`unreachable`).
 */
export type Session = 'checking' | 'entered' | 'no_session' | 'link_refused' | 'throttled' | 'unreachable'

export const useSession = create<{ readonly session: Session }>(() => ({ session: 'checking' }))

/** Where the page keeps its key. Unlike the cookie, this is of one port alone. */
const keyItem = 'pilothouse.key'
const entered = z.object({ key: z.string() })

/** What the page offers when it connects: the contract's protocol, and the key that goes with the cookie. */
export function protocolsOf(kept: Pick<Storage, 'getItem'>): string[] {
  const key = kept.getItem(keyItem)
  return key === null ? ['pilothouse'] : ['pilothouse', `pilothouse.key.${key}`]
}

const entrance = /^#enter=([^&]+)$/

/** The token of a one-time link's address, if this is one. */
export function tokenOf(hash: string): string | null {
  return entrance.exec(hash)?.[1] ?? null
}

/** What the answer to `GET /session` or `POST /session` means. */
export function sessionFrom(status: number, asked: 'check' | 'enter'): Session {
  if (status >= 200 && status < 300) return 'entered'
  if (status === 429) return 'throttled'
  if (status >= 500) return 'unreachable'
  return asked === 'enter' ? 'link_refused' : 'no_session'
}

/** Whether the cookie and the page's key still count. */
function check(): Promise<Session> {
  return ask('check', { headers: { 'x-pilothouse-key': localStorage.getItem(keyItem) ?? '' } })
}

async function ask(asked: 'check' | 'enter', init: RequestInit): Promise<Session> {
  const answer = await answerTo({ ...init, credentials: 'same-origin', cache: 'no-store' })
  if (answer === null) return 'unreachable'
  const session = sessionFrom(answer.status, asked)
  if (asked === 'enter' && session === 'entered') {
    localStorage.setItem(keyItem, entered.parse(await answer.json()).key)
  }
  return session
}

/** `fetch` rejects with a TypeError when nobody answers; anything else is a defect. */
async function answerTo(init: RequestInit): Promise<Response | null> {
  try {
    return await fetch('/session', init)
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

/**
 * Enters by a one-time link, or finds out whether an earlier one still counts. The token leaves the address, and with it
 * the browser's history, before it is used.
 */
export async function enter(page: Window): Promise<Session> {
  const token = tokenOf(page.location.hash)
  if (token === null) return note(await check())
  page.history.replaceState(null, '', `${page.location.pathname}${page.location.search}#/`)
  // Replacing tells nobody, and the page that is shown depends on the address.
  page.dispatchEvent(new Event('hashchange'))
  const session = await ask('enter', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-pilothouse-key': localStorage.getItem(keyItem) ?? '',
    },
    body: JSON.stringify({ token }),
  })
  // A link that is opened again in the browser that used it up: its cookie still counts.
  return note(session === 'link_refused' && (await check()) === 'entered' ? 'entered' : session)
}

/** After a loss: whether the cookie still counts. Nobody answering is no answer: the session stays as it was. */
export async function checkAgain(): Promise<Session> {
  const session = await check()
  return session === 'no_session' ? note(session) : session
}

function note(session: Session): Session {
  useSession.setState({ session })
  return session
}
