import { createHash } from 'node:crypto'
import { z } from 'zod'
import { PilothouseError, isPilothouseError } from '../../../src-preload/contract/errors.ts'
import type { Clock } from '../../ports/clock.ts'
import { isCut } from '../../ssh/connection.ts'
import type { ExecOptions, Executed } from '../../ssh/connection.ts'
import type { HostCommands } from './commands.ts'
import { parseContainer } from './container.ts'
import type { ContainerRecord } from './container.ts'
import { errorOf, lastLine } from './exits.ts'
import {
  bootstrapArgv,
  exitCodes,
  hostRequest,
  parseBootstrapAnswer,
  parseFacts,
  parseFence,
  parseFollow,
  parseHealth,
  parseImages,
  requestArgv,
} from './protocol.ts'
import type {
  FenceAnswer,
  Followed,
  HostFacts,
  HostImage,
  HostRequest,
  HttpAnswer,
  JobRequest,
} from './protocol.ts'
import type { HostScript } from './script.ts'

export interface HostOptions {
  readonly commands: HostCommands
  readonly script: HostScript
  readonly clock: Clock
}

/** How a detached verb answered: its job runs (or ran), or why it can't begin yet. */
export type Start =
  | { readonly kind: 'started' | 'attached' }
  | { readonly kind: 'file_absent' }
  | { readonly kind: 'busy'; readonly job: string }

/** After a cut, every verb is asked again: each is safe to repeat. In milliseconds. */
const brief = [200, 1000, 3000]
/** While a job works nobody hurries: about two minutes in all. */
const patient = [200, 500, 1000, 2000, 4000, 8000, 15_000, 30_000, 60_000]
const followWaitSeconds = 20
const referencesAtOnce = 100

/**
 * One host that speaks the protocol, verb by verb. Every method throws `ssh_*` where the host can't be reached, and
 * what `exits.ts` makes of a refusal; an answer of another form is `internal_error`.
 */
export class ComposeHost {
  readonly name: string
  readonly #options: HostOptions
  #path: Promise<string> | null = null

  constructor(options: HostOptions) {
    this.#options = options
    this.name = options.commands.name
  }

  facts(signal?: AbortSignal): Promise<HostFacts> {
    return this.#read({ verb: 'facts' }, parseFacts, { signal })
  }

  async images(references: readonly string[]): Promise<readonly HostImage[]> {
    const found: HostImage[] = []
    for (let from = 0; from < references.length; from += referencesAtOnce) {
      const some = references.slice(from, from + referencesAtOnce)
      found.push(...(await this.#read({ verb: 'images', references: some }, parseImages)))
    }
    return found
  }

  /** Every container of a project, stopped ones included. */
  containers(project: string, signal?: AbortSignal): Promise<readonly ContainerRecord[]> {
    const parse = (text: string): ContainerRecord[] =>
      text
        .split('\n')
        .filter((line) => line !== '')
        .map(parseContainer)
    return this.#read({ verb: 'ps', project }, parse, { signal })
  }

  /** The last lines of a container's outputs, oldest first. */
  logs(container: string, lines: number): Promise<readonly string[]> {
    const parse = (text: string): string[] => text.replace(/\n$/, '').split('\n')
    return this.#read({ verb: 'logs', container, lines }, parse)
  }

  /** An HTTP request made by the host itself; `timeout` in seconds. */
  health(url: string, timeout: number, signal?: AbortSignal): Promise<HttpAnswer> {
    return this.#read({ verb: 'health', url, timeout }, parseHealth, {
      signal,
      timeoutMs: (timeout + 15) * 1000,
    })
  }

  fence(project: string): Promise<FenceAnswer> {
    return this.#read({ verb: 'fence', project, claim: null }, parseFence)
  }

  /** Raises the fence. Throws `lease_lost` where the host saw a higher one, `target_locked` for another ledger's. */
  claim(project: string, ledger: string, fence: number): Promise<FenceAnswer> {
    return this.#read({ verb: 'fence', project, claim: { ledger, fence } }, parseFence)
  }

  /** Uploads under a name (64 hex digits) what isn't there yet; gives whether it was sent. */
  async put(project: string, digest: string, content: Uint8Array): Promise<boolean> {
    const check: HostRequest = { verb: 'put', project, digest, check: true }
    const found = await this.#read(check, (text) => z.enum(['present', 'absent']).parse(text.trim()))
    if (found === 'present') return false
    const sum = createHash('sha256').update(content).digest('hex')
    const stdin = Buffer.concat([Buffer.from(`${sum}\n`), content])
    const stored = z.literal('stored')
    await this.#read({ ...check, check: false }, (text) => stored.parse(text.trim()), { stdin })
    return true
  }

  /** Starts a detached verb, or attaches to it where its job was started before. */
  async start(request: JobRequest): Promise<Start> {
    const answer = await this.#ask(request, {})
    if (answer.code === exitCodes.file_absent) return { kind: 'file_absent' }
    if (answer.code === exitCodes.busy) {
      return { kind: 'busy', job: lastLine(answer.stderr).replace(/^busy /, '') }
    }
    const kinds = z.enum(['started', 'attached'])
    return { kind: this.#parsed(request, answer, (text) => kinds.parse(text.trim())) }
  }

  /** What a job wrote since `offset`, waiting up to 20 s for something; patient with a connection that is cut. */
  async follow(project: string, job: string, offset: number, signal: AbortSignal): Promise<Followed> {
    const request: HostRequest = { verb: 'follow', project, job, offset, wait: followWaitSeconds }
    const answer = await this.#ask(request, { signal, timeoutMs: (followWaitSeconds + 40) * 1000 }, patient)
    return this.#understood(request, answer, () => parseFollow(answer.stdout))
  }

  /** Ends a job's whole process group, however long that takes it. */
  async stop(project: string, job: string): Promise<void> {
    await this.#read({ verb: 'stop', project, job }, (text) => text)
  }

  /** Removes documents and ended jobs that nobody needs; a target at work is left alone. */
  async collectGarbage(project: string): Promise<void> {
    const request: HostRequest = { verb: 'gc', project }
    const answer = await this.#ask(request, {})
    if (answer.code !== exitCodes.busy) this.#parsed(request, answer, (text) => text)
  }

  close(): Promise<void> {
    return this.#options.commands.close()
  }

  async #read<T>(request: HostRequest, parse: (stdout: string) => T, options: ExecOptions = {}): Promise<T> {
    return this.#parsed(request, await this.#ask(request, options), parse)
  }

  #parsed<T>(request: HostRequest, answer: Executed, parse: (stdout: string) => T): T {
    return this.#understood(request, answer, () => parse(Buffer.from(answer.stdout).toString('utf8')))
  }

  #understood<T>(request: HostRequest, answer: Executed, parse: () => T): T {
    if (answer.code !== exitCodes.ok) {
      throw errorOf({ host: this.name, verb: request.verb, code: answer.code, stderr: answer.stderr })
    }
    try {
      return parse()
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error
      const data = { host: this.name, what: request.verb, problem: z.prettifyError(error) }
      throw new PilothouseError('internal_error', data, { cause: error })
    }
  }

  /** Asks until there is an answer. Only a cut is followed by another try; a host that is down says so at once. */
  async #ask(
    request: HostRequest,
    options: ExecOptions,
    delays: readonly number[] = brief,
  ): Promise<Executed> {
    let wasCut = false
    for (const delay of delays) {
      try {
        return await this.#once(request, options)
      } catch (error) {
        wasCut ||= isCut(error)
        if (!wasCut || !isPilothouseError(error, 'ssh_unreachable')) throw error
        await this.#options.clock.sleep(delay, options.signal)
      }
    }
    return this.#once(request, options)
  }

  async #once(request: HostRequest, options: ExecOptions): Promise<Executed> {
    const argv = requestArgv(await this.#script(), checked(request))
    const answer = await this.#options.commands.run(argv, options)
    const gone = answer.code === 126 || answer.code === 127
    if (!gone) return answer
    // Somebody tidied the host up: the script is put there again, once.
    this.#path = null
    return this.#options.commands.run(requestArgv(await this.#script(), request), options)
  }

  #script(): Promise<string> {
    if (this.#path) return this.#path
    const made = this.#bootstrap()
    this.#path = made
    made.catch(() => {
      if (this.#path === made) this.#path = null
    })
    return made
  }

  async #bootstrap(): Promise<string> {
    const { commands, script } = this.#options
    const { code, stdout, stderr } = await commands.run(bootstrapArgv(script.digest), { stdin: script.bytes })
    if (code === exitCodes.ok) {
      const answer = Buffer.from(stdout).toString('utf8')
      try {
        return parseBootstrapAnswer(answer).path
      } catch (error) {
        const data = {
          host: this.name,
          reason: `the host can't keep the script: ${answer.trim().slice(0, 200)}`,
        }
        throw new PilothouseError('preflight_failed', data, { cause: error })
      }
    }
    if (code === exitCodes.no_root || code === exitCodes.io || code === exitCodes.content_mismatch) {
      throw errorOf({ host: this.name, verb: 'bootstrap', code, stderr })
    }
    const reason = `no POSIX shell with sha256sum: ${lastLine(stderr) || `exit ${code ?? 'by signal'}`}`
    throw new PilothouseError('preflight_failed', { host: this.name, reason })
  }
}

/** Holds a request against the protocol's charset before anything is sent. Throws `validation_error`. */
function checked(request: HostRequest): HostRequest {
  const result = hostRequest.safeParse(request)
  if (result.success) return result.data
  const problems = result.error.issues.map((issue) => ({
    path: [request.verb, ...issue.path].join('.'),
    problem: issue.message,
  }))
  throw new PilothouseError('validation_error', { problems })
}
