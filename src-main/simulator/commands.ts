import { createHash } from 'node:crypto'
import type { Buffer } from 'node:buffer'
import { argvOf, bootstrap, exitCodes, requestOf } from '../runtimes/compose/protocol.ts'
import type { HostRequest } from '../runtimes/compose/protocol.ts'
import { refuses, says } from './answer.ts'
import type { Answer } from './answer.ts'
import { hostRoot } from './hostParts.ts'
import type { HostParts } from './hostParts.ts'
import { fence, gc, put } from './keeping.ts'
import { diskFull, look } from './looking.ts'
import { detach, follow, stop } from './working.ts'

/** A command line that a visitor sent. */
export interface Visit {
  readonly line: string
  /** All that the visitor sends, to its end. */
  readonly stdin: () => Promise<Buffer>
  /** Aborted when the visitor has gone. */
  readonly signal: AbortSignal
}

const notFound = 127

/**
 * Answers command lines as a host does on which `pilothouse-host` can be installed. Nothing is run: a line is the
 * protocol's bootstrap, a verb of a script that was installed, or refused with 127.
 */
export class Commands {
  readonly #host: HostParts
  readonly #installed = new Set<string>()

  constructor(host: HostParts) {
    this.#host = host
  }

  /** The answer to one line. Rejects with the signal's reason where the visitor went away. */
  async answer(visit: Visit): Promise<Answer> {
    const argv = argvOf(visit.line) ?? []
    const [program = '', ...rest] = argv
    if (program === '/bin/sh' && rest.length === 4 && rest[0] === '-c' && rest[1] === bootstrap)
      return this.#bootstrap(rest[3] ?? '', visit)
    if (!this.#installed.has(program))
      return refuses(notFound, `simulated host: ${JSON.stringify(visit.line)} is not a command of this host`)
    const request = requestOf(rest)
    if (request === null) return refuses(exitCodes.usage, `refused argument of ${rest[0] ?? ''}`)
    return this.#verb(request, visit)
  }

  async #bootstrap(digest: string, visit: Visit): Promise<Answer> {
    if (!/^[0-9a-f]{64}$/.test(digest)) return refuses(exitCodes.usage, 'not a digest')
    const path = `${hostRoot}/bin/pilothouse-host-${digest}`
    if (this.#installed.has(path)) return says(`present ${path}\n`)
    const full = diskFull(this.#host, `bin/pilothouse-host-${digest}`)
    if (full !== null) return full
    const sent = createHash('sha256')
      .update(await visit.stdin())
      .digest('hex')
    if (sent !== digest) return refuses(exitCodes.content_mismatch, 'the script is not what was announced')
    this.#installed.add(path)
    return says(`installed ${path}\n`)
  }

  async #verb(request: HostRequest, { stdin, signal }: Visit): Promise<Answer> {
    switch (request.verb) {
      case 'facts':
      case 'images':
      case 'ps':
      case 'logs':
      case 'health':
        return look(this.#host, request)
      case 'put':
        return put(this.#host, request, stdin)
      case 'fence':
        return fence(this.#host, request)
      case 'gc':
        return gc(this.#host, request)
      case 'config':
      case 'pull':
      case 'up':
        return detach(this.#host, request, signal)
      case 'follow':
        return follow(this.#host, request, signal)
      case 'stop':
        return stop(this.#host, request)
    }
  }
}
