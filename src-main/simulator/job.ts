import { Buffer } from 'node:buffer'
import { EventEmitter, once } from 'node:events'
import { exitCodes } from '../runtimes/compose/protocol.ts'
import { EngineRefused } from './docker.ts'
import { DocumentRefused } from './document.ts'

/** The work of a job: says lines, gives its exit code, and rejects with the signal's reason when it is stopped. */
export type Work = (say: (line: string) => void, signal: AbortSignal) => Promise<number>

/** Detached work on a simulated host, with a log and an exit code that stay. */
export class Job {
  readonly id: string
  readonly project: string
  /** Verb and files; a second start as something else is refused. */
  readonly asked: string
  /** Resolves when the work has ended, however it did. */
  readonly ended: Promise<void>
  readonly #chunks: Buffer[] = []
  readonly #stopper = new AbortController()
  readonly #news = new EventEmitter()
  #exitCode: number | null = null

  constructor(identity: { id: string; project: string; asked: string }, work: Work) {
    this.id = identity.id
    this.project = identity.project
    this.asked = identity.asked
    this.#news.setMaxListeners(0)
    this.ended = this.#run(work)
  }

  /** Null while it runs. */
  get exitCode(): number | null {
    return this.#exitCode
  }

  /** All that it has said, UTF-8. */
  log(): Buffer {
    return Buffer.concat(this.#chunks)
  }

  /** Stops the work as TERM would; resolves when it has ended. */
  async stop(): Promise<void> {
    this.#stopper.abort()
    await this.ended
  }

  /** Resolves at the next line or at the end. Rejects with the signal's reason. */
  async news(signal: AbortSignal): Promise<void> {
    if (this.#exitCode === null) await once(this.#news, 'news', { signal })
  }

  async #run(work: Work): Promise<void> {
    const { signal } = this.#stopper
    const code = await work((line) => this.#say(line), signal).catch((error: unknown) =>
      signal.aborted ? exitCodes.terminated : this.#failed(error),
    )
    this.#exitCode = code
    this.#news.emit('news')
  }

  #failed(error: unknown): number {
    const expected = error instanceof EngineRefused || error instanceof DocumentRefused
    this.#say(expected ? error.message : `the simulator itself failed: ${String(error)}`)
    return exitCodes.tool_failed
  }

  #say(line: string): void {
    this.#chunks.push(Buffer.from(`${line}\n`))
    this.#news.emit('news')
  }
}
