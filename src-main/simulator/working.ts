import { Buffer } from 'node:buffer'
import { assertNever } from '../../src-preload/contract/vocabulary.ts'
import { exitCodes, mismatchOf } from '../runtimes/compose/protocol.ts'
import type { HostRequest, JobRequest } from '../runtimes/compose/protocol.ts'
import { refuses, says } from './answer.ts'
import type { Answer } from './answer.ts'
import { composeUp } from './compose.ts'
import { readDocument } from './document.ts'
import { composeVersion, hostRoot } from './hostParts.ts'
import type { HostParts } from './hostParts.ts'
import { Job } from './job.ts'
import type { Work } from './job.ts'
import { claim } from './keeping.ts'
import { diskFull } from './looking.ts'
import { holder } from './project.ts'
import type { Project } from './project.ts'

type Of<V extends HostRequest['verb']> = Extract<HostRequest, { verb: V }>

const lockPatience = 2000
const followedBytes = 262_144

/** `config`, `pull` and `up`: starts a job, or attaches to it where it was started before. */
export async function detach(host: HostParts, request: JobRequest, signal: AbortSignal): Promise<Answer> {
  const project = host.projects.enter(request.project)
  const names = filesOf(request)
  const absent = names.find((digest) => !project.files.has(digest))
  if (absent !== undefined) return refuses(exitCodes.file_absent, `absent ${absent}`)
  const asked = [request.verb, ...names].join(' ')
  await freeLock(host, project, request.job, signal)
  const known = project.jobs.get(request.job)
  if (known !== undefined)
    return known.asked === asked
      ? says('attached\n')
      : refuses(
          exitCodes.usage,
          `refused argument of ${request.verb}: ${request.job} was started as something else`,
        )
  const busy = holder(project)
  if (busy !== undefined) return refuses(exitCodes.busy, `busy ${busy.id}`)
  const refusal = claim(host, project, request.ledger, request.fence)
  if (refusal !== null) return refusal
  const full = diskFull(host, `projects/${project.name}/jobs/${request.job}`)
  if (full !== null) return full
  const identity = { id: request.job, project: request.project, asked }
  project.jobs.set(request.job, new Job(identity, workOf(host, project, request)))
  return says('started\n')
}

function filesOf(request: JobRequest): string[] {
  switch (request.verb) {
    case 'config':
      return [request.document]
    case 'pull':
      return [request.images]
    case 'up':
      return [request.document, request.images]
    default:
      return assertNever(request)
  }
}

/** Waits for the project's lock a moment, as the real script does, unless the job is known already. */
async function freeLock(host: HostParts, project: Project, job: string, signal: AbortSignal): Promise<void> {
  const holding = holder(project)
  if (holding === undefined || project.jobs.has(job)) return
  await waitFor(host, signal, lockPatience, () => holding.ended)
}

/** Waits for something, at most `limit` milliseconds. Rejects with the signal's reason. */
async function waitFor(
  host: HostParts,
  signal: AbortSignal,
  limit: number,
  something: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const over = new AbortController()
  const both = AbortSignal.any([signal, over.signal])
  const quiet = (error: unknown) => {
    if (!both.aborted) throw error
  }
  const waits = [host.clock.sleep(limit, both).catch(quiet), something(both).catch(quiet)]
  await Promise.race(waits)
  over.abort()
  signal.throwIfAborted()
}

function workOf(host: HostParts, project: Project, request: JobRequest): Work {
  const text = (digest: string) => (project.files.get(digest) ?? Buffer.alloc(0)).toString()
  switch (request.verb) {
    case 'config':
      return async () => {
        readDocument(text(request.document))
        return exitCodes.ok
      }
    case 'pull':
      return (say, signal) => pull(host, text(request.images), say, signal)
    case 'up':
      return (say, signal) => up(host, project, request, text, say, signal)
    default:
      return assertNever(request)
  }
}

/** The lines of an image list: which image each reference has to be; empty where that isn't known. */
function listed(list: string): (readonly [reference: string, expected: string])[] {
  const lines = list.split('\n').filter((line) => line !== '')
  return lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])
}

async function pull(host: HostParts, list: string, ...[say, signal]: Parameters<Work>): Promise<number> {
  for (const [reference] of listed(list)) {
    if (host.docker.image(reference) !== undefined) say(`${reference} is on the host`)
    else {
      say(`pulling ${reference}`)
      const image = await host.docker.pull(reference, signal)
      say(image.repo_digest)
    }
  }
  return exitCodes.ok
}

async function up(
  host: HostParts,
  project: Project,
  request: Of<'up'>,
  text: (digest: string) => string,
  ...[say, signal]: Parameters<Work>
): Promise<number> {
  for (const [reference, expected] of listed(text(request.images))) {
    const actual = host.docker.image(reference)?.id ?? ''
    if (expected === '' || actual === expected) continue
    say(mismatchOf({ reference, expected, actual }))
    return exitCodes.image_mismatch
  }
  point(project, [request.document, request.images])
  const workingDir = `${hostRoot}/projects/${project.name}`
  const files = { workingDir, configFile: `${workingDir}/files/${request.document}` }
  const run = { docker: host.docker, project: project.name, files, composeVersion, signal, say }
  await composeUp(run, readDocument(text(request.document)))
  return exitCodes.ok
}

function point(project: Project, now: readonly string[]): void {
  if (project.current.join() === now.join()) return
  if (project.current.length > 0) project.previous = project.current
  project.current = now
}

/** `follow`: a job's state and its log from an offset, as soon as there is more or the wait is over. */
export async function follow(host: HostParts, request: Of<'follow'>, signal: AbortSignal): Promise<Answer> {
  const job = host.projects.enter(request.project).jobs.get(request.job)
  if (job === undefined) return says(`absent ${request.offset}\n`)
  const until = host.clock.now() + request.wait * 1000
  const idle = () => job.exitCode === null && job.log().length <= request.offset
  for (let left = until - host.clock.now(); idle() && left > 0; left = until - host.clock.now())
    await waitFor(host, signal, left, (both) => job.news(both))
  const bytes = job.log().subarray(request.offset, request.offset + followedBytes)
  const state = job.exitCode === null ? 'running' : 'done'
  const code = job.exitCode === null ? '' : ` ${job.exitCode}`
  const header = Buffer.from(`${state} ${request.offset + bytes.length}${code}\n`)
  return says(Buffer.concat([header, bytes]))
}

/** `stop`: ends a job as TERM would. */
export async function stop(host: HostParts, request: Of<'stop'>): Promise<Answer> {
  const job = host.projects.enter(request.project).jobs.get(request.job)
  if (job === undefined) return says('absent\n')
  if (job.exitCode !== null) return says(`ended ${job.exitCode}\n`)
  await job.stop()
  return says('stopped\n')
}
