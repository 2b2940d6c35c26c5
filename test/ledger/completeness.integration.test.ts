import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { next } from '../../src-main/lifecycle/transitions.ts'
import type { PreviewCommand, RequestCommand } from '../../src-main/ports/ledger.ts'
import { isPilothouseError } from '../../src-preload/contract/errors.ts'
import {
  digest,
  lifecycleEvent,
  lifecycleEvents,
  lifecycleState,
} from '../../src-preload/contract/vocabulary.ts'
import type { TestMember } from '../support/ledger.ts'
import {
  aDecision,
  aDiagnostic,
  aFinish,
  aLease,
  aPreview,
  aRequest,
  newCommandId,
  newTicketId,
} from '../support/releaseBuilder.ts'
import { openShop } from './shop.ts'
import type { Shop } from './shop.ts'

let shop: Shop
let ivan: TestMember
beforeAll(async () => {
  shop = await openShop()
  ivan = await shop.db.member('ivan', { roles: [{ role: 'incident-responder' }] })
  // What the rows themselves went through, seen by a trigger that knows nothing of events.
  await shop.db.admin.query(`
    create table public.observed (release uuid, was text, became text, revision integer);
    create function public.observe() returns trigger language plpgsql security definer as $$
    begin
      insert into public.observed values (new.id, old.lifecycle_state, new.lifecycle_state, new.revision);
      return null;
    end $$;
    create trigger observe after update of lifecycle_state on pilothouse.releases
    for each row execute function public.observe();`)
})
afterAll(async () => {
  await shop.db.close()
})

const releaseRow = z.object({
  revision: z.int(),
  attempts: z.int(),
  fence: z.coerce.number(),
})

/** One release in the hands of people who do anything in any order. */
class Play {
  plan: PreviewCommand | null = null
  request: RequestCommand | null = null
  private readonly tags: string

  constructor(tags: string) {
    this.tags = tags
  }

  async row(): Promise<z.infer<typeof releaseRow>> {
    const { rows } = await shop.db.admin.query('select * from pilothouse.releases where id = $1', [
      this.plan?.release_id ?? null,
    ])
    return releaseRow.parse(rows[0] ?? { revision: 0, attempts: 0, fence: 0 })
  }

  async preview(by: TestMember, revision: number): Promise<void> {
    const { rows } = await shop.db.admin.query<{ last: string | null }>(
      'select last_document_digest as last from pilothouse.targets',
    )
    const last = rows[0]?.last ?? null
    const plan = aPreview(shop.subject, {
      previous: last === null ? null : digest.parse(last),
      tag: `${this.tags}.${revision}`,
      seen_revision: revision,
      ...(this.plan === null ? {} : { release: this.plan.release_id }),
    })
    await by.ledger.recordPreview(plan)
    this.plan = plan
  }

  async finish(by: TestMember, fence: number, attempt: number, failed: boolean): Promise<void> {
    if (this.plan === null) return
    const { release_id } = this.plan
    if (!failed) {
      await by.ledger.finish(aFinish(release_id, fence))
      return
    }
    await by.ledger.recordDiagnostics({ release_id, fence, attempt, diagnostics: [aDiagnostic()] })
    const outcome = { kind: 'failed', code: 'verify_failed', message: '' } as const
    await by.ledger.finish(aFinish(release_id, fence, { outcome, live: this.plan.live_base }))
  }

  async expire(what: 'ticket' | 'window' | 'lease'): Promise<void> {
    const past = "clock_timestamp() - interval '1 second'"
    const id = this.plan?.release_id ?? null
    const sql = {
      ticket: `update pilothouse.approval_inbox_items set expires_at = ${past} where scope_id = $1 and scope_type <> 'review'`,
      window: `update pilothouse.releases set approved_until = ${past} where id = $1 and approved_until is not null`,
      lease: `update pilothouse.releases set lease_until = ${past} where id = $1 and lease_until is not null`,
    }[what]
    await shop.db.admin.query(sql, [id])
  }

  async do(move: Move, by: TestMember): Promise<void> {
    const { revision, attempts, fence } = await this.row()
    const { plan, request } = this
    if (move === 'plan') return this.preview(by, revision)
    if (plan === null) return
    const withdrawal = { command_id: newCommandId(), release_id: plan.release_id, comment: 'no' }
    switch (move) {
      case 'ask': {
        const asking = aRequest(plan, { seen_revision: revision })
        await by.ledger.requestApply(asking)
        this.request = asking
        return
      }
      case 'approve':
      case 'reject':
      case 'revoke':
        if (request !== null)
          await by.ledger.decide(aDecision(plan, request, { decision: move, comment: 'because' }))
        return
      case 'break_glass':
        await by.ledger.breakGlass({
          command_id: newCommandId(),
          release_id: plan.release_id,
          seen_revision: revision,
          reason: 'down',
          incident_link: 'https://incidents.example/1',
          ticket_id: newTicketId(),
        })
        return
      case 'tend':
        await by.ledger.tend([])
        return
      case 'withdraw':
        await by.ledger.withdraw({ ...withdrawal, seen_revision: revision })
        return
      case 'abort':
        await by.ledger.requestAbort(withdrawal)
        return
      case 'start':
        await by.ledger.takeLease(aLease(plan, revision))
        return
      case 'start_drifted':
        await by.ledger.takeLease(aLease(plan, revision, { live_base_digest: plan.document_digest }))
        return
      case 'succeed':
      case 'fail':
        return this.finish(by, fence, attempts, move === 'fail')
      case 'expire_ticket':
        return this.expire('ticket')
      case 'expire_window':
        return this.expire('window')
      case 'expire_lease':
        return this.expire('lease')
    }
  }
}

const moves = [
  'plan',
  'ask',
  'approve',
  'reject',
  'revoke',
  'break_glass',
  'tend',
  'withdraw',
  'abort',
  'start',
  'start_drifted',
  'succeed',
  'fail',
  'expire_ticket',
  'expire_window',
  'expire_lease',
] as const
type Move = (typeof moves)[number]

interface Step {
  readonly move: Move
  readonly who: 'alice' | 'bob' | 'carol' | 'ivan'
}
const by = (who: Step['who'], ...list: Move[]): Step[] => list.map((move) => ({ move, who }))
const toApproved = [...by('alice', 'plan', 'ask'), ...by('bob', 'approve')]

/** One of each way through the table; chance adds the rest. */
const known: Step[][] = [
  [...toApproved, ...by('alice', 'start', 'abort', 'fail', 'start', 'succeed', 'start')],
  [...toApproved, ...by('alice', 'start_drifted', 'plan', 'ask'), ...by('bob', 'reject', 'approve')],
  [...toApproved, ...by('alice', 'expire_window', 'start', 'plan')],
  [...by('alice', 'plan', 'ask', 'expire_ticket'), ...by('bob', 'approve', 'approve')],
  [...toApproved, ...by('alice', 'start', 'expire_lease', 'succeed'), ...by('carol', 'start', 'succeed')],
  [...toApproved, ...by('bob', 'revoke'), ...by('alice', 'withdraw')],
  [...by('alice', 'plan', 'ask', 'approve', 'plan', 'ask', 'withdraw')],
  [...by('alice', 'plan', 'ask'), ...by('ivan', 'break_glass'), ...by('alice', 'start', 'succeed')],
  [...by('alice', 'plan', 'ask', 'expire_ticket', 'tend', 'plan'), ...by('ivan', 'break_glass')],
  [...toApproved, ...by('ivan', 'break_glass', 'expire_window', 'tend', 'tend')],
]
const noise: fc.Arbitrary<Step> = fc.record({
  move: fc.constantFrom(...moves),
  who: fc.constantFrom('alice', 'bob', 'carol', 'ivan'),
})
const beginning = fc
  .nat({ max: 6 })
  .map((length) => [...toApproved, ...by('alice', 'start', 'succeed')].slice(0, length))
const anyPlay = fc
  .array(fc.oneof(beginning, fc.array(noise, { maxLength: 6 })), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.flat())

const transitionRow = z.object({
  release: z.string(),
  event: lifecycleEvent,
  was: lifecycleState,
  became: lifecycleState,
  revision: z.int(),
})

let plays = 0
test('whatever people do, each change of a state has exactly one event, and the table allowed it', async () => {
  await fc.assert(
    fc.asyncProperty(anyPlay, async (steps) => {
      plays += 1
      const play = new Play(String(plays))
      for (const { move, who } of steps) {
        await play.do(move, who === 'ivan' ? ivan : shop[who]).catch((error: unknown) => {
          if (!isPilothouseError(error)) throw error
        })
      }
      // Nothing may hold the target when the next play begins.
      const { rows: left } = await shop.db.admin.query<{ lease_holder: string }>(
        "select lease_holder from pilothouse.releases where lifecycle_state = 'applying'",
      )
      for (const { lease_holder } of left) {
        const holder = [shop.alice, shop.carol].find(({ login }) => login === lease_holder) ?? shop.alice
        const { revision } = await play.row()
        await play.expire('lease')
        if (play.plan !== null) await holder.ledger.takeLease(aLease(play.plan, revision))
        await play.do('succeed', holder)
      }
      const observed = await shop.db.admin.query(
        'select release, was, became, revision from public.observed order by release, revision',
      )
      const told = await shop.db.admin.query(
        `select resource_id as release, t ->> 'event' as event, t ->> 'from' as was, t ->> 'to' as became,
           (t ->> 'revision')::int as revision
         from pilothouse.timeline_events, lateral (select detail -> 'transition') as d (t)
         where resource_type = 'release' and t is not null order by resource_id, revision`,
      )
      const transitions = transitionRow.array().parse(told.rows)
      expect(
        transitions.map(({ release, was, became, revision }) => ({ release, was, became, revision })),
      ).toEqual(observed.rows)
      for (const { was, event, became } of transitions) expect(next(was, event)).toBe(became)
    }),
    { numRuns: fc.readConfigureGlobal().numRuns ?? 40, examples: known.map((steps) => [steps]) },
  )
  expect((await shop.alice.ledger.verifyChains()).broken).toEqual([])
  const { rows } = await shop.db.admin.query<{ event: string }>(
    "select distinct detail #>> '{transition,event}' as event from pilothouse.timeline_events where detail ? 'transition'",
  )
  expect(rows.map(({ event }) => event)).toEqual(
    expect.arrayContaining(
      lifecycleEvents.filter((event) => !['request_without_policy', 'rolled_back'].includes(event)),
    ),
  )
})
