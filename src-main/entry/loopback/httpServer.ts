import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import type { ReportDefect } from './contractHandler.ts'
import { addEntering } from './entering.ts'
import type { Door } from './entering.ts'
import { httpFailure } from './failures.ts'
import { answerRaw, letIn } from './gate.ts'
import { limits } from './limits.ts'
import { addPages } from './pages.ts'

type Handle = (request: IncomingMessage, response: ServerResponse) => void

/** The gate comes before routing: a request that is refused reaches nothing that could misread it. */
function gated(handle: Handle): Server {
  const { connections, headersMs, requestMs, keepAliveMs } = limits.http
  const server = createServer(
    {
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      keepAliveTimeout: keepAliveMs,
      connectionsCheckingInterval: 1_000,
    },
    (request, response) => {
      if (letIn(request, response)) handle(request, response)
    },
  )
  server.maxConnections = connections
  return server
}

/** What can not be read as HTTP gets one answer, unless the connection had one already, and its connection ends. */
function unreadable(_error: Error, socket: Socket): void {
  if (socket.bytesWritten === 0) answerRaw(socket, 400, 'Bad Request')
  else socket.end(() => socket.destroy())
}

/** The HTTP side of the entry point: the window's files and the requests around a session. */
export async function createHttp(
  door: Door,
  windowFolder: string,
  report: ReportDefect,
): Promise<FastifyInstance> {
  const app = Fastify({
    logger: false,
    bodyLimit: limits.http.bodyBytes,
    forceCloseConnections: true,
    clientErrorHandler: unreadable,
    serverFactory: gated,
  })
  app.removeContentTypeParser('text/plain')
  app.setErrorHandler(async (error, _request, reply) => {
    const { status, headers, body } = httpFailure(error, report)
    return reply.code(status).headers(headers).send(body)
  })
  addEntering(app, door)
  await addPages(app, windowFolder)
  return app
}
