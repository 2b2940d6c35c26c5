import { Buffer } from 'node:buffer'
import { exitCodes } from '../runtimes/compose/protocol.ts'

/** What a command leaves: exit code and both outputs. */
export interface Answer {
  readonly code: number
  readonly stdout: Buffer
  readonly stderr: string
}

/** An answer that worked. */
export function says(stdout: string | Buffer): Answer {
  return { code: exitCodes.ok, stdout: Buffer.from(stdout), stderr: '' }
}

/** An answer that failed; `reason` is the last line of stderr. */
export function refuses(code: number, reason: string): Answer {
  return { code, stdout: Buffer.alloc(0), stderr: `${reason}\n` }
}
