import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { StartRule } from '../../src-preload/contract/services.ts'
import { freezeId } from '../../src-preload/contract/vocabulary.ts'
import {
  aCdConfig,
  aDeclaration,
  aFinish,
  aLease,
  aPreview,
  aRequest,
  aService,
  aStage,
  aTarget,
  newCommandId,
  newReleaseId,
} from '../support/releaseBuilder.ts'
import { inMinutes, newestEvents, oneRow } from './changing.ts'
import { approved, decided, fail, openShop, running, standing } from './shop.ts'
import type { Shop } from './shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await openShop()
})
afterAll(async () => {
  await shop.db.close()
})

/** Declares the rule by which releases of the service start on the target. */
async function startBy(own: Shop, start: StartRule): Promise<void> {
  const [service] = own.declaration.services
  const services = [
    aService({ id: service?.id ?? own.subject.service.id, releases_to: [aCdConfig({ start })] }),
  ]
  await own.alice.ledger.declare({ ...own.declaration, command_id: newCommandId(), services })
}
const startOf = (own: Shop, release: string) =>
  oneRow(
    own.db,
    `select start_rule as rule, start_due_at = approved_at as at_once, start_due_at is null as by_hand,
       extract(epoch from approved_until - greatest(approved_at, start_due_at))::int / 3600 as window_hours,
       start_due_at > approved_at as later
     from pilothouse.releases where id = $1`,
    [release],
  )

async function freeze(own: Shop, from: string, until: string, reason = 'year end'): Promise<string> {
  const freeze_id = freezeId.parse(newReleaseId())
  const place = { project: 'shop', stage: 'production', freeze_id }
  await own.alice.ledger.freeze({ command_id: newCommandId(), ...place, from, until, reason })
  return freeze_id
}
const endFreezes = (own: Shop) =>
  own.db.admin.query(
    `set session_replication_role = replica; delete from pilothouse.freezes; reset session_replication_role`,
  )

describe('what was approved starts', () => {
  test('by hand at any time, without a rule', async () => {
    const { plan } = await approved(shop)
    expect(await startOf(shop, plan.release_id)).toMatchObject({
      rule: 'by_hand',
      by_hand: true,
      window_hours: 8,
    })
    expect(await shop.alice.reads.dueReleases()).toEqual([])
  })

  test('on approval, and is due to those who may carry it out', async () => {
    const own = await openShop()
    await startBy(own, 'on_approval')
    const { plan, revision } = await approved(own)
    expect(await startOf(own, plan.release_id)).toMatchObject({
      rule: 'on_approval',
      at_once: true,
      window_hours: 8,
    })
    expect(await own.carol.reads.dueReleases()).toMatchObject([
      { id: plan.release_id, start: { rule: 'on_approval' }, lifecycle_state: 'approved' },
    ])
    expect(await own.bob.reads.dueReleases()).toEqual([])
    await own.alice.ledger.takeLease(aLease(plan, revision))
    expect(await own.carol.reads.dueReleases()).toEqual([])
    await own.db.close()
  })

  test('at its time of day and not before, and its window counts from then', async () => {
    const own = await openShop()
    const rule = { time: '03:00', time_zone: 'Asia/Shanghai' }
    await startBy(own, rule)
    const { plan, revision } = await approved(own)
    expect(await startOf(own, plan.release_id)).toMatchObject({ rule, later: true, window_hours: 8 })
    const early = own.alice.ledger.takeLease(aLease(plan, revision))
    await expect(early).rejects.toMatchObject({
      code: 'release_state_invalid',
      hint: 'not_due',
      data: { state: 'approved', command: 'take_lease' },
    })
    expect(await own.alice.reads.dueReleases()).toEqual([])
    await own.db.admin.query(
      `update pilothouse.releases set start_due_at = clock_timestamp() where id = $1`,
      [plan.release_id],
    )
    expect(await own.alice.reads.dueReleases()).toMatchObject([{ id: plan.release_id }])
    expect(await own.alice.ledger.takeLease(aLease(plan, revision))).toMatchObject({ attempt: 1 })
    await own.db.close()
  })

  test('by the rule at the time of asking, whatever it becomes', async () => {
    const own = await openShop()
    await startBy(own, 'on_approval')
    const plan = aPreview(own.subject)
    await own.alice.ledger.recordPreview(plan)
    await startBy(own, 'by_hand')
    const request = aRequest(plan)
    await own.alice.ledger.requestApply(request)
    await startBy(own, 'on_approval')
    await decided(own, own.bob, { plan, request })
    expect(await startOf(own, plan.release_id)).toMatchObject({ rule: 'by_hand', by_hand: true })
    await own.db.close()
  })

  test('at once by its rule where nobody has to approve', async () => {
    const own = await openShop()
    const stage = aStage({ name: 'dev', rank: 1, production: false })
    const target = aTarget({ name: 'shop-dev', stage: 'dev' })
    const service = aService({ releases_to: [aCdConfig({ target: 'shop-dev', start: 'on_approval' })] })
    const declaration = aDeclaration({ stages: [stage], targets: [target], services: [service] })
    await own.alice.ledger.declare({ ...declaration, project: { ...declaration.project, name: 'dev' } })
    const plan = aPreview({ service, target }, { policy_version: 1 })
    await own.alice.ledger.recordPreview(plan)
    expect(await own.alice.ledger.requestApply(aRequest(plan))).toMatchObject({ state: 'approved' })
    expect(await own.alice.reads.dueReleases()).toMatchObject([{ id: plan.release_id }])
    await own.db.close()
  })
})

test('a time of day is the next one in its zone, also where clocks change', async () => {
  const zones = [
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
    'Asia/Shanghai',
  ]
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...zones),
      fc.nat({ max: 23 }),
      fc.nat({ max: 59 }),
      fc.date({ min: new Date('2026-01-01'), max: new Date('2031-01-01'), noInvalidDate: true }),
      async (time_zone, hour, minute, at) => {
        const time = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
        const { due } = await oneRow(shop.db, 'select pilothouse.start_due($1, $2) as due', [
          JSON.stringify({ time, time_zone }),
          at.toISOString(),
        ])
        if (!(due instanceof Date)) throw new TypeError('no time')
        expect(due.getTime()).toBeGreaterThan(at.getTime())
        // A day with an hour more, and a time that is skipped, put it off by so much.
        expect(due.getTime() - at.getTime()).toBeLessThanOrEqual(26 * 3_600_000)
        const wall = new Intl.DateTimeFormat('en-GB', {
          timeZone: time_zone,
          hour: '2-digit',
          minute: '2-digit',
        }).format(due)
        const minutes = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))
        const off = (minutes(wall) - minutes(time) + 1440) % 1440
        expect([0, 30, 60]).toContain(off)
      },
    ),
    { numRuns: fc.readConfigureGlobal().numRuns ?? 150 },
  )
})

describe('a freeze', () => {
  test('keeps what is approved from starting, with its reason and its end', async () => {
    const own = await openShop()
    const { plan, revision } = await approved(own)
    const until = inMinutes(30)
    await freeze(own, inMinutes(-1), until)
    expect(await newestEvents(own.db, 1)).toMatchObject([
      {
        action: 'target.frozen',
        resource_type: 'stage',
        detail: { stage: 'production', reason: 'year end' },
      },
    ])
    await expect(own.alice.ledger.takeLease(aLease(plan, revision))).rejects.toMatchObject({
      code: 'target_frozen',
      data: { stage: 'production', reason: 'year end', until: until.replace('Z', '000Z') },
    })
    expect(await standing(own, plan.release_id)).toEqual({ state: 'approved', revision })
    await endFreezes(own)
    expect(await own.alice.ledger.takeLease(aLease(plan, revision))).toMatchObject({ attempt: 1 })
    await own.db.close()
  })

  test('keeps what failed from being tried again', async () => {
    const own = await openShop()
    const run = await running(own)
    const revision = await fail(own, run, run.plan.live_base)
    await freeze(own, inMinutes(0), inMinutes(30))
    await expect(own.alice.ledger.takeLease(aLease(run.plan, revision))).rejects.toMatchObject({
      code: 'target_frozen',
    })
    await own.db.close()
  })

  test('lets a run go on, and lets it be recovered', async () => {
    const own = await openShop()
    const run = await running(own)
    await freeze(own, inMinutes(0), inMinutes(30))
    await own.alice.ledger.renewLease({
      release_id: run.plan.release_id,
      fence: run.fence,
      lease_seconds: 60,
    })
    await own.db.admin.query(
      `update pilothouse.releases set lease_until = clock_timestamp() - interval '1 second'`,
    )
    const again = await own.carol.ledger.takeLease(aLease(run.plan, run.revision))
    expect(again).toMatchObject({ recovered: true })
    await own.carol.ledger.finish(aFinish(run.plan.release_id, again.fence))
    await own.db.close()
  })

  test('that is not yet, is over or is of another stage keeps nothing', async () => {
    const own = await openShop()
    const { plan, revision } = await approved(own)
    await freeze(own, inMinutes(10), inMinutes(30))
    await own.alice.ledger.takeLease(aLease(plan, revision))
    await own.db.close()
  })

  test('hides what is due', async () => {
    const own = await openShop()
    await startBy(own, 'on_approval')
    await approved(own)
    await freeze(own, inMinutes(0), inMinutes(30))
    expect(await own.alice.reads.dueReleases()).toEqual([])
    await own.db.close()
  })

  test('is ordered by who manages access there, and neither in the past nor without a reason', async () => {
    const order = (changes: object) =>
      shop.alice.ledger.freeze({
        command_id: newCommandId(),
        freeze_id: freezeId.parse(newReleaseId()),
        project: 'shop',
        stage: 'production',
        from: inMinutes(60),
        until: inMinutes(120),
        reason: 'x',
        ...changes,
      })
    const wrong = (path: string) => ({ code: 'validation_error', data: { problems: [{ path }] } })
    await expect(order({ from: inMinutes(-60) })).rejects.toMatchObject(wrong('from'))
    await expect(order({ until: inMinutes(60) })).rejects.toMatchObject(wrong('until'))
    await expect(order({ until: 'infinity' })).rejects.toMatchObject(wrong('until'))
    await expect(order({ reason: ' ' })).rejects.toMatchObject(wrong('reason'))
    await expect(order({ stage: 'nowhere' })).rejects.toMatchObject({ code: 'not_found' })
    const mine = { command_id: newCommandId(), freeze_id: freezeId.parse(newReleaseId()), reason: 'x' }
    const span = { project: 'shop', stage: 'production', from: inMinutes(60), until: inMinutes(120) }
    await expect(shop.bob.ledger.freeze({ ...mine, ...span })).rejects.toMatchObject({
      code: 'permission_denied',
    })
  })
})

test('a start rule names a zone that there is', async () => {
  const unknown = startBy(shop, { time: '03:00', time_zone: 'Europe/Atlantis' })
  await expect(unknown).rejects.toMatchObject({
    code: 'validation_error',
    data: {
      problems: [{ path: 'services.web.releases_to.shop-production.start.time_zone', problem: 'unknown' }],
    },
  })
})
