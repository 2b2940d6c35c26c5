import { createHash } from 'node:crypto'
import type { Buffer } from 'node:buffer'
import { exitCodes } from '../runtimes/compose/protocol.ts'
import type { HostRequest } from '../runtimes/compose/protocol.ts'
import { refuses, says } from './answer.ts'
import type { Answer } from './answer.ts'
import type { HostParts } from './hostParts.ts'
import { diskFull } from './looking.ts'
import { holder } from './project.ts'
import type { Project } from './project.ts'

type Of<V extends HostRequest['verb']> = Extract<HostRequest, { verb: V }>

const keptJobs = 20

/** `put`: keeps a file, or says whether it is there. `stdin` reads what the visitor sends, to its end. */
export async function put(
  host: HostParts,
  request: Of<'put'>,
  stdin: () => Promise<Buffer>,
): Promise<Answer> {
  const { files } = host.projects.enter(request.project)
  if (request.check) return says(files.has(request.digest) ? 'present\n' : 'absent\n')
  const sent = await stdin()
  const end = sent.indexOf(10)
  const expected = end < 0 ? '' : sent.subarray(0, end).toString('latin1')
  if (!/^[0-9a-f]{64}$/.test(expected))
    return refuses(exitCodes.usage, `refused argument of put: ${expected}`)
  const full = diskFull(host, `projects/${request.project}/files/${request.digest}`)
  if (full !== null) return full
  const content = sent.subarray(end + 1)
  if (createHash('sha256').update(content).digest('hex') !== expected)
    return refuses(exitCodes.content_mismatch, 'the content is not what was sent')
  files.set(request.digest, content)
  return says('stored\n')
}

/** Claims a project's fence for a ledger; the refusal where a higher number or another ledger stands there. */
export function claim(host: HostParts, project: Project, ledger: string, number: number): Answer | null {
  const { fence } = project
  if (fence !== null) {
    const held = `held ${fence.ledger} ${fence.number}`
    if (fence.ledger !== ledger) return refuses(exitCodes.other_ledger, held)
    if (number < fence.number) return refuses(exitCodes.fence_lower, held)
    if (number === fence.number) return null
  }
  const full = diskFull(host, `projects/${project.name}/fence`)
  if (full === null) project.fence = { ledger, number }
  return full
}

/** `fence`: claims where asked to, then tells who holds the target. */
export function fence(host: HostParts, request: Of<'fence'>): Answer {
  const project = host.projects.enter(request.project)
  const wanted = request.claim
  const refusal = wanted === null ? null : claim(host, project, wanted.ledger, wanted.fence)
  if (refusal !== null) return refusal
  const held = project.fence === null ? 'none' : `${project.fence.ledger} ${project.fence.number}`
  return says(`fence ${held}\njob ${holder(project)?.id ?? 'none'}\n`)
}

/** `gc`: removes files that neither the current nor the previous document needs, and old jobs. */
export function gc(host: HostParts, request: Of<'gc'>): Answer {
  const project = host.projects.enter(request.project)
  const busy = holder(project)
  if (busy !== undefined) return refuses(exitCodes.busy, `busy ${busy.id}`)
  const kept = new Set([...project.current, ...project.previous])
  const files = [...project.files.keys()].filter((digest) => !kept.has(digest))
  for (const digest of files) project.files.delete(digest)
  const jobs = [...project.jobs.keys()].slice(0, -keptJobs)
  for (const id of jobs) project.jobs.delete(id)
  // A real host keeps each file's own digest beside it and counts both.
  return says(`removed ${files.length * 2 + jobs.length}\n`)
}
