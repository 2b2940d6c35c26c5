import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canonicalDigest, sha256 } from '../../src-main/lifecycle/canonical.ts'
import { aDiagnostic, aFinish, aLease, newCommandId } from '../support/releaseBuilder.ts'
import { actionsOf, applied, approved, asked, fail, openShop, running } from './shop.ts'
import type { Running, Shop } from './shop.ts'

let shop: Shop
let previous: ReturnType<typeof sha256> | null = null
beforeAll(async () => {
  shop = await openShop({ retries: 1 })
})
afterAll(async () => {
  await shop.db.close()
})

async function row(release: string): Promise<Record<string, unknown>> {
  const { rows } = await shop.db.admin.query<Record<string, unknown>>(
    'select * from pilothouse.releases where id = $1',
    [release],
  )
  return rows[0] ?? {}
}

/** Lets the lease of a run end, as if its executor were gone. */
async function loseLease({ plan }: Running): Promise<void> {
  await shop.db.admin.query(
    "update pilothouse.releases set lease_until = clock_timestamp() - interval '1 second' where id = $1",
    [plan.release_id],
  )
}

async function finish({ plan, fence }: Running): Promise<void> {
  await shop.alice.ledger.finish(aFinish(plan.release_id, fence))
  previous = plan.document_digest
}

describe('the lease', () => {
  test('goes to one of two executors that start at once', async () => {
    const { plan, revision } = await approved(shop, { previous })
    const results = await Promise.allSettled([
      shop.alice.ledger.takeLease(aLease(plan, revision)),
      shop.carol.ledger.takeLease(aLease(plan, revision)),
    ])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'target_locked' },
    })
    const { lease_holder, fence } = await row(plan.release_id)
    const holder = lease_holder === shop.alice.login ? shop.alice : shop.carol
    await holder.ledger.finish(aFinish(plan.release_id, Number(fence)))
    previous = plan.document_digest
  })

  test('needs an approval, the approved bytes, the permission, and the revision that was seen', async () => {
    const ticket = await asked(shop, { previous })
    await expect(shop.alice.ledger.takeLease(aLease(ticket.plan, ticket.revision))).rejects.toMatchObject({
      code: 'approval_required',
      data: { release: ticket.plan.release_id, ticket: ticket.ticket },
    })
    const { plan, revision } = await approved(shop, { previous })
    const other = sha256('other bytes')
    await expect(
      shop.alice.ledger.takeLease(aLease(plan, revision, { document_digest: other })),
    ).rejects.toMatchObject({
      code: 'digest_mismatch',
      data: { expected: plan.document_digest, actual: other },
    })
    await expect(shop.alice.ledger.takeLease(aLease(plan, revision - 1))).rejects.toMatchObject({
      code: 'conflict',
    })
    await expect(shop.bob.ledger.takeLease(aLease(plan, revision))).rejects.toMatchObject({
      code: 'permission_denied',
    })
    expect((await row(plan.release_id))['lifecycle_state']).toBe('approved')
  })

  test('keeps everybody else off the target until the run has ended', async () => {
    const first = await running(shop, { previous })
    const second = await approved(shop, { previous })
    const start = () => shop.carol.ledger.takeLease(aLease(second.plan, second.revision))
    await expect(start()).rejects.toMatchObject({ code: 'target_locked', data: { holder: shop.alice.login } })
    await loseLease(first)
    await expect(start()).rejects.toMatchObject({ code: 'target_locked', data: { lost: true } })
    const taken = await shop.carol.ledger.takeLease(aLease(first.plan, first.revision))
    expect(taken).toMatchObject({ recovered: true, attempt: 1, fence: first.fence + 1 })
    await shop.carol.ledger.finish(aFinish(first.plan.release_id, taken.fence))
    previous = first.plan.document_digest
  })

  test('is lost once it ran out: nothing more can be recorded, not even the end', async () => {
    const run = await running(shop, { previous })
    const { release_id } = run.plan
    const held = { release_id, fence: run.fence }
    await expect(shop.carol.ledger.renewLease({ ...held, lease_seconds: 60 })).rejects.toMatchObject({
      code: 'lease_lost',
      data: { holder: shop.alice.login },
    })
    await loseLease(run)
    const late = [
      shop.alice.ledger.renewLease({ ...held, lease_seconds: 60 }),
      shop.alice.ledger.recordLogs({ ...held, attempt: 1, step: 'up', host: 'local', text: 'late' }),
      shop.alice.ledger.recordDiagnostics({ ...held, attempt: 1, diagnostics: [aDiagnostic()] }),
      shop.alice.ledger.finish(aFinish(release_id, run.fence)),
    ]
    for (const result of await Promise.allSettled(late))
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'lease_lost' } })
    const taken = await shop.alice.ledger.takeLease(
      aLease(run.plan, run.revision, { live_base_digest: sha256('x') }),
    )
    expect(taken.recovered).toBe(true)
    expect(await actionsOf(shop, release_id)).toContain('release.recovered')
    await expect(shop.alice.ledger.finish(aFinish(release_id, run.fence))).rejects.toMatchObject({
      code: 'lease_lost',
    })
    await finish({ ...run, fence: taken.fence })
  })
})

describe('drift', () => {
  test('sends an approved release back to its plan, and takes its approval with it', async () => {
    const { plan, ticket, revision } = await approved(shop, { previous })
    const start = aLease(plan, revision, { live_base_digest: sha256('changed'), drifted: ['services.web'] })
    await expect(shop.alice.ledger.takeLease(start)).rejects.toMatchObject({
      code: 'drift_detected',
      data: { objects: ['services.web'] },
    })
    expect(await row(plan.release_id)).toMatchObject({ lifecycle_state: 'preview', approval_ticket: null })
    expect((await actionsOf(shop, plan.release_id)).at(-1)).toBe('target.drifted')
    expect((await actionsOf(shop, ticket)).at(-1)).toBe('approval.superseded')
    await expect(
      shop.alice.ledger.requestApply({
        command_id: newCommandId(),
        release_id: plan.release_id,
        seen_revision: revision + 1,
        preview_ref: plan.preview_ref,
        context_hash: null,
        ticket_id: ticket,
        source: 'cli',
      }),
    ).rejects.toMatchObject({ code: 'preview_required' })
  })

  test('is also what somebody else applied meanwhile', async () => {
    const { plan, revision } = await approved(shop, { previous })
    const other = await applied(shop, { previous, tag: '2.0' })
    previous = other.digest
    await expect(shop.alice.ledger.takeLease(aLease(plan, revision))).rejects.toMatchObject({
      code: 'drift_detected',
    })
  })
})

describe('a failed release', () => {
  test('ends with a diagnosis, and can be tried again as often as granted, on what it left', async () => {
    const run = await running(shop, { previous })
    const { plan } = run
    const end = aFinish(plan.release_id, run.fence, {
      outcome: { kind: 'failed', code: 'compose_up_failed', message: 'no' },
    })
    await expect(shop.alice.ledger.finish(end)).rejects.toMatchObject({ code: 'validation_error' })
    const left = { services: { web: 'half' } }
    const revision = await fail(shop, run, left)
    expect(await row(plan.release_id)).toMatchObject({
      lifecycle_state: 'failed',
      run: 'idle',
      lease_holder: null,
      failure: { code: 'compose_up_failed', message: 'no such file' },
    })
    await expect(
      shop.alice.ledger.takeLease(aLease(plan, revision, { live_base_digest: sha256('foreign') })),
    ).rejects.toMatchObject({ code: 'drift_detected' })
    const retry = await shop.alice.ledger.takeLease(
      aLease(plan, revision, { live_base_digest: canonicalDigest(left) }),
    )
    expect(retry).toMatchObject({ attempt: 2, recovered: false })
    const again = await fail(shop, { plan, fence: retry.fence, attempt: 2 }, left)
    await expect(
      shop.alice.ledger.takeLease(aLease(plan, again, { live_base_digest: canonicalDigest(left) })),
    ).rejects.toMatchObject({
      code: 'release_state_invalid',
      data: { state: 'failed', attempts: 2, allowed: 2 },
    })
  })

  test('is not tried again after the window of its approval', async () => {
    const run = await running(shop, { previous })
    const revision = await fail(shop, run)
    await shop.db.admin.query(
      "update pilothouse.releases set approved_until = clock_timestamp() - interval '1 second' where id = $1",
      [run.plan.release_id],
    )
    await expect(shop.alice.ledger.takeLease(aLease(run.plan, revision))).rejects.toMatchObject({
      code: 'ticket_expired',
    })
    expect((await row(run.plan.release_id))['lifecycle_state']).toBe('failed')
  })
})

describe('a run', () => {
  test('can be asked to stop, and hears of it at the next renewal', async () => {
    const run = await running(shop, { previous })
    const { release_id } = run.plan
    const abort = () => ({ command_id: newCommandId(), release_id, comment: 'wrong one' })
    await expect(shop.bob.ledger.requestAbort(abort())).rejects.toMatchObject({ code: 'permission_denied' })
    await shop.carol.ledger.requestAbort(abort())
    const held = { release_id, fence: run.fence }
    expect(await shop.alice.ledger.renewLease({ ...held, lease_seconds: 60 })).toMatchObject({
      abort_requested: true,
    })
    await fail(shop, run)
    await expect(shop.carol.ledger.requestAbort(abort())).rejects.toMatchObject({
      code: 'release_state_invalid',
    })
  })

  test('writes within the caps, and only of the attempt that it is', async () => {
    const run = await running(shop, { previous })
    const held = { release_id: run.plan.release_id, fence: run.fence }
    const log = { ...held, attempt: 1, step: 'up', host: 'local' }
    await expect(
      shop.alice.ledger.recordLogs({ ...log, text: 'x'.repeat(256 * 1024 + 1) }),
    ).rejects.toMatchObject({ code: 'document_too_large' })
    await expect(shop.alice.ledger.recordLogs({ ...log, attempt: 2, text: '' })).rejects.toMatchObject({
      code: 'validation_error',
    })
    const evidence = {
      exit_code: null,
      health_output: 'x'.repeat(64 * 1024),
      last_log_lines: [],
      facts: {},
    }
    await expect(
      shop.alice.ledger.recordDiagnostics({ ...held, attempt: 1, diagnostics: [aDiagnostic({ evidence })] }),
    ).rejects.toMatchObject({ code: 'document_too_large' })
    await finish(run)
  })
})
