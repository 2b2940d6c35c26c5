import { PilothouseError, isPilothouseError } from '../../../src-preload/contract/errors.ts'
import type { ComposeHost, Start } from './host.ts'
import { createLines } from './lines.ts'
import { followCap } from './protocol.ts'
import type { JobRequest } from './protocol.ts'

/** How a detached job ended; lost is one that left no exit code (power loss, killed from outside). */
export type JobEnd = { readonly kind: 'ended'; readonly exit_code: number } | { readonly kind: 'lost' }

export interface Follower {
  readonly signal: AbortSignal
  readonly line: (line: string) => void
}

/**
 * Follows a job by offset until it ends, over as many connections as that takes. When the signal aborts, the job's
 * whole process group is ended on the host first; then this throws `aborted`.
 */
export async function followJob(
  host: ComposeHost,
  { project, job }: { readonly project: string; readonly job: string },
  follower: Follower,
): Promise<JobEnd> {
  try {
    return await followed(host, project, job, follower)
  } catch (error) {
    if (!follower.signal.aborted) throw error
    await host.stop(project, job)
    if (isPilothouseError(error, 'aborted')) throw error
    throw new PilothouseError('aborted', { host: host.name, job }, { cause: error })
  }
}

async function followed(
  host: ComposeHost,
  project: string,
  job: string,
  follower: Follower,
): Promise<JobEnd> {
  const lines = createLines()
  let offset = 0
  for (;;) {
    const { state, next, log } = await host.follow(project, job, offset, follower.signal)
    for (const line of lines.add(log)) follower.line(line)
    offset = next
    // An answer that is full may have been cut off: what the state says is final once all of the log has come.
    if (state.kind === 'running' || log.length >= followCap) continue
    for (const line of lines.rest()) follower.line(line)
    return state.kind === 'done' ? { kind: 'ended', exit_code: state.exit_code } : { kind: 'lost' }
  }
}

const furtherTries = 2

/**
 * Runs a detached verb to its end. A job of the same release that still holds the target (of a run that was lost) is
 * waited for; one of another release is `target_locked`. A lost job is started again under a new id, since what it
 * does may be repeated. `upload` is asked when the host lacks a file.
 */
export async function runJob(
  host: ComposeHost,
  request: JobRequest,
  options: { readonly release: string; readonly upload: () => Promise<void>; readonly follower: Follower },
): Promise<JobEnd> {
  for (let again = 0; ; again += 1) {
    const job = again === 0 ? request.job : `${request.job}-again-${again}`
    await started(host, { ...request, job }, options)
    const end = await followJob(host, { project: request.project, job }, options.follower)
    if (end.kind === 'ended' || again === furtherTries) return end
    options.follower.line(`${job} left no exit code; it is started again`)
  }
}

async function started(
  host: ComposeHost,
  request: JobRequest,
  { release, upload, follower }: { release: string; upload: () => Promise<void>; follower: Follower },
): Promise<void> {
  let uploaded = false
  for (;;) {
    const start: Start = await host.start(request)
    if (start.kind === 'started' || start.kind === 'attached') return
    if (start.kind === 'busy') {
      if (!start.job.startsWith(release)) {
        throw new PilothouseError('target_locked', { host: host.name, holder: `job ${start.job}` })
      }
      await followJob(host, { project: request.project, job: start.job }, follower)
      continue
    }
    if (uploaded) throw new PilothouseError('apply_failed', { host: host.name, reason: 'the upload is gone' })
    await upload()
    uploaded = true
  }
}
