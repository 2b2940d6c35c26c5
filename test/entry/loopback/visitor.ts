import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import { WebSocket } from 'ws'
import { z } from 'zod'
import type { Client } from '../../../src-main/entry/surroundings.ts'

/** An answer of a server, whole. */
export interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

export interface Asked {
  readonly method?: string
  readonly path?: string
  /** Names and values by turns; Host is not added. */
  readonly headers?: readonly (readonly [string, string])[]
  readonly body?: string
}

/** One HTTP request with exactly these headers, on a connection of its own. */
export async function ask(
  port: number,
  { method = 'GET', path = '/', headers = [], body }: Asked,
): Promise<Answer> {
  const length = method === 'POST' ? ['Content-Length', String(Buffer.byteLength(body ?? ''))] : []
  const request = http.request({
    host: '127.0.0.1',
    port,
    method,
    path,
    headers: [...headers.flat(), ...length],
    agent: false,
  })
  request.end(body)
  const answered: [http.IncomingMessage] = await new Promise((resolve, reject) => {
    request.once('response', (response) => resolve([response]))
    request.once('upgrade', (response, socket) => {
      socket.destroy()
      resolve([response])
    })
    request.once('error', reject)
  })
  const [response] = answered
  let text = ''
  response.setEncoding('utf8')
  for await (const chunk of response) text += String(chunk)
  return { status: response.statusCode ?? 0, headers: response.headers, body: text }
}

/** Bytes as they are, and everything that came back until the server closed the connection. */
export async function send(port: number, ...chunks: readonly (string | Uint8Array)[]): Promise<string> {
  const socket = net.connect(port, '127.0.0.1')
  let answer = ''
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => (answer += chunk))
  // A server that refuses may close before everything is sent.
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  for (const chunk of chunks) socket.write(chunk)
  await new Promise((resolve) => socket.once('close', resolve))
  return answer
}

/** What a page of that server sends along with everything. */
export function ownHeaders(url: string): [string, string][] {
  const { host } = new URL(url)
  return [
    ['Host', host],
    ['Origin', `http://${host}`],
    ['Sec-Fetch-Site', 'same-origin'],
  ]
}

/** The token of a one-time link. */
export function tokenOf(link: string): string {
  return new URL(link).hash.replace('#enter=', '')
}

/** What pages keep beside their cookies, by cookie; a browser keeps it for the page's address alone. */
const pageKeys = new Map<string, string>()
const withKey = z.object({ key: z.string() })

/** The headers of a page that came in: its cookie, and the key that it kept. */
export function enteredHeaders(cookie: string): [string, string][] {
  const key = pageKeys.get(cookie)
  return [
    ['Cookie', cookie],
    ...(key === undefined ? [] : [['X-Pilothouse-Key', key] satisfies [string, string]]),
  ]
}

/** The subprotocols that the page of a cookie offers. */
export function pageProtocols(cookie: string): string[] {
  const key = pageKeys.get(cookie)
  return key === undefined ? ['pilothouse'] : ['pilothouse', `pilothouse.key.${key}`]
}

/** Shows a token to a server as its page does. */
export async function showToken(
  url: string,
  token: string,
  more: readonly (readonly [string, string])[] = [],
): Promise<Answer> {
  const answer = await ask(Number(new URL(url).port), {
    method: 'POST',
    path: '/session',
    headers: [...ownHeaders(url), ['Content-Type', 'application/json'], ...more],
    body: JSON.stringify({ token }),
  })
  if (answer.status === 200) pageKeys.set(cookieOf(answer), withKey.parse(JSON.parse(answer.body)).key)
  return answer
}

/** The `name=value` of the cookie that an answer sets. */
export function cookieOf({ headers }: Answer): string {
  return headers['set-cookie']?.[0]?.split(';', 1)[0] ?? ''
}

/** Opens a one-time link; gives the cookie that it brought. */
export async function enter(server: { readonly url: string; link(): string }): Promise<string> {
  const answer = await showToken(server.url, tokenOf(server.link()))
  if (answer.status !== 200) throw new TypeError(`not let in: ${answer.status} ${answer.body}`)
  return cookieOf(answer)
}

/** The library's socket has what the contract's client uses of a browser's. */
const asInBrowsers = z.custom<ConstructorParameters<typeof RPCLink>[0]['websocket']>()

/** Why a socket was closed, or the status that an upgrade was refused with. */
export type Ended = { readonly code: number; readonly reason: string }

export interface Visit {
  readonly socket: WebSocket
  /** The contract over that socket. */
  readonly client: Client
  /** Resolves when it is closed, by whichever side. */
  readonly ended: Promise<Ended>
}

export interface Connecting {
  readonly headers?: Record<string, string>
  /** The subprotocols that are offered; those of the cookie's page where none are given. */
  readonly protocols?: string[]
  readonly path?: string
  /** Whether pings are answered. */
  readonly autoPong?: boolean
}

/** Connects to the contract as a page does; rejects with `Unexpected server response: <status>` where it is refused. */
export async function connect(
  url: string,
  cookie: string,
  { headers = {}, protocols = pageProtocols(cookie), path = '/contract', autoPong = true }: Connecting = {},
): Promise<Visit> {
  const { host, port } = new URL(url)
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols, {
    headers: {
      Host: host,
      Origin: `http://${host}`,
      'Sec-Fetch-Site': 'same-origin',
      ...(cookie === '' ? {} : { Cookie: cookie }),
      ...headers,
    },
    perMessageDeflate: false,
    autoPong,
  })
  const ended = new Promise<Ended>((resolve) => {
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString('utf8') }))
  })
  await once(socket, 'open')
  // A server that ends a socket at once is an error of the socket to the library; `ended` tells it.
  socket.on('error', () => undefined)
  const link = new RPCLink({ websocket: asInBrowsers.parse(socket) })
  return { socket, client: createORPCClient<Client>(link), ended }
}
