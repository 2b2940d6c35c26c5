import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reviewTicket } from '../../src-preload/contract/inbox.ts'
import type { BreakGlassCommand } from '../../src-main/ports/ledger.ts'
import { freezeId } from '../../src-preload/contract/vocabulary.ts'
import type { TestMember } from '../support/ledger.ts'
import {
  aDecision,
  aLease,
  aPreview,
  newCommandId,
  newReleaseId,
  newTicketId,
} from '../support/releaseBuilder.ts'
import { deciding, inMinutes, newestEvents } from './changing.ts'
import { actionsOf, asked, everything, openShop, planned, record, standing } from './shop.ts'
import type { Asked, Shop } from './shop.ts'

let shop: Shop
let ivan: TestMember
let robot: TestMember
beforeAll(async () => {
  shop = await openShop()
  ivan = await shop.db.member('ivan', { roles: [{ role: 'incident-responder' }, { role: 'approver' }] })
  robot = await shop.db.member('robot', { kind: 'agent', samePersonAs: 'ivan', roles: [{ role: 'agent' }] })
})
afterAll(async () => {
  await shop.db.close()
})

function breaking(
  ticket: Pick<Asked, 'plan' | 'revision'>,
  changes: Partial<BreakGlassCommand> = {},
): BreakGlassCommand {
  return {
    command_id: newCommandId(),
    release_id: ticket.plan.release_id,
    seen_revision: ticket.revision,
    reason: 'the shop is down',
    incident_link: 'https://incidents.example/7',
    ticket_id: newTicketId(),
    ...changes,
  }
}

async function broken(own: Shop, by: TestMember) {
  const waiting = await asked(own)
  const command = breaking(waiting)
  const answer = await by.ledger.breakGlass(command)
  const review = reviewTicket.parse(await by.reads.ticket(command.ticket_id))
  return { ...waiting, command, answer, review }
}

describe('breaking the glass', () => {
  test('approves what waits, tells everybody concerned, and opens a review that never runs out', async () => {
    const { plan, ticket, answer, review, command } = await broken(shop, ivan)
    expect(answer).toMatchObject({ state: 'approved', ticket_id: review.id })
    expect(await shop.alice.reads.release(plan.release_id)).toMatchObject({
      lifecycle_state: 'approved',
      break_glass: {
        reason: 'the shop is down',
        incident_link: command.incident_link,
        by: ivan.login,
        review_ticket: review.id,
      },
      start: { rule: 'by_hand', due_at: null },
    })
    expect(await shop.alice.reads.ticket(ticket)).toMatchObject({ status: 'superseded' })
    expect(review).toMatchObject({
      scope_type: 'review',
      status: 'pending',
      expires_at: null,
      incident_link: command.incident_link,
      requested_by: ivan.login,
      rules: [{ role: null, team: null, minimum: 1, candidates: ['bob'] }],
      can_decide: false,
    })
    expect(await actionsOf(shop, plan.release_id)).toContain('release.glass_broken')
    expect(await newestEvents(shop.db, 1)).toMatchObject([
      {
        action: 'release.glass_broken',
        actor: ivan.login,
        detail: {
          reason: 'the shop is down',
          superseded: ticket,
          review_ticket: review.id,
          concerned: ['alice', 'bob', 'ivan'],
          transition: { from: 'pending_approval', to: 'approved' },
        },
      },
    ])
    expect(await actionsOf(shop, ticket)).toEqual(['approval.ticket_created', 'approval.superseded'])
    const start = await shop.alice.ledger.takeLease(aLease(plan, answer.revision))
    expect(start).toMatchObject({ attempt: 1 })
  })

  test('takes the permission, a person, a reason and a link to the incident', async () => {
    const own = await openShop()
    const responder = await own.db.member('rita', { roles: [{ role: 'incident-responder' }] })
    const waiting = await asked(own)
    const before = await everything(own, record)
    const tries: [TestMember, Partial<BreakGlassCommand>, string][] = [
      [own.alice, {}, 'permission_denied'],
      [own.bob, {}, 'permission_denied'],
      [responder, { reason: ' ' }, 'comment_required'],
      [responder, { incident_link: 'javascript:alert(1)' }, 'validation_error'],
      [responder, { incident_link: '' }, 'validation_error'],
      [responder, { seen_revision: 1 }, 'conflict'],
      [responder, { release_id: newReleaseId() }, 'release_not_found'],
    ]
    for (const [by, changes, code] of tries)
      await expect(by.ledger.breakGlass(breaking(waiting, changes))).rejects.toMatchObject({ code })
    expect(await everything(own, record)).toEqual(before)
    await own.db.close()
    const other = await asked(shop)
    await expect(robot.ledger.breakGlass(breaking(other))).rejects.toMatchObject({
      code: 'agent_not_allowed',
    })
  })

  test('is for what waits alone', async () => {
    const command = breaking(await planned(shop))
    await expect(ivan.ledger.breakGlass(command)).rejects.toMatchObject({
      code: 'release_state_invalid',
      data: { state: 'preview' },
    })
  })

  test('starts past a freeze, and past the time of day that its rule says', async () => {
    const own = await openShop()
    const rita = await own.db.member('rita', { roles: [{ role: 'incident-responder' }] })
    const freeze = {
      command_id: newCommandId(),
      freeze_id: freezeId.parse(newReleaseId()),
      reason: 'year end',
    }
    await own.alice.ledger.freeze({
      ...freeze,
      project: 'shop',
      stage: 'production',
      from: inMinutes(0),
      until: inMinutes(60),
    })
    await own.db.admin.query(
      `update pilothouse.cd_configs set start = 'at_time', start_time = '03:00', start_zone = 'UTC'`,
    )
    const { plan, answer } = await broken(own, rita)
    expect(await own.alice.reads.dueReleases()).toMatchObject([{ id: plan.release_id }])
    expect(await own.alice.ledger.takeLease(aLease(plan, answer.revision))).toMatchObject({ attempt: 1 })
    await own.db.close()
  })

  test('ends the waiting of what is approved already, and leaves that approval as it is', async () => {
    const own = await openShop()
    const rita = await own.db.member('rita', { roles: [{ role: 'incident-responder' }] })
    const { plan, request, ticket } = await asked(own)
    await own.bob.ledger.decide(aDecision(plan, request))
    const { revision, approved_until } = await own.alice.reads.release(plan.release_id)
    await own.alice.ledger.freeze({
      command_id: newCommandId(),
      freeze_id: freezeId.parse(newReleaseId()),
      project: 'shop',
      stage: 'production',
      from: inMinutes(0),
      until: inMinutes(60),
      reason: 'year end',
    })
    await expect(own.alice.ledger.takeLease(aLease(plan, revision))).rejects.toMatchObject({
      code: 'target_frozen',
    })
    const answer = await rita.ledger.breakGlass(breaking({ plan, revision }))
    expect(await own.alice.reads.release(plan.release_id)).toMatchObject({
      lifecycle_state: 'approved',
      approved_until,
      start: { rule: 'by_hand', due_at: null },
      break_glass: { by: rita.login },
    })
    expect(await own.alice.reads.ticket(ticket)).toMatchObject({ status: 'approved' })
    const twice = breaking({ plan, revision: answer.revision })
    await expect(rita.ledger.breakGlass(twice)).rejects.toMatchObject({ code: 'release_state_invalid' })
    expect(await own.alice.ledger.takeLease(aLease(plan, answer.revision))).toMatchObject({ attempt: 1 })
    await own.db.close()
  })

  test('counts for that plan only: planned again it needs its approval', async () => {
    const own = await openShop()
    const rita = await own.db.member('rita', { roles: [{ role: 'incident-responder' }] })
    const { plan, answer, review } = await broken(own, rita)
    const again = aPreview(own.subject, {
      release: plan.release_id,
      seen_revision: answer.revision,
      tag: '1.1',
    })
    await own.alice.ledger.recordPreview(again)
    expect(await own.alice.reads.release(plan.release_id)).toMatchObject({
      lifecycle_state: 'preview',
      break_glass: null,
    })
    expect(await own.alice.reads.ticket(review.id)).toMatchObject({ status: 'pending' })
    await own.db.close()
  })
})

describe('the review of an emergency', () => {
  test('is closed by another person than who broke the glass or wanted the release', async () => {
    const own = await openShop()
    const rita = await own.db.member('rita', {
      roles: [{ role: 'incident-responder' }, { role: 'approver' }],
    })
    const twin = await own.db.member('alice_too', { samePersonAs: 'alice', roles: [{ role: 'approver' }] })
    const { plan, review } = await broken(own, rita)
    for (const by of [rita, twin])
      for (const decision of ['approve', 'reject'] as const)
        await expect(by.ledger.decide(deciding(review, { decision, comment: 'fine' }))).rejects.toMatchObject(
          {
            code: 'self_approval_denied',
          },
        )
    await expect(
      own.bob.ledger.decide(deciding(review, { decision: 'revoke', comment: 'no' })),
    ).rejects.toMatchObject({ code: 'ticket_scope_mismatch' })
    await expect(own.bob.ledger.decide(deciding(review, { decision: 'reject' }))).rejects.toMatchObject({
      code: 'comment_required',
    })
    const before = await standing(own, plan.release_id)
    await own.bob.ledger.decide(deciding(review))
    expect(await own.bob.reads.ticket(review.id)).toMatchObject({
      status: 'approved',
      decided_by: own.bob.login,
    })
    expect(await actionsOf(own, review.id)).toContain('approval.approved')
    expect(await standing(own, plan.release_id)).toEqual(before)
    await own.db.close()
  })

  test('can say that it was wrong, which changes nothing of the release', async () => {
    const { plan, review } = await broken(shop, ivan)
    const before = await standing(shop, plan.release_id)
    await shop.bob.ledger.decide(deciding(review, { decision: 'reject', comment: 'that was no emergency' }))
    expect(await shop.bob.reads.ticket(review.id)).toMatchObject({ status: 'rejected' })
    expect(await standing(shop, plan.release_id)).toEqual(before)
    await expect(shop.bob.ledger.decide(deciding(review))).rejects.toMatchObject({ code: 'conflict' })
  })

  test('stays open when the release is withdrawn or decided on', async () => {
    const { plan, request, answer, review } = await broken(shop, ivan)
    await expect(shop.bob.ledger.decide(aDecision(plan, request))).rejects.toMatchObject({
      code: 'ticket_superseded',
    })
    await shop.alice.ledger.withdraw({
      command_id: newCommandId(),
      release_id: plan.release_id,
      seen_revision: answer.revision,
      comment: '',
    })
    expect(await shop.bob.reads.ticket(review.id)).toMatchObject({ status: 'pending', can_decide: true })
    expect((await shop.alice.ledger.verifyChains()).broken).toEqual([])
  })
})
