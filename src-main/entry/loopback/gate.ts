import type { IncomingMessage, ServerResponse } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { say } from '../say.ts'
import { admit } from './admission.ts'
import type { Refusal } from './admission.ts'
import { securityHeaders } from './headers.ts'

const words = {
  target: 'say.loopback_target',
  method: 'say.loopback_method',
  body: 'say.loopback_body',
  host: 'say.loopback_host',
  origin: 'say.loopback_origin',
  site: 'say.loopback_site',
} as const satisfies Record<Refusal, string>

function judge(request: IncomingMessage, upgrade: boolean): { status: number; text: string } | null {
  const { method = '', url: target = '', rawHeaders } = request
  const admission = admit({ method, target, rawHeaders, upgrade })
  if (admission.admitted) return null
  return { status: admission.status, text: say(words[admission.refusal]) }
}

/**
 * Lets a request through, or answers it and closes its connection: what follows on it is not read as another request.
 */
export function letIn(request: IncomingMessage, response: ServerResponse): boolean {
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value)
  const refused = judge(request, false)
  if (refused === null) return true
  response.writeHead(refused.status, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' })
  response.end(`${refused.text}\n`)
  return false
}

/** The same for a request to upgrade, before anything is upgraded. */
export function letUpgrade(request: IncomingMessage, socket: Duplex): boolean {
  const refused = judge(request, true)
  if (refused !== null) answerRaw(socket, refused.status, refused.text)
  return refused === null
}

/** An answer on a connection that has no response object of its own, and its end. */
export function answerRaw(socket: Duplex, status: number, text: string): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const body = `${text}\n`
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...Object.entries(securityHeaders).map(([name, value]) => `${name}: ${value}`),
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}
