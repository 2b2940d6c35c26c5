import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import { exitCodes } from './protocol.ts'
import type { HostRequest } from './protocol.ts'

/** A host's refusal: which verb, its exit code and the last line of what it said on stderr. */
export interface Refusal {
  readonly host: string
  readonly verb: HostRequest['verb'] | 'bootstrap'
  readonly code: number | null
  readonly stderr: string
}

/** The last line that says something; a host's stderr ends with why. */
export function lastLine(text: string): string {
  return (
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .at(-1) ?? ''
  )
}

/** What a refusal is called in the closed set of codes. Pure. */
export function errorOf({ host, verb, code, stderr }: Refusal): PilothouseError {
  const reason = lastLine(stderr)
  const [word, first = '', second = ''] = reason.split(' ')
  switch (code) {
    case exitCodes.fence_lower:
      return new PilothouseError('lease_lost', { host, held_fence: word === 'held' ? second : reason })
    case exitCodes.other_ledger:
      return new PilothouseError('target_locked', { host, holder: `ledger ${first}` })
    case exitCodes.busy:
      return new PilothouseError('target_locked', { host, holder: `job ${first}` })
    case exitCodes.tool_failed:
      return new PilothouseError('docker_missing', { host, reason })
    case exitCodes.tool_missing:
    case exitCodes.no_root:
    case exitCodes.io:
      return new PilothouseError('preflight_failed', { host, reason: reason || `exit ${code}` })
    case exitCodes.content_mismatch:
    case exitCodes.file_absent:
      return new PilothouseError('apply_failed', {
        host,
        step: verb,
        reason: reason || 'the upload was damaged',
      })
    case null:
    default:
      return new PilothouseError('internal_error', {
        host,
        what: verb,
        problem: `exit ${code ?? 'by signal'}: ${reason}`,
      })
  }
}
