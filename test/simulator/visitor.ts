import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Clock } from '../../src-main/ports/clock.ts'
import {
  bootstrapArgv,
  commandLine,
  parseBootstrapAnswer,
  parseFollow,
  requestArgv,
} from '../../src-main/runtimes/compose/protocol.ts'
import type { Followed, HostRequest, JobRequest } from '../../src-main/runtimes/compose/protocol.ts'
import type { SimulatedHost } from '../../src-main/simulator/simulatedHost.ts'
import { openConnection } from '../../src-main/ssh/connection.ts'

export interface Said {
  readonly code: number | null
  readonly stdout: Buffer
  readonly stderr: string
}

/** What runs argv lines of the protocol somewhere. */
export interface Visitor {
  readonly run: (line: string, stdin?: string | Buffer) => Promise<Said>
}

export const script = '#!/bin/sh\n# what is installed on a simulated host is only kept by its digest\n'

export function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}

/** A visit through the product's own SSH, as a release makes it; ended when disposed of. */
export async function visit(host: SimulatedHost): Promise<Visitor & AsyncDisposable> {
  const folder = await mkdtemp(path.join(tmpdir(), 'simulator-visitor-'))
  const identity = path.join(folder, 'key')
  await writeFile(identity, host.clientKey, { mode: 0o600 })
  const { address, port, user, hostKeyFingerprint } = host
  const place = { address, port, user, host_key: hostKeyFingerprint }
  const connection = openConnection({ place, identities: [identity] })
  return {
    run: async (line, stdin = '') => {
      const said = await connection.exec(line, { stdin: Buffer.from(stdin) })
      return { ...said, stdout: Buffer.from(said.stdout) }
    },
    [Symbol.asyncDispose]: async () => {
      await connection.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Installs the script and gives what asks it. */
export async function install(visitor: Visitor, content: string | Buffer = script) {
  const said = await visitor.run(commandLine(bootstrapArgv(sha256(content))), content)
  const { path } = parseBootstrapAnswer(said.stdout.toString())
  const ask = (request: HostRequest, stdin?: string | Buffer) =>
    visitor.run(commandLine(requestArgv(path, request)), stdin)
  return { path, ask }
}
export type Ask = Awaited<ReturnType<typeof install>>['ask']

export const ledger = 'ledger-a'
export const project = 'shop'

/** Stores content under its own digest and gives that. */
export async function store(ask: Ask, content: string, into = project): Promise<string> {
  const digest = sha256(content)
  const said = await ask({ verb: 'put', project: into, digest, check: false }, `${digest}\n${content}`)
  if (said.code !== 0) throw new TypeError(`put ended with ${said.code}: ${said.stderr}`)
  return digest
}

/** Follows a job to its end and gives its exit code and all of its log. */
export async function toTheEnd(
  ask: Ask,
  job: string,
  of = project,
): Promise<{ code: number | undefined; log: string }> {
  let offset = 0
  let log = ''
  for (;;) {
    const said = await ask({ verb: 'follow', project: of, job, offset, wait: 5 })
    const { state, next, log: bytes }: Followed = parseFollow(said.stdout)
    offset = next
    log += Buffer.from(bytes).toString()
    if (state.kind === 'absent' || state.kind === 'lost') return { code: undefined, log }
    if (state.kind === 'done' && bytes.length === 0) return { code: state.exit_code, log }
  }
}

/** Starts a job, follows it to its end. */
export async function work(ask: Ask, request: JobRequest) {
  const said = await ask(request)
  if (said.code !== 0) throw new TypeError(`${request.verb} ended with ${said.code}: ${said.stderr}`)
  return toTheEnd(ask, request.job, request.project)
}

interface ServiceOptions {
  readonly image: string
  /** Published, of the host. */
  readonly port?: number
  readonly [option: string]: unknown
}

/** A document of services by image, with a health check and a port for each that is told one. */
export function compose(services: Record<string, ServiceOptions>): string {
  const entries = Object.entries(services).map(([name, { port, ...options }]): [string, unknown] => {
    const healthcheck = { test: ['CMD', 'true'], interval: '5s', retries: 2 }
    const ports = port === undefined ? [] : [{ target: 8080, published: String(port), protocol: 'tcp' }]
    return [name, { healthcheck, ports, ...options }]
  })
  return JSON.stringify({ services: Object.fromEntries(entries) })
}

let jobs = 0
const imagesOf = z.object({ services: z.record(z.string(), z.object({ image: z.string() })) })

/** Puts, pulls and brings up a document, as a release does; what the last job left. */
export async function release(ask: Ask, document: string, fence = 1, into = project) {
  const { services } = imagesOf.parse(JSON.parse(document))
  const references = [...new Set(Object.values(services).map(({ image }) => image))]
  const images = await store(ask, references.map((reference) => `${reference}=\n`).join(''), into)
  const held = { project: into, ledger, fence }
  const digest = await store(ask, document, into)
  jobs += 1
  const pulled = await work(ask, { verb: 'pull', ...held, job: `pull-${jobs}`, images })
  if (pulled.code !== 0) return pulled
  return work(ask, { verb: 'up', ...held, job: `up-${jobs}`, document: digest, images })
}

/** Asks again until an answer is as wanted; a test that waits in vain ends with the runner's own limit. */
export async function until<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (wanted(answer)) return answer
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** The machine's clock, but a sleep of `ms` ends only when it is let go. */
export function gatedClock(ms: number): { clock: Clock; letGo: () => void } {
  const gate = Promise.withResolvers<void>()
  const clock: Clock = {
    now: () => Date.now(),
    sleep: (asked, signal) =>
      asked === ms ? gate.promise : sleep(asked, undefined, signal === undefined ? {} : { signal }),
  }
  return { clock, letGo: gate.resolve }
}

/** Quick enough for tests; otherwise as usual. */
export const quick = { start: 5, pull: 5, stop: 5, probe: 20, run: 40, backoff: 20, slow: 300 }
