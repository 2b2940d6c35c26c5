import { createHash } from 'node:crypto'
import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import type { PlannedStep } from '../../../src-preload/contract/releases.ts'
import { digest } from '../../../src-preload/contract/vocabulary.ts'
import type { Run, StepOutcome } from '../../ports/runtime.ts'
import { documentImages, readDocument } from './document.ts'
import { fillSecrets } from './fill.ts'
import type { ComposeHost } from './host.ts'
import { runJob } from './job.ts'
import type { JobEnd } from './job.ts'
import type { RunMemory } from './memory.ts'
import { refuseForeign } from './plan.ts'
import { exitCodes, imageList, parseMismatch } from './protocol.ts'
import type { ImageMismatch, JobRequest } from './protocol.ts'

export interface StepContext {
  readonly host: ComposeHost
  readonly run: Run
  readonly mask: (text: string) => string
  readonly memory: RunMemory
}

interface Uploads {
  readonly document: string
  readonly images: string
  readonly send: () => Promise<void>
}

const keptLines = 50
/** In characters a step; what a tool says beyond it stays in the job's log on the host. */
const toldAtMost = 1024 * 1024

function hexDigest(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function uploadsOf({ host, run }: StepContext): Uploads {
  const { project } = run.target.place
  const references = documentImages(readDocument(run.document))
  const known = new Map(run.images.map((image) => [image.reference, image.image_id]))
  const list = imageList(
    references.map((reference) => ({ reference, image_id: known.get(reference) ?? null })),
  )
  const document = hexDigest(run.document)
  const images = hexDigest(list)
  const send = async (): Promise<void> => {
    const filled = fillSecrets(run.document, run.secrets)
    await Promise.all([host.put(project, document, filled), host.put(project, images, Buffer.from(list))])
  }
  return { document, images, send }
}

/** `put`: the fence is raised before anything else, so that whoever held the target before is refused from here on. */
export async function putStep(context: StepContext): Promise<StepOutcome> {
  const { host, run, memory } = context
  const { project } = run.target.place
  refuseForeign(readDocument(run.document), run.target.place)
  await host.claim(project, run.ledger_id, run.fence)
  const uploads = uploadsOf(context)
  await uploads.send()
  memory.before = await host.containers(project)
  run.log(`${host.name} has document ${uploads.document}`)
  return { status: 'succeeded', detail: { document: uploads.document, images: uploads.images } }
}

/** `config`, `pull` and `up`: detached on the host, followed to the end. */
export async function jobStep(
  context: StepContext,
  key: JobRequest['verb'],
  step: PlannedStep,
): Promise<StepOutcome> {
  const { host, run, memory } = context
  const uploads = uploadsOf(context)
  const heard = listen(context)
  memory.output = []
  const follower = { signal: run.signal, line: heard.line }
  const options = { release: run.release_id, upload: uploads.send, follower }
  const request = requestOf(key, context, step, uploads)
  const end = await runJob(host, request, options)
  const detail = { job: request.job, end: end.kind, exit_code: end.kind === 'ended' ? end.exit_code : null }
  const error = failureOf(key, end, { ...context, mismatch: heard.mismatch() })
  return error === null ? { status: 'succeeded', detail } : { status: 'failed', error, detail }
}

function requestOf(
  key: JobRequest['verb'],
  { run }: StepContext,
  step: PlannedStep,
  { document, images }: Uploads,
): JobRequest {
  const job = `${run.release_id}-${run.attempt}-${step.index}-${key}`
  const held = { project: run.target.place.project, job, ledger: run.ledger_id, fence: run.fence }
  switch (key) {
    case 'config':
      return { verb: 'config', ...held, document }
    case 'pull':
      return { verb: 'pull', ...held, images }
    case 'up':
      return { verb: 'up', ...held, document, images }
  }
}

function listen({ run, mask, memory }: StepContext): {
  line: (raw: string) => void
  mismatch: () => ImageMismatch | null
} {
  let told = 0
  let mismatch: ImageMismatch | null = null
  const line = (raw: string): void => {
    mismatch ??= parseMismatch(raw)
    const text = mask(raw)
    memory.output = [...memory.output, text].slice(-keptLines)
    if (told > toldAtMost) return
    told += text.length
    run.log(told > toldAtMost ? 'there is more in the log on the host' : text)
  }
  return { line, mismatch: () => mismatch }
}

type Ended = StepContext & { readonly mismatch: ImageMismatch | null }

/** What an end means for the step; null where it succeeded. */
function failureOf(key: JobRequest['verb'], end: JobEnd, ended: Ended): PilothouseError | null {
  const { host, run, memory } = ended
  const { project } = run.target.place
  const data = { host: host.name, project, step: key, reason: reasonOf(memory.output), output: memory.output }
  if (end.kind === 'lost')
    return new PilothouseError('apply_failed', { ...data, reason: 'the job left no exit code' })
  switch (end.exit_code) {
    case exitCodes.ok:
      return null
    case exitCodes.image_mismatch:
      return imageError(ended.mismatch, data)
    case exitCodes.tool_missing:
      return new PilothouseError('compose_missing', data)
    case exitCodes.terminated:
    case exitCodes.killed:
      return new PilothouseError('apply_failed', { ...data, reason: 'the job was stopped on the host' })
    case exitCodes.tool_failed:
      return new PilothouseError(toolCodes[key], data)
    default:
      return new PilothouseError('apply_failed', { ...data, exit_code: end.exit_code })
  }
}

const toolCodes = { config: 'compose_config_invalid', pull: 'apply_failed', up: 'compose_up_failed' } as const

function imageError(
  mismatch: ImageMismatch | null,
  data: { host: string; project: string; step: string },
): PilothouseError {
  const expected = digest.safeParse(mismatch?.expected)
  const actual = digest.safeParse(mismatch?.actual)
  const { host, project } = data
  const image = mismatch?.reference ?? ''
  if (!expected.success || !actual.success) {
    return new PilothouseError('apply_failed', { ...data, image, reason: `${image} is not on the host` })
  }
  return new PilothouseError('digest_mismatch', {
    host,
    project,
    image,
    expected: expected.data,
    actual: actual.data,
  })
}

function reasonOf(output: readonly string[]): string {
  return output.findLast((line) => line.trim() !== '') ?? ''
}
