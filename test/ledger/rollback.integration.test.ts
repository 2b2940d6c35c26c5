import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { PreviewCommand } from '../../src-main/ports/ledger.ts'
import { v7 as newId } from 'uuid'
import { commandId, freezeId } from '../../src-preload/contract/vocabulary.ts'
import type { ReleaseId } from '../../src-preload/contract/vocabulary.ts'
import { aFinish, aLease, aPreview, aRequest } from '../support/releaseBuilder.ts'
import { actionsOf, applied, decided, fail, openShop, running } from './shop.ts'
import type { Shop } from './shop.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(async () => {
  await shop.db.close()
})

interface Done {
  readonly plan: PreviewCommand
}

/** A plan that goes back from one release to the document of another. */
function aRollback(from: Done, to: Done, changes: Partial<PreviewCommand> = {}): PreviewCommand {
  return aPreview(
    shop.subject,
    { previous: from.plan.document_digest, tag: to.plan.version_label ?? '' },
    {
      kind: 'rollback',
      source_release_id: from.plan.release_id,
      target_revision: to.plan.release_id,
      ...changes,
    },
  )
}

async function states(): Promise<Map<string, string>> {
  const { rows } = await shop.db.admin.query<{ id: string; lifecycle_state: string }>(
    'select id, lifecycle_state from pilothouse.releases',
  )
  return new Map(rows.map((row) => [row.id, row.lifecycle_state]))
}

/** As if every approval had been given that much earlier. */
async function letPass(hours: number): Promise<void> {
  const earlier = 'update pilothouse.releases set approved_at = approved_at - make_interval(hours => $1)'
  await shop.db.admin.query(earlier, [hours])
}

/** Carries a rollback out that needs no ticket of its own. */
async function start(plan: PreviewCommand) {
  await shop.alice.ledger.recordPreview(plan)
  const { revision } = await shop.alice.ledger.requestApply(aRequest(plan))
  return shop.alice.ledger.takeLease(aLease(plan, revision))
}

async function lastEventOf(release: ReleaseId): Promise<string | undefined> {
  return (await actionsOf(shop, release)).at(-1)
}

describe('going back', () => {
  test('from a failure is not kept by a freeze; from what was applied it is', async () => {
    const first = await applied(shop, { tag: '1.0' })
    const second = await applied(shop, { tag: '2.0', previous: first.digest })
    const frozen = {
      command_id: commandId.parse(newId()),
      freeze_id: freezeId.parse(newId()),
      project: 'shop',
      stage: 'production',
      from: new Date().toISOString(),
      until: new Date(Date.now() + 3_600_000).toISOString(),
      reason: 'year end',
    }
    await shop.alice.ledger.freeze(frozen)
    await expect(start(aRollback(second, first))).rejects.toMatchObject({ code: 'target_frozen' })
    await shop.db.admin.query('update pilothouse.freezes set lifted_at = clock_timestamp()')
    const third = await running(shop, { tag: '3.0', previous: second.digest })
    await fail(shop, third)
    await shop.alice.ledger.freeze({
      ...frozen,
      command_id: commandId.parse(newId()),
      freeze_id: freezeId.parse(newId()),
    })
    const back = aRollback(second, second, { source_release_id: third.plan.release_id })
    expect(await start(back)).toMatchObject({ attempt: 1 })
  })

  test('to what the approval named needs no second ticket, and settles the release it went back from', async () => {
    const first = await applied(shop, { tag: '1.0' })
    const second = await applied(shop, { tag: '2.0', previous: first.digest })
    const plan = aRollback(second, first)
    await shop.alice.ledger.recordPreview(plan)
    const { rows } = await shop.db.admin.query<{ policy: unknown }>(
      'select policy from pilothouse.previews where preview_ref = $1',
      [plan.preview_ref],
    )
    expect(rows[0]?.policy).toMatchObject({ required: false, solo: false, covered_by: second.ticket })
    const asked = await shop.alice.ledger.requestApply(aRequest(plan))
    expect(asked).toMatchObject({ state: 'approved', ticket_id: null })
    const { fence } = await shop.alice.ledger.takeLease(aLease(plan, asked.revision))
    await shop.alice.ledger.finish(aFinish(plan.release_id, fence))
    const now = await states()
    expect(now.get(plan.release_id)).toBe('applied')
    expect(now.get(second.plan.release_id)).toBe('rollback')
    expect(now.get(first.plan.release_id)).toBe('applied')
    expect(await lastEventOf(second.plan.release_id)).toBe('release.rollback_completed')
    expect(await actionsOf(shop, plan.release_id)).toContain('release.rollback_requested')
    const target = await shop.db.admin.query(
      'select last_release_id, last_document_digest from pilothouse.targets',
    )
    expect(target.rows).toEqual([
      { last_release_id: plan.release_id, last_document_digest: first.plan.document_digest },
    ])
  })

  test('from a failed release works the same way', async () => {
    const first = await applied(shop, { tag: '1.0' })
    const second = await running(shop, { tag: '2.0', previous: first.digest })
    await fail(shop, second)
    const plan = aRollback(first, first, { source_release_id: second.plan.release_id })
    const { fence } = await start(plan)
    await shop.alice.ledger.finish(aFinish(plan.release_id, fence))
    expect((await states()).get(second.plan.release_id)).toBe('rollback')
  })

  test('that fails says so at the release it should have settled, and can be planned again', async () => {
    const first = await applied(shop, { tag: '1.0' })
    const second = await applied(shop, { tag: '2.0', previous: first.digest })
    const plan = aRollback(second, first)
    const { fence, attempt } = await start(plan)
    await fail(shop, { plan, fence, attempt })
    expect((await states()).get(second.plan.release_id)).toBe('applied')
    expect(await lastEventOf(second.plan.release_id)).toBe('release.rollback_failed')
    const again = aRollback(second, first)
    const { fence: later } = await start(again)
    await shop.alice.ledger.finish(aFinish(again.release_id, later))
    expect((await states()).get(second.plan.release_id)).toBe('rollback')
  })

  test('later than the hours that were granted, or further, asks again', async () => {
    const first = await applied(shop, { tag: '1.0' })
    const second = await applied(shop, { tag: '2.0', previous: first.digest })
    const third = await applied(shop, { tag: '3.0', previous: second.digest })
    const further = aRollback(third, first)
    await shop.alice.ledger.recordPreview(further)
    const request = aRequest(further)
    expect(await shop.alice.ledger.requestApply(request)).toMatchObject({ state: 'pending_approval' })
    expect(await decided(shop, shop.bob, { plan: further, request })).toMatchObject({ state: 'approved' })
    await letPass(25)
    const late = aRollback(third, second)
    await shop.alice.ledger.recordPreview(late)
    expect(await shop.alice.ledger.requestApply(aRequest(late))).toMatchObject({ state: 'pending_approval' })
  })
})

describe('no way back leads', () => {
  test('from anything but the newest, to a document that never was applied, or to other bytes', async () => {
    const first = await applied(shop, { tag: '1.0' })
    const second = await applied(shop, { tag: '2.0', previous: first.digest })
    const third = await applied(shop, { tag: '3.0', previous: second.digest })
    const latest = { previous_document_digest: third.digest }
    const way_back = { ...third.plan.way_back, document_digest: third.digest }
    const refused = async (plan: PreviewCommand, problem: string) =>
      expect(shop.alice.ledger.recordPreview(plan)).rejects.toMatchObject({
        code: 'rollback_source_invalid',
        data: { problem },
      })
    await refused(aRollback(third, third), 'target_revision_never_applied')
    await refused(
      aPreview(
        shop.subject,
        { previous: third.digest, tag: '1.0' },
        {
          ...latest,
          way_back,
          kind: 'rollback',
          source_release_id: second.plan.release_id,
          target_revision: first.plan.release_id,
        },
      ),
      'source_not_newest',
    )
    await refused(
      aPreview(
        shop.subject,
        { previous: third.digest, tag: 'other' },
        {
          kind: 'rollback',
          source_release_id: third.plan.release_id,
          target_revision: first.plan.release_id,
        },
      ),
      'document',
    )
  })

  test('twice from the same release: the second one finds it settled', async () => {
    const first = await applied(shop, { tag: '1.0' })
    const second = await running(shop, { tag: '2.0', previous: first.digest })
    await fail(shop, second)
    const rollback = () => aRollback(first, first, { source_release_id: second.plan.release_id })
    const [one, two] = [rollback(), rollback()]
    await shop.alice.ledger.recordPreview(two)
    const { revision } = await shop.alice.ledger.requestApply(aRequest(two))
    const { fence } = await start(one)
    await shop.alice.ledger.finish(aFinish(one.release_id, fence))
    await expect(shop.alice.ledger.takeLease(aLease(two, revision))).rejects.toMatchObject({
      code: 'rollback_source_invalid',
      data: { problem: 'source_state' },
    })
  })

  test('without the permission to roll back', async () => {
    const first = await applied(shop, { tag: '1.0' })
    const second = await applied(shop, { tag: '2.0', previous: first.digest })
    await expect(shop.bob.ledger.recordPreview(aRollback(second, first))).rejects.toMatchObject({
      code: 'permission_denied',
      data: { permission: 'release:rollback' },
    })
  })
})
