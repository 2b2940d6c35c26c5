import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { say } from '../say.ts'
import { closing, serveSocket } from './contractSocket.ts'
import type { Closing, ContractSocket, SocketDesk } from './contractSocket.ts'
import { sessionOf } from './entering.ts'
import type { Door } from './entering.ts'
import { answerRaw, letUpgrade } from './gate.ts'
import { limits } from './limits.ts'
import { keyOffered, subprotocol } from './pageKey.ts'
import type { Session } from './sessions.ts'

/** The sockets of one instance. */
export interface Sockets {
  readonly open: ReadonlySet<ContractSocket>
  /** Closes all of them and lets no other in; resolves when they are closed. */
  close(why: Closing): Promise<void>
}

/** Takes upgrades of `server`: let in by the gate, to the contract's address, with a session that counts. */
export function acceptSockets(server: Server, door: Door, desk: Omit<SocketDesk, 'mayGoOn'>): Sockets {
  const settings = {
    noServer: true,
    maxPayload: limits.socket.frameBytes,
    perMessageDeflate: false,
    closeTimeout: limits.closingMs,
    handleProtocols: (offered: Set<string>) => (offered.has(subprotocol) ? subprotocol : (false as const)),
  }
  const accepting = new WebSocketServer(settings)
  const open = new Set<ContractSocket>()
  let ended = false

  const refusal = (request: IncomingMessage, session: Session | null): [number, string] | null => {
    if (request.url !== '/contract') return [404, say('say.loopback_address')]
    if (session === null || !door.sessions.use(session)) return [401, say('say.loopback_session')]
    if (ended || session.sockets.size >= limits.session.sockets) return [503, say('say.loopback_full')]
    return null
  }
  const serve = (request: IncomingMessage, socket: Duplex, head: Buffer, session: Session) => {
    accepting.handleUpgrade(request, socket, head, (accepted) => {
      const served = serveSocket(accepted, { ...desk, mayGoOn: () => door.sessions.use(session) })
      const end = () => served.close(closing.sessionOver)
      open.add(served)
      session.sockets.add(end)
      accepted.on('close', () => {
        open.delete(served)
        session.sockets.delete(end)
      })
    })
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Nobody else listens on a connection that is on its way to another protocol.
    socket.on('error', () => socket.destroy())
    if (!letUpgrade(request, socket)) return
    const { cookie, 'sec-websocket-protocol': protocols } = request.headers
    const session = sessionOf(door, { cookie, key: keyOffered(protocols) })
    const refused = refusal(request, session)
    if (refused !== null || session === null) return answerRaw(socket, ...(refused ?? [401, '']))
    serve(request, socket, head, session)
  })

  return {
    open,
    close: async (why) => {
      ended = true
      for (const socket of open) socket.close(why)
      await new Promise<void>((resolve) => accepting.close(() => resolve()))
    },
  }
}
