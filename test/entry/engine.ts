import { createRouterClient, implement } from '@orpc/server'
import type { ExportedEvent } from '../../src-preload/contract/audit.ts'
import { contract } from '../../src-preload/contract/contract.ts'
import type { TimelineEvent } from '../../src-preload/contract/events.ts'
import type { Ticket } from '../../src-preload/contract/inbox.ts'
import type { Member } from '../../src-preload/contract/members.ts'
import { member } from '../../src-preload/contract/members.ts'
import type {
  Comparison,
  Diagnostic,
  Executor,
  Preview,
  Progress,
  Release,
} from '../../src-preload/contract/releases.ts'
import { service } from '../../src-preload/contract/services.ts'
import type { Service } from '../../src-preload/contract/services.ts'
import type { ConfigChange } from '../../src-preload/contract/config.ts'
import { target } from '../../src-preload/contract/targets.ts'
import type { Target } from '../../src-preload/contract/targets.ts'
import { digest, position, ticketId } from '../../src-preload/contract/vocabulary.ts'
import type { Client } from '../../src-main/entry/surroundings.ts'
import {
  aDiagnostic,
  aComparison,
  anEvent,
  aPreview,
  aRelease,
  aStep,
  aTicket,
  at,
  documentDigest,
  id,
} from './builders.ts'
import { anAccessScene, handMadeAccess } from './engineAccess.ts'
import type { AccessScene } from './engineAccess.ts'

const committed = position.parse('900:1')

/** What the hand-made engine answers with; tests change it, also while a command runs. */
export interface Scene {
  release: Release
  preview: Preview
  ticket: Ticket
  comparison: Comparison
  executors: Executor[]
  readonly access: AccessScene
  diagnostics: Diagnostic[]
  progress: Progress[]
  changes: ConfigChange[]
  events: TimelineEvent[]
  exported: ExportedEvent[]
  broken: { resource_type: string; resource_id: string; seq: number; problem: string }[]
  drifted: boolean
  /** Nobody else works with the ledger. */
  solo: boolean
  /** Thrown by the procedure of that name. */
  readonly refuses: Map<string, unknown>
  /** Every call, in order. */
  readonly calls: { procedure: string; input: unknown }[]
  /** Runs after a call was noted and before it is answered. */
  before: (procedure: string) => void
}

/** A scene in which `shop-7` is planned and nothing is refused. */
export function aScene(): Scene {
  return {
    release: aRelease(),
    preview: aPreview(),
    ticket: aTicket(),
    comparison: aComparison,
    executors: [],
    access: anAccessScene(),
    diagnostics: [aDiagnostic()],
    progress: [],
    changes: [],
    events: [anEvent()],
    exported: [],
    broken: [],
    drifted: false,
    solo: true,
    refuses: new Map(),
    calls: [],
    before: () => undefined,
  }
}

/** The inputs that a procedure was called with. */
export function inputsOf(scene: Scene, procedure: string): unknown[] {
  return scene.calls.filter((call) => call.procedure === procedure).map(({ input }) => input)
}

export const ada: Member = member.parse({
  id: id(40),
  login: 'ada',
  kind: 'human',
  person: { id: id(41), name: 'Ada Lovelace' },
  active: true,
  recipient: null,
  roles: [
    { role: 'admin', project: null, until: null },
    { role: 'approver', project: 'web', until: null },
  ],
  created_at: at,
})

export const shop: Service = service.parse({
  id: id(3),
  project_id: id(2),
  name: 'shop',
  team: null,
  runtime: 'compose',
  source: { kind: 'directory', path: '/srv/shop', file: 'compose.yaml' },
  variables: { TAG: { required: true }, DB_PASSWORD: { secret: true } },
  releases_to: [{ target_id: id(4), target: 'shop-prod', verification: {} }].map((place) => ({
    ...place,
    verification: { timeout_seconds: 60, window_seconds: 5, max_restarts: 0 },
  })),
  revision: 1,
})

export const shopProd: Target = target.parse({
  id: id(4),
  project_id: id(2),
  name: 'shop-prod',
  stage: { id: id(5), name: 'production', production: true },
  runtime: 'compose',
  place: {
    host: {
      kind: 'ssh',
      address: 'h1.example',
      port: 22,
      user: 'deploy',
      host_key: `SHA256:${'A'.repeat(43)}`,
    },
    project: 'shop',
    allow: [],
  },
  identity: documentDigest,
  fence: 4,
  last_applied: null,
  locked_by: null,
  revision: 1,
})

/** The contract, answered from a scene, in this process. */
export function handMadeClient(scene: Scene): Client {
  const os = implement(contract)
  const note = <T>(procedure: string, input: unknown, answer: () => T): T => {
    scene.calls.push({ procedure, input })
    scene.before(procedure)
    if (scene.refuses.has(procedure)) throw scene.refuses.get(procedure)
    return answer()
  }
  const release = () => ({ release: scene.release, position: committed })
  const planned = () => ({ ...release(), preview: scene.preview })
  const ticket = () => ({ ticket: scene.ticket, position: committed })
  const router = {
    releases: {
      list: os.releases.list.handler(({ input }) => note('releases.list', input, () => [scene.release])),
      get: os.releases.get.handler(({ input }) => note('releases.get', input, () => scene.release)),
      preview: os.releases.preview.handler(({ input }) => note('releases.preview', input, planned)),
      show_preview: os.releases.show_preview.handler(({ input }) =>
        note('releases.show_preview', input, () => scene.preview),
      ),
      document: os.releases.document.handler(({ input }) =>
        note('releases.document', input, () => ({ digest: digest.parse(documentDigest), text: '{"a":1}' })),
      ),
      compare: os.releases.compare.handler(({ input }) =>
        note('releases.compare', input, () => scene.comparison),
      ),
      request_apply: os.releases.request_apply.handler(({ input }) =>
        note('releases.request_apply', input, release),
      ),
      start: os.releases.start.handler(async function* ({ input }) {
        yield* note('releases.start', input, () => scene.progress)
      }),
      rollback: os.releases.rollback.handler(({ input }) => note('releases.rollback', input, planned)),
      break_glass: os.releases.break_glass.handler(({ input }) =>
        note('releases.break_glass', input, release),
      ),
      due: os.releases.due.handler(({ input }) => note('releases.due', input, () => [scene.release])),
      executors: os.releases.executors.handler(({ input }) =>
        note('releases.executors', input, () => scene.executors),
      ),
      withdraw: os.releases.withdraw.handler(({ input }) => note('releases.withdraw', input, release)),
      abort: os.releases.abort.handler(({ input }) => note('releases.abort', input, release)),
      steps: os.releases.steps.handler(({ input }) => note('releases.steps', input, () => [aStep()])),
      logs: os.releases.logs.handler(({ input }) =>
        note('releases.logs', input, () => [{ attempt: 1, step: 'up', host: 'h1', text: 'one\ntwo', at }]),
      ),
      diagnostics: os.releases.diagnostics.handler(({ input }) =>
        note('releases.diagnostics', input, () => scene.diagnostics),
      ),
      timeline: os.releases.timeline.handler(({ input }) =>
        note('releases.timeline', input, () => scene.events),
      ),
    },
    inbox: {
      list: os.inbox.list.handler(({ input }) =>
        note('inbox.list', input, () => ({
          tickets: [scene.ticket],
          stats: { pending: 1, overdue: 0, expiring: 0 },
        })),
      ),
      get: os.inbox.get.handler(({ input }) => note('inbox.get', input, () => scene.ticket)),
      approve: os.inbox.approve.handler(({ input }) => note('inbox.approve', input, ticket)),
      reject: os.inbox.reject.handler(({ input }) => note('inbox.reject', input, ticket)),
      revoke: os.inbox.revoke.handler(({ input }) => note('inbox.revoke', input, ticket)),
      assign: os.inbox.assign.handler(({ input }) => note('inbox.assign', input, ticket)),
      comment: os.inbox.comment.handler(({ input }) => note('inbox.comment', input, ticket)),
      tend: os.inbox.tend.handler(({ input }) =>
        note('inbox.tend', input, () => ({ expired: 2, escalated: 1, position: committed })),
      ),
    },
    services: {
      list: os.services.list.handler(({ input }) => note('services.list', input, () => [shop])),
      get: os.services.get.handler(({ input }) => note('services.get', input, () => shop)),
    },
    targets: {
      list: os.targets.list.handler(({ input }) => note('targets.list', input, () => [shopProd])),
      get: os.targets.get.handler(({ input }) => note('targets.get', input, () => shopProd)),
      observe: os.targets.observe.handler(({ input }) =>
        note('targets.observe', input, () => ({
          target: 'shop-prod',
          live_base: {},
          live_base_digest: digest.parse(documentDigest),
          fence: 4,
          checks: [{ key: 'disk', severity: 'info' as const, params: {} }],
          detail: { docker: '27.0' },
          drifted: scene.drifted,
        })),
      ),
    },
    config: {
      diff: os.config.diff.handler(({ input }) => note('config.diff', input, () => scene.changes)),
      apply: os.config.apply.handler(({ input }) =>
        note('config.apply', input, () => {
          const { changeTicket } = scene.access
          const tickets = changeTicket === null ? [] : [ticketId.parse(changeTicket)]
          return { changes: scene.changes, tickets, position: committed }
        }),
      ),
    },
    members: {
      list: os.members.list.handler(({ input }) => note('members.list', input, () => [ada])),
      me: os.members.me.handler(({ input }) =>
        note('members.me', input, () => ({
          member: ada,
          grants: [{ permission: 'release:read' as const, runtime: '*' as const, project_id: null }],
          ledger: { id: id(50), embedded: true, schema_version: '0003', solo: scene.solo },
        })),
      ),
    },
    access: handMadeAccess(scene.access, note),
    audit: {
      events: os.audit.events.handler(({ input }) => note('audit.events', input, () => scene.events)),
      verify: os.audit.verify.handler(({ input }) =>
        note('audit.verify', input, () => ({ chains: 2, events: 9, broken: scene.broken })),
      ),
      export: os.audit.export.handler(async function* ({ input }) {
        yield* note('audit.export', input, () => scene.exported)
      }),
    },
    events: {
      watch: os.events.watch.handler(async function* ({ input }) {
        yield* note('events.watch', input, () => [
          {
            position: '900:2',
            entity: 'releases',
            entity_id: id(1),
            project_id: scene.release.project_id,
            release_id: scene.release.id,
            ticket_id: null,
          },
        ])
      }),
    },
  }
  return createRouterClient(os.router(router), { context: {} })
}
