import { ORPCError, mapEventIterator } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import { WebSocket as ReconnectingWebSocket } from 'partysocket'
import { noteConnection } from '../state/connection.ts'
import { mutates } from './client.ts'
import type { Link } from './client.ts'
import { failing } from './failure.ts'
import { protocolsOf } from './session.ts'

/** What is used of a socket that reconnects by itself. */
export type Socket = Pick<WebSocket, 'addEventListener' | 'removeEventListener' | 'send' | 'readyState'>

const open = 1

/** A socket that reconnects by itself, saying its state as any socket does. */
class ContractSocket extends ReconnectingWebSocket {
  override get readyState(): Socket['readyState'] {
    switch (super.readyState) {
      case 0:
        return 0
      case open:
        return open
      case 2:
        return 2
      default:
        return 3
    }
  }
}

/** The engine behind the page's own address; it connects when it is told to, and again after each loss. */
export function contractSocket(address: string): ReconnectingWebSocket & Socket {
  // Asked for at each connection: a page may enter anew while it stands.
  return new ContractSocket(address, () => Promise.resolve(protocolsOf(localStorage)), {
    startClosed: true,
    minReconnectionDelay: 400,
    maxReconnectionDelay: 5_000,
    // What could not be sent is refused by the link and never sent later behind the person's back.
    maxEnqueuedMessages: 0,
  })
}

/** The address of the contract's socket for a page. */
export function contractAddress(page: Pick<Location, 'protocol' | 'host'>): string {
  return `${page.protocol === 'https:' ? 'wss:' : 'ws:'}//${page.host}/contract`
}

/**
 * Calls over a socket that comes and goes. A read waits for the connection; a command without one fails at once with
 * `offline`, and one whose answer was lost with its hint `unanswered`: nobody knows whether it was done, and nothing is
 * ever sent twice.
 */
export function socketLink(socket: Socket): Link {
  const link = new RPCLink({ websocket: socket })
  let losses = 0
  socket.addEventListener('open', () => noteConnection('live'))
  socket.addEventListener('close', () => {
    losses += 1
    noteConnection('offline')
  })
  return {
    call: async (path, input, options) => {
      const command = mutates(path)
      if (command && socket.readyState !== open) throw failing('offline')
      if (!command) await opened(socket, options.signal)
      const before = losses
      const told = (error: unknown) => lost(error, losses > before, command)
      try {
        const answer = await link.call(path, input, options)
        if (!isStream(answer)) return answer
        return mapEventIterator(answer, {
          value: (value) => Promise.resolve(value),
          error: (error) => Promise.resolve(told(error)),
        })
      } catch (error) {
        throw told(error)
      }
    },
  }
}

function isStream(answer: unknown): answer is AsyncIteratorObject<unknown, unknown> {
  return typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer
}

function lost(error: unknown, closed: boolean, command: boolean): unknown {
  if (!closed || error instanceof ORPCError) return error
  return failing('offline', {}, command ? 'unanswered' : null)
}

/** Waits until the socket is open, or throws why nobody waits any longer. */
export function opened(socket: Socket, signal?: AbortSignal): Promise<void> {
  if (socket.readyState === open) return Promise.resolve()
  return new Promise((resolve, reject) => {
    const leave = () => {
      socket.removeEventListener('open', arrive)
      reject(failing('offline'))
    }
    const arrive = () => {
      signal?.removeEventListener('abort', leave)
      resolve()
    }
    if (signal?.aborted === true) return leave()
    socket.addEventListener('open', arrive, { once: true })
    signal?.addEventListener('abort', leave, { once: true })
  })
}
