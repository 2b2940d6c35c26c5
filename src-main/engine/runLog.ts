import { createHash } from 'node:crypto'
import { caps, digest } from '../../src-preload/contract/vocabulary.ts'
import type { Digest } from '../../src-preload/contract/vocabulary.ts'

/**
 * The lines of one run. A step's lines are handed over as one page, cut at the ledger's cap with a word about what was
 * cut; the digest covers every page in order, so that the finish event vouches for the logs.
 */
export class RunLog {
  readonly #hash = createHash('sha256')
  #lines: string[] = []
  #bytes = 0
  #cut = 0

  add(line: string): void {
    const bytes = Buffer.byteLength(line) + 1
    if (this.#bytes + bytes > caps.logPage - 128) {
      this.#cut += 1
      return
    }
    this.#bytes += bytes
    this.#lines.push(line)
  }

  /** The page of the step that ended, or null where it said nothing. */
  takePage(): string | null {
    if (this.#lines.length === 0) return null
    const rest = this.#cut > 0 ? [`… ${this.#cut} more lines`] : []
    const page = [...this.#lines, ...rest].join('\n') + '\n'
    this.#lines = []
    this.#bytes = 0
    this.#cut = 0
    this.#hash.update(page)
    return page
  }

  digest(): Digest {
    return digest.parse(`sha256:${this.#hash.copy().digest('hex')}`)
  }
}
