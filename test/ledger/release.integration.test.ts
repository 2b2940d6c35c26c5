import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sha256 } from '../../src-main/lifecycle/canonical.ts'
import {
  aDecision,
  aFinish,
  aLease,
  aPreview,
  aRequest,
  aTarget,
  newCommandId,
  newReleaseId,
  newTicketId,
} from '../support/releaseBuilder.ts'
import { actionsOf, applied, approved, asked, decided, everything, openShop, planned } from './shop.ts'
import type { Shop } from './shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await openShop()
})
afterAll(async () => {
  await shop.db.close()
})

async function lastDigest(): Promise<string | null> {
  const { rows } = await shop.db.admin.query<{ last: string | null }>(
    'select last_document_digest as last from pilothouse.targets where id = $1',
    [shop.subject.target.id],
  )
  return rows[0]?.last ?? null
}

describe('a release that goes well', () => {
  test('is planned, asked for, approved by another person, applied, and leaves the whole story', async () => {
    const { alice, bob } = shop
    const plan = aPreview(shop.subject)
    const recorded = await alice.ledger.recordPreview(plan)
    expect(recorded).toMatchObject({
      release_id: plan.release_id,
      state: 'preview',
      revision: 1,
      ticket_id: null,
    })
    const request = aRequest(plan)
    const pending = await alice.ledger.requestApply(request)
    expect(pending).toMatchObject({ state: 'pending_approval', ticket_id: request.ticket_id })
    await bob.ledger.viewed(request.ticket_id)
    await bob.ledger.viewed(request.ticket_id)
    const { state, revision } = await decided(shop, bob, { plan, request })
    expect(state).toBe('approved')
    const lease = await alice.ledger.takeLease(aLease(plan, revision, { observed_fence: 41 }))
    expect(lease).toMatchObject({ fence: 42, attempt: 1, recovered: false })
    const held = { release_id: plan.release_id, fence: 42 }
    const step = {
      ...held,
      attempt: 1,
      index: 0,
      key: 'up',
      host: 'local',
      message: { text: 'step.up', params: {} },
    }
    await alice.ledger.recordStep({ ...step, status: 'intended', detail: {} })
    await alice.ledger.recordLogs({
      ...held,
      attempt: 1,
      step: 'up',
      host: 'local',
      text: 'pulling\nstarted\n',
    })
    await alice.ledger.recordStep({ ...step, status: 'succeeded', detail: { changed: 1 } })
    expect(await alice.ledger.renewLease({ ...held, lease_seconds: 60 })).toMatchObject({
      abort_requested: false,
    })
    const finished = await alice.ledger.finish(aFinish(plan.release_id, 42))
    expect(finished).toMatchObject({ state: 'applied' })
    expect(await lastDigest()).toBe(plan.document_digest)
    expect(await actionsOf(shop, plan.release_id)).toEqual([
      'release.draft_created',
      'release.previewed',
      'release.apply_requested',
      'release.pending_approval',
      'release.approved',
      'release.applying',
      'release.step_started',
      'release.step_succeeded',
      'release.applied',
    ])
    expect(await actionsOf(shop, request.ticket_id)).toEqual([
      'approval.ticket_created',
      'approval.viewed',
      'approval.approved',
    ])
    expect((await alice.ledger.verifyChains()).broken).toEqual([])
  })

  test('answers with positions that grow with every command', async () => {
    const { plan } = await planned(shop, { previous: sha256(aPreview(shop.subject).document) })
    const again = aPreview(shop.subject, {
      release: plan.release_id,
      seen_revision: 1,
      previous: plan.previous_document_digest,
    })
    const first = await shop.alice.ledger.recordPreview(again)
    const second = await shop.alice.ledger.requestApply(aRequest(again))
    const parts = (position: string) => position.split(':').map(Number)
    const [xid = 0, seq = 0] = parts(first.position)
    const [laterXid = 0, laterSeq = 0] = parts(second.position)
    expect(laterXid).toBeGreaterThan(xid)
    expect(laterSeq).toBeGreaterThan(seq)
  })
})

describe('a plan', () => {
  test('is refused when its bytes, its context or its predecessor are not what it says', async () => {
    const previous = sha256(aPreview(shop.subject).document)
    const plan = (changes: Parameters<typeof aPreview>[2] = {}, options = {}) =>
      shop.alice.ledger.recordPreview(aPreview(shop.subject, { previous, ...options }, changes))
    await expect(plan({ document: Buffer.from('{}'), document_digest: previous })).rejects.toMatchObject({
      code: 'digest_mismatch',
      data: { expected: previous, actual: sha256('{}') },
    })
    const big = Buffer.alloc(4 * 1024 * 1024 + 1, 32)
    await expect(plan({ document: big, document_digest: sha256(big) })).rejects.toMatchObject({
      code: 'document_too_large',
    })
    await expect(plan({ context: aPreview(shop.subject, { previous }).context })).rejects.toMatchObject({
      code: 'preview_mismatch',
      data: { differs: ['release'] },
    })
    await expect(plan({ context: 'not json' })).rejects.toMatchObject({ code: 'preview_mismatch' })
    await expect(plan({}, { policy_version: 1 })).rejects.toMatchObject({
      data: { differs: ['policy_version'] },
    })
    await expect(plan({ strategy: 'canary' })).rejects.toMatchObject({ code: 'strategy_invalid' })
    await expect(plan({}, { previous: null })).rejects.toMatchObject({ code: 'conflict' })
  })

  test('made twice from the same revision counts once, and voids the older one', async () => {
    const previous = sha256(aPreview(shop.subject).document)
    const { plan } = await planned(shop, { previous })
    const again = aPreview(shop.subject, { previous, release: plan.release_id, seen_revision: 1 })
    const rival = aPreview(shop.subject, { previous, release: plan.release_id, seen_revision: 1 })
    await shop.alice.ledger.recordPreview(again)
    await expect(shop.alice.ledger.recordPreview(rival)).rejects.toMatchObject({ code: 'conflict' })
    await expect(
      shop.alice.ledger.requestApply({ ...aRequest(again), preview_ref: plan.preview_ref }),
    ).rejects.toMatchObject({ code: 'preview_mismatch' })
    const elsewhere = aPreview(shop.subject, { previous, release: plan.release_id, seen_revision: 0 })
    await expect(shop.alice.ledger.recordPreview(elsewhere)).rejects.toMatchObject({ code: 'conflict' })
  })

  test('takes the place of a pending or an approved one, whose ticket is superseded', async () => {
    const previous = sha256(aPreview(shop.subject).document)
    for (const earlier of [await asked(shop, { previous }), await approved(shop, { previous })]) {
      const again = aPreview(shop.subject, {
        previous,
        release: earlier.plan.release_id,
        seen_revision: earlier.revision,
      })
      expect(await shop.alice.ledger.recordPreview(again)).toMatchObject({
        state: 'preview',
        ticket_id: null,
      })
      expect((await actionsOf(shop, earlier.ticket)).at(-1)).toBe('approval.superseded')
      await expect(shop.bob.ledger.decide(aDecision(earlier.plan, earlier.request))).rejects.toMatchObject({
        code: 'ticket_superseded',
      })
      await expect(shop.alice.ledger.takeLease(aLease(again, earlier.revision + 1))).rejects.toMatchObject({
        code: 'approval_required',
        data: { ticket: null },
      })
    }
  })
})

describe('asking for an apply', () => {
  test('is refused without a plan, with an old one, and with another; and nothing comes of it', async () => {
    const previous = sha256(aPreview(shop.subject).document)
    const { plan } = await planned(shop, { previous })
    const before = await everything(shop, ['commands'])
    await expect(shop.alice.ledger.requestApply(aRequest(plan, { preview_ref: null }))).rejects.toMatchObject(
      { code: 'preview_required' },
    )
    await expect(
      shop.alice.ledger.requestApply(aRequest(plan, { context_hash: sha256('another') })),
    ).rejects.toMatchObject({ code: 'preview_mismatch', data: { differs: ['context_hash'] } })
    await shop.db.admin.query(
      "update pilothouse.previews set expires_at = clock_timestamp() - interval '1 second' where preview_ref = $1",
      [plan.preview_ref],
    )
    await expect(shop.alice.ledger.requestApply(aRequest(plan))).rejects.toMatchObject({
      code: 'preview_expired',
    })
    expect(await everything(shop, ['commands'])).toEqual(before)
  })

  test('is refused once somebody else released to the target', async () => {
    const other = await openShop()
    const { plan } = await planned(other)
    await applied(other, { tag: '1.1' })
    await expect(other.alice.ledger.requestApply(aRequest(plan))).rejects.toMatchObject({
      code: 'preview_mismatch',
      data: { differs: ['previous_document_digest'] },
    })
    await other.db.close()
  })
})

describe('a command sent twice', () => {
  test('gives its first answer and does nothing more', async () => {
    const previous = sha256(aPreview(shop.subject).document)
    const plan = aPreview(shop.subject, { previous })
    const [one, two] = await Promise.all([
      shop.alice.ledger.recordPreview(plan),
      shop.alice.ledger.recordPreview(plan),
    ])
    expect(two).toEqual(one)
    expect(await actionsOf(shop, plan.release_id)).toEqual(['release.draft_created', 'release.previewed'])
    const request = aRequest(plan, { preview_ref: null })
    await expect(shop.alice.ledger.requestApply(request)).rejects.toMatchObject({ code: 'preview_required' })
    await expect(shop.alice.ledger.requestApply(request)).rejects.toMatchObject({ code: 'preview_required' })
  })

  test('is a conflict for another login or another function', async () => {
    const previous = sha256(aPreview(shop.subject).document)
    const { plan } = await planned(shop, { previous })
    const id = plan.command_id
    await expect(
      shop.carol.ledger.recordPreview({ ...aPreview(shop.subject, { previous }), command_id: id }),
    ).rejects.toMatchObject({ code: 'conflict' })
    await expect(shop.alice.ledger.requestApply({ ...aRequest(plan), command_id: id })).rejects.toMatchObject(
      { code: 'conflict' },
    )
  })
})

test('a release that nobody knows is not found', async () => {
  const nowhere = { command_id: newCommandId(), release_id: newReleaseId(), comment: '' }
  await expect(shop.alice.ledger.requestAbort(nowhere)).rejects.toMatchObject({ code: 'release_not_found' })
  const ticket = newTicketId()
  await expect(shop.bob.ledger.viewed(ticket)).rejects.toMatchObject({ code: 'ticket_not_found' })
  const elsewhere = { ...shop.subject, target: aTarget() }
  await expect(shop.alice.ledger.recordPreview(aPreview(elsewhere))).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('a prompt that was left open does not hold a release for long', async () => {
  const { plan } = await planned(shop, { previous: sha256(aPreview(shop.subject).document) })
  const client = await shop.alice.pool.connect()
  try {
    await client.query('begin; set local idle_in_transaction_session_timeout = 0')
    const command = { command_id: newCommandId(), release_id: plan.release_id, comment: '' }
    await client.query('select pilothouse_api.request_abort($1)', [JSON.stringify(command)])
    const { rows } = await client.query('show idle_in_transaction_session_timeout')
    expect(rows).toEqual([{ idle_in_transaction_session_timeout: '30s' }])
  } finally {
    await client.query('rollback')
    client.release()
  }
})

test('commands refuse an old snapshot, which would judge by what no longer holds', async () => {
  const client = await shop.alice.pool.connect()
  try {
    await client.query('begin isolation level repeatable read')
    await expect(
      client.query('select pilothouse_api.viewed($1)', [JSON.stringify({ ticket_id: randomUUID() })]),
    ).rejects.toThrow('read committed')
  } finally {
    await client.query('rollback')
    client.release()
  }
})
