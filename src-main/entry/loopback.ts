import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { PilothouseError } from '../../src-preload/contract/errors.ts'
import { runtimes } from '../../src-preload/contract/vocabulary.ts'
import { inProcessClient } from '../api/router.ts'
import type { ApiContext } from '../api/surroundings.ts'
import type { Carried } from '../engine/due.ts'
import type { Clock } from '../ports/clock.ts'
import type { Engine } from '../engine/engine.ts'
import type { Failure } from './failure.ts'
import { contractHandler } from './loopback/contractHandler.ts'
import { closing } from './loopback/contractSocket.ts'
import { defectReporter } from './loopback/defects.ts'
import type { Told } from './loopback/defects.ts'
import type { Door } from './loopback/entering.ts'
import { createHttp } from './loopback/httpServer.ts'
import { limits } from './loopback/limits.ts'
import { createLinks } from './loopback/links.ts'
import { requireWindow } from './loopback/pages.ts'
import { keepRuns } from './loopback/runs.ts'
import type { Runs } from './loopback/runs.ts'
import { createSessions } from './loopback/sessions.ts'
import { goRound } from './loopback/tending.ts'
import { createThrottle } from './loopback/throttle.ts'
import { acceptSockets } from './loopback/upgrading.ts'
import type { Sockets } from './loopback/upgrading.ts'

export interface LoopbackOptions {
  /** What the contract's procedures work with: one profile. */
  readonly context: ApiContext
  /** The built window. */
  readonly windowFolder: string
  /** 0, or none, for any free one. */
  readonly port?: number | undefined
  /** Whether releases are carried out here when their time has come. */
  readonly execute?: boolean | undefined
  readonly clock: Clock
  readonly told: Told & {
    /** Looking for what is due failed; said once until it works again or fails in another way. */
    trouble(failure: Failure): void
    /** A release that was due was carried out here, or could not be begun. */
    carried(carried: Carried): void
  }
}

/** A window that is served on this machine, to whoever opens one of its links. */
export interface Loopback {
  /** `http://127.0.0.1:<port>`, which is also what `link` begins with. */
  readonly url: string
  readonly port: number
  /** A fresh link, good once and for ten minutes. Its token is a fragment, which no request and no Referer carries. */
  link(): string
  /** Releases that are carried out here. */
  readonly runs: Pick<Runs, 'running' | 'settled'>
  /** Ends sessions, sockets and streams. A release that is carried out goes on: wait for `runs` before more is ended. */
  close(): Promise<void>
}

function openDoor(now: () => number): Door {
  return {
    instance: randomBytes(9).toString('hex'),
    links: createLinks(now),
    sessions: createSessions(now),
    throttle: createThrottle(now),
  }
}

/**
 * Serves the window and the contract on 127.0.0.1. Throws `not_found` (hint `window`) where no window was built, and
 * `conflict` (hint `port_taken`) where something else listens on the port.
 */
export async function serveLoopback(options: LoopbackOptions): Promise<Loopback> {
  const { windowFolder, clock, told } = options
  requireWindow(windowFolder)
  const report = defectReporter(told)
  const door = openDoor(() => clock.now())
  const runs = keepRuns(options.context.engine, report)
  const context: ApiContext = { ...options.context, engine: runs.engine, source: 'desktop' }
  const app = await createHttp(door, windowFolder, report)
  const sockets = acceptSockets(app.server, door, { handler: contractHandler(report), report, context })
  const url = await listen(app, options.port ?? 0)
  const ending = new AbortController()
  const rounds = [watchOver(door, sockets, options, ending.signal), tend(context, options, ending.signal)]
  if (options.execute === true) void carryOut(runs.engine, options, ending.signal)
  return {
    url,
    port: Number(new URL(url).port),
    link: () => `${url}/#enter=${door.links.issue()}`,
    runs,
    close: async () => {
      ending.abort()
      await sockets.close(closing.serverEnds)
      await app.close()
      await Promise.all(rounds)
    },
  }
}

async function listen(app: FastifyInstance, port: number): Promise<string> {
  try {
    return await app.listen({ host: '127.0.0.1', port })
  } catch (error) {
    await app.close()
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new PilothouseError('conflict', { port }, { cause: error, hint: 'port_taken' })
    }
    throw error
  }
}

/** Ends sessions that ran out and sockets that nobody is at the other end of. */
function watchOver(
  door: Door,
  sockets: Sockets,
  options: LoopbackOptions,
  signal: AbortSignal,
): Promise<void> {
  return goRound({
    clock: options.clock,
    everyMs: limits.heartbeatMs,
    signal,
    round: async () => {
      door.sessions.sweep()
      for (const socket of sockets.open) socket.beat()
    },
    failed: (failure) => options.told.trouble(failure),
  })
}

/** Announces what time has decided, and carries out what is due where that was asked for. */
function tend(context: ApiContext, options: LoopbackOptions, signal: AbortSignal): Promise<void> {
  const client = inProcessClient(context)
  const executes = options.execute === true ? runtimes.filter((name) => name in context.parts.runtimes) : []
  return goRound({
    clock: options.clock,
    everyMs: limits.tendMs,
    signal,
    round: async () => {
      await client.inbox.tend({ executes })
    },
    failed: (failure) => options.told.trouble(failure),
  })
}

/** Carries out what is due, beside the looking after tickets: a release may take longer than a round. */
function carryOut(engine: Engine, options: LoopbackOptions, signal: AbortSignal): Promise<void> {
  const said = new Set<string>()
  return goRound({
    clock: options.clock,
    everyMs: limits.tendMs,
    signal,
    round: async () => {
      for (const carried of await engine.carryOutDue(() => undefined, signal)) {
        const key = `${carried.release.id} ${carried.kind === 'refused' ? carried.error.code : carried.kind}`
        if (!said.has(key)) options.told.carried(carried)
        said.add(key)
      }
    },
    failed: (failure) => options.told.trouble(failure),
  })
}
