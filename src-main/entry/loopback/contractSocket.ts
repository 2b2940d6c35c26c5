import type { RPCHandler } from '@orpc/server/websocket'
import { WebSocket } from 'ws'
import type { RawData } from 'ws'
import type { ApiContext } from '../../api/surroundings.ts'
import type { ReportDefect } from './contractHandler.ts'
import { readFrame } from './frames.ts'
import { limits } from './limits.ts'

/** Why a socket is closed, as the window reads it. 1xxx are of RFC 6455, 4xxx our own. */
export const closing = {
  serverEnds: { code: 1001, reason: 'the server ends' },
  noFiles: { code: 1003, reason: 'only text is spoken here' },
  malformed: { code: 1007, reason: 'not a message of this contract' },
  tooSlow: { code: 1008, reason: 'answers are not read' },
  tooMany: { code: 1013, reason: 'too many calls at once' },
  sessionOver: { code: 4401, reason: 'the session is over' },
} as const
export type Closing = (typeof closing)[keyof typeof closing]

/** What a socket is served with. */
export interface SocketDesk {
  readonly handler: RPCHandler<ApiContext>
  readonly context: ApiContext
  readonly report: ReportDefect
  /** Whether its session still counts; asked at every message. */
  mayGoOn(): boolean
}

export interface ContractSocket {
  /** Asks whether the other side is there; ends the socket where it was not since the last time. */
  beat(): void
  close(why: Closing): void
}

/** What the handler writes to; it waits for each message to be sent before it makes the next one of a stream. */
interface Peer {
  send(data: unknown): Promise<void>
  addEventListener(): void
}

/** Sending ends when the message has left this process, so that a slow reader slows down who writes. */
function peerOf(socket: WebSocket): Peer {
  const send = (data: unknown): Promise<void> => {
    if (typeof data !== 'string') throw new TypeError('the contract carries text only')
    return new Promise((resolve, reject) => {
      socket.send(data, (error) => (error instanceof Error ? reject(error) : resolve()))
    })
  }
  return { send, addEventListener: () => undefined }
}

function endSocket(socket: WebSocket, { code, reason }: Closing): void {
  if (socket.readyState === WebSocket.OPEN) socket.close(code, reason)
}

/** Serves the contract on one socket that was let in, until either side closes it. */
export function serveSocket(socket: WebSocket, desk: SocketDesk): ContractSocket {
  const peer = peerOf(socket)
  let calls = 0
  let answered = true

  const told = (error: unknown) => {
    // Whoever is gone gets no answer: what was under way for them ends with an error of the socket.
    if (socket.readyState === WebSocket.OPEN) desk.report(error)
  }
  const take = (data: RawData, isBinary: boolean): Closing | null => {
    if (!desk.mayGoOn()) return closing.sessionOver
    if (isBinary || !(data instanceof Buffer)) return closing.noFiles
    const text = data.toString('utf8')
    if (readFrame(text) === null) return closing.malformed
    if (calls >= limits.socket.calls) return closing.tooMany
    if (socket.bufferedAmount > limits.socket.unsentBytes) return closing.tooSlow
    calls += 1
    desk.handler
      .message(peer, text, { context: desk.context })
      .catch(told)
      .finally(() => {
        calls -= 1
      })
    return null
  }

  socket.on('message', (data, isBinary) => {
    // Messages that were on their way when we closed still arrive.
    if (socket.readyState !== WebSocket.OPEN) return
    const refused = take(data, isBinary)
    if (refused !== null) endSocket(socket, refused)
  })
  socket.on('pong', () => {
    answered = true
  })
  // A broken frame or a lost connection: the library closes with the code that belongs to it.
  socket.on('error', () => undefined)
  socket.on('close', () => desk.handler.close(peer))

  return {
    beat: () => {
      if (!answered || socket.bufferedAmount > limits.socket.unsentBytes) return socket.terminate()
      answered = false
      if (socket.readyState === WebSocket.OPEN) socket.ping()
    },
    close: (why) => endSocket(socket, why),
  }
}
