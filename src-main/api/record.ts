import type { Position } from '../../src-preload/contract/vocabulary.ts'
import { failingAsContract } from './failures.ts'
import { api } from './implementer.ts'
import type { ApiContext } from './surroundings.ts'

/** How often a waiting stream asks for the log's head, in milliseconds (sync.md: every 1–2 s). */
const pollMs = 1_000

async function* changes({ parts }: ApiContext, after: Position | undefined, signal: AbortSignal | undefined) {
  let position = after ?? (await parts.reads.changesAfter(null)).head
  while (signal?.aborted !== true) {
    const { notices, head } = await parts.reads.changesAfter(position)
    yield* notices
    position = head
    if (notices.length === 0) await parts.clock.sleep(pollMs, signal)
  }
}

async function* exported({ parts }: ApiContext, project: string | undefined) {
  let events = 0
  for await (const event of parts.reads.exportEvents(project)) {
    events += 1
    yield event
  }
  await parts.ledger.recordExport(project ?? null, events)
}

export const auditHandlers = {
  events: api.audit.events.handler(({ input, context }) => context.parts.reads.events(input)),
  verify: api.audit.verify.handler(({ context }) => context.parts.ledger.verifyChains()),
  export: api.audit.export.handler(async function* ({ input, context }) {
    yield* failingAsContract(exported(context, input.project))
  }),
}

export const eventHandlers = {
  watch: api.events.watch.handler(async function* ({ input, context, signal }) {
    yield* failingAsContract(changes(context, input.after, signal))
  }),
}
