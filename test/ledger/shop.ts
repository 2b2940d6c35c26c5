import { z } from 'zod'
import { lifecycleState } from '../../src-preload/contract/vocabulary.ts'
import type { Declaration, PreviewCommand, RequestCommand } from '../../src-main/ports/ledger.ts'
import type { Digest, JsonObject, ReleaseId, TicketId } from '../../src-preload/contract/vocabulary.ts'
import { startTestLedger } from '../support/ledger.ts'
import type { TestLedger, TestMember } from '../support/ledger.ts'
import {
  aCdConfig,
  aDecision,
  aDeclaration,
  aDiagnostic,
  aFinish,
  aLease,
  aPreview,
  aRequest,
  aService,
  aStage,
  aTarget,
} from '../support/releaseBuilder.ts'
import type { PlanOptions, Subject } from '../support/releaseBuilder.ts'

/** The project `shop` with a production stage, and the people who work on it. */
export interface Shop {
  readonly db: TestLedger
  /** Declares, plans, asks and applies. */
  readonly alice: TestMember
  /** Approves. */
  readonly bob: TestMember
  /** Applies as well. */
  readonly carol: TestMember
  readonly declaration: Declaration
  readonly subject: Subject
}

/** Opens a ledger of its own with the shop declared by alice. */
export async function openShop(options: { readonly retries?: number } = {}): Promise<Shop> {
  const db = await startTestLedger()
  const alice = await db.member('alice', { roles: [{ role: 'admin' }, { role: 'operator-compose' }] })
  const bob = await db.member('bob', { roles: [{ role: 'approver' }] })
  const carol = await db.member('carol', { roles: [{ role: 'operator-compose' }] })
  const [target, service] = [
    aTarget(),
    aService({ releases_to: [aCdConfig({ retries: options.retries ?? 2 })] }),
  ]
  const declaration = aDeclaration({ stages: [aStage()], targets: [target], services: [service] })
  await alice.ledger.declare(declaration)
  return { db, alice, bob, carol, declaration, subject: { service, target } }
}

export interface Planned {
  readonly plan: PreviewCommand
  readonly revision: number
}

/** A plan recorded by alice. */
export async function planned(
  { alice, subject }: Shop,
  options: PlanOptions = {},
  changes: Partial<PreviewCommand> = {},
): Promise<Planned> {
  const plan = aPreview(subject, options, changes)
  const { revision } = await alice.ledger.recordPreview(plan)
  return { plan, revision }
}

export interface Asked extends Planned {
  readonly request: RequestCommand
  readonly ticket: TicketId
}

/** A plan that alice asked to apply; waits for a decision. */
export async function asked(shop: Shop, options: PlanOptions = {}): Promise<Asked> {
  const { plan } = await planned(shop, options)
  const request = aRequest(plan)
  const { revision } = await shop.alice.ledger.requestApply(request)
  return { plan, request, revision, ticket: request.ticket_id }
}

/** A plan that bob approved. */
export async function approved(shop: Shop, options: PlanOptions = {}): Promise<Asked> {
  const ticket = await asked(shop, options)
  const { revision } = await decided(shop, shop.bob, ticket)
  return { ...ticket, revision }
}

const standingRow = z.tuple([z.object({ state: lifecycleState, revision: z.int() })])

/** Where a release stands. */
export async function standing({ db }: Pick<Shop, 'db'>, release: ReleaseId) {
  const { rows } = await db.admin.query(
    'select lifecycle_state as state, revision from pilothouse.releases where id = $1',
    [release],
  )
  return standingRow.parse(rows)[0]
}

/** Decides a plan's ticket, an approval unless told; where its release stands then. */
export async function decided(
  shop: Pick<Shop, 'db'>,
  by: TestMember,
  { plan, request }: Pick<Asked, 'plan' | 'request'>,
  changes: Parameters<typeof aDecision>[2] = {},
) {
  await by.ledger.decide(aDecision(plan, request, changes))
  return standing(shop, plan.release_id)
}

export interface Running extends Asked {
  readonly fence: number
  readonly attempt: number
}

/** A release that alice carries out. */
export async function running(shop: Shop, options: PlanOptions = {}): Promise<Running> {
  const release = await approved(shop, options)
  const { fence, attempt } = await shop.alice.ledger.takeLease(aLease(release.plan, release.revision))
  return { ...release, revision: release.revision + 1, fence, attempt }
}

/** A release that was applied; `live` is what it left on the target. */
export async function applied(
  shop: Shop,
  options: PlanOptions = {},
): Promise<Running & { digest: Digest; live: JsonObject }> {
  const release = await running(shop, options)
  const finish = aFinish(release.plan.release_id, release.fence)
  const { revision } = await shop.alice.ledger.finish(finish)
  return { ...release, revision, digest: release.plan.document_digest, live: finish.live_base }
}

/** Ends alice's run as failed, with a diagnosis; leaves `live` on the target. */
export async function fail(
  { alice }: Shop,
  run: { plan: PreviewCommand; fence: number; attempt: number },
  live?: JsonObject,
): Promise<number> {
  const { release_id } = run.plan
  const held = { release_id, fence: run.fence, attempt: run.attempt }
  await alice.ledger.recordDiagnostics({ ...held, diagnostics: [aDiagnostic()] })
  const outcome = { kind: 'failed', code: 'compose_up_failed', message: 'no such file' } as const
  const finish = aFinish(release_id, run.fence, { outcome, ...(live === undefined ? {} : { live }) })
  const { revision } = await alice.ledger.finish(finish)
  return revision
}

/** How many rows each of the ledger's tables has, except those named, and every release as it is. */
export async function everything(
  { db }: Pick<Shop, 'db'>,
  except: readonly string[] = [],
): Promise<Record<string, unknown>> {
  const { rows } = await db.admin.query<{ counts: Record<string, unknown> }>(`
    select jsonb_object_agg(relname, (xpath('/row/n/text()', query_to_xml(
      format('select count(*) as n from pilothouse.%I', relname), false, true, '')))[1]::text)
      || jsonb_build_object('states', (select jsonb_agg(to_jsonb(r) - 'updated_at' order by r.id) from pilothouse.releases r))
      as counts
    from pg_class where relnamespace = 'pilothouse'::regnamespace and relkind = 'r'`)
  return Object.fromEntries(
    Object.entries(rows[0]?.counts ?? {}).filter(([table]) => !except.includes(table)),
  )
}

/** The tables that also tell of what was refused. */
export const record = ['commands', 'timeline_events', 'chain_heads', 'change_log']

/** The actions of a release's chain, in order. */
export async function actionsOf({ db }: Pick<Shop, 'db'>, resource: ReleaseId | TicketId): Promise<string[]> {
  const { rows } = await db.admin.query<{ action: string }>(
    'select action from pilothouse.timeline_events where resource_id = $1 order by chain_seq',
    [resource],
  )
  return rows.map(({ action }) => action)
}
