import { PilothouseError } from '../../src-preload/contract/errors.ts'
import type { ReleaseCommitted } from '../ports/ledger.ts'
import { failingAsContract } from './failures.ts'
import { api } from './implementer.ts'
import type { ApiContext } from './surroundings.ts'

const procedures = api.releases

/** The release as it is after a command; in-process reads come from the ledger, so they are never older. */
async function answer({ parts }: ApiContext, committed: ReleaseCommitted) {
  return { release: await parts.reads.release(committed.release_id), position: committed.position }
}

/** Of the release that a reference names, the id. */
async function idOf({ parts }: ApiContext, reference: string) {
  const { id } = await parts.reads.release(reference)
  return id
}

const planning = {
  preview: procedures.preview.handler(({ input, context }) => context.engine.plan(input)),
  show_preview: procedures.show_preview.handler(async ({ input, context }) => {
    const release = await context.parts.reads.release(input.release)
    const preview = await context.parts.reads.preview(release.id)
    if (preview === null) throw new PilothouseError('preview_required', { release: release.label })
    return preview
  }),
  document: procedures.document.handler(async ({ input, context }) => {
    const release = await context.parts.reads.release(input.release)
    if (release.document_digest === null)
      throw new PilothouseError('preview_required', { release: release.label })
    const bytes = await context.parts.reads.document(release.document_digest)
    return { digest: release.document_digest, text: new TextDecoder().decode(bytes) }
  }),
  compare: procedures.compare.handler(({ input, context }) => context.engine.compare(input.release)),
  rollback: procedures.rollback.handler(({ input, context }) => context.engine.rollback(input)),
}

const carrying = {
  request_apply: procedures.request_apply.handler(async ({ input, context }) =>
    answer(context, await context.engine.request(input)),
  ),
  start: procedures.start.handler(async function* ({ input, context }) {
    yield* failingAsContract(context.engine.start(input.release))
  }),
  break_glass: procedures.break_glass.handler(async ({ input, context }) =>
    answer(context, await context.engine.breakGlass(input)),
  ),
  withdraw: procedures.withdraw.handler(async ({ input, context }) => {
    const release = await context.parts.reads.release(input.release)
    const { command_id, comment } = input
    const command = { command_id, release_id: release.id, seen_revision: release.revision, comment }
    return answer(context, await context.parts.ledger.withdraw(command))
  }),
  abort: procedures.abort.handler(async ({ input, context }) => {
    const { command_id, comment } = input
    const command = { command_id, release_id: await idOf(context, input.release), comment }
    return answer(context, await context.parts.ledger.requestAbort(command))
  }),
}

const reading = {
  list: procedures.list.handler(({ input, context }) => context.parts.reads.releases(input)),
  get: procedures.get.handler(({ input, context }) => context.parts.reads.release(input.release)),
  due: procedures.due.handler(({ context }) => context.parts.reads.dueReleases()),
  executors: procedures.executors.handler(({ context }) => context.parts.reads.executors()),
  steps: procedures.steps.handler(async ({ input, context }) =>
    context.parts.reads.steps(await idOf(context, input.release)),
  ),
  logs: procedures.logs.handler(async ({ input, context }) =>
    context.parts.reads.logs(await idOf(context, input.release)),
  ),
  diagnostics: procedures.diagnostics.handler(async ({ input, context }) =>
    context.parts.reads.diagnostics(await idOf(context, input.release)),
  ),
  timeline: procedures.timeline.handler(async ({ input, context }) =>
    context.parts.reads.timeline(await idOf(context, input.release)),
  ),
}

export const releaseHandlers = { ...planning, ...carrying, ...reading }
