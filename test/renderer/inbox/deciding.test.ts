import { describe, expect, test } from 'vitest'
import type { Grant } from '../../../src-preload/contract/members.ts'
import { projectId } from '../../../src-preload/contract/vocabulary.ts'
import { hasMoved, needsComment } from '../../../src-renderer/views/inbox/decide/standing.ts'
import { decisionName } from '../../../src-renderer/views/inbox/decide/naming.ts'
import { choicesFor } from '../../../src-renderer/views/inbox/deciding.ts'
import { aChangeTicket, aMember, aPlanTicket, aReader, aReviewTicket, hash, shop } from './tickets.ts'

const approves = (project_id: Grant['project_id'], runtime: Grant['runtime'] = '*'): Grant => ({
  permission: 'release:approve',
  runtime,
  project_id,
})
const elsewhere = projectId.parse('0198c0de-0000-7000-8000-0000000000bb')
const bob = aReader(aMember('bob'), [approves(shop)])
const lift = { kind: 'member', login: 'carol', active: false } as const

describe('what a person may do with a ticket', () => {
  test('whom the ledger lets decide may approve, revoke and assign', () => {
    expect(choicesFor(aPlanTicket(), bob)).toEqual({ decide: true, why: null, revoke: true, assign: true })
  })

  test.each([
    ['it ran out', aPlanTicket({ status: 'expired', can_decide: false }), 'expired'],
    ['it is decided', aPlanTicket({ status: 'approved', can_decide: false }), 'decided'],
    ['they asked for it', aPlanTicket({ requested_by: 'bob', can_decide: false }), 'asked_by_you'],
    [
      'another login of theirs asked for it',
      aPlanTicket({ requested_by: 'bob_2', requested_by_person: 'bob', can_decide: false }),
      'asked_by_you',
    ],
    [
      'they approved already and more people have to',
      aPlanTicket({
        can_decide: false,
        actions: [
          { action: 'approved', actor: 'bob', person: 'bob', comment: null, at: '2026-03-01T11:00:00Z' },
        ],
      }),
      'already_approved',
    ],
    ['the rules ask others', aPlanTicket({ can_decide: false }), 'not_yours'],
  ] as const)('a person reads why they may not decide: %s', (_case, ticket, why) => {
    expect(choicesFor(ticket, bob)).toMatchObject({ decide: false, why })
  })

  test.each([
    ['in another project', [approves(elsewhere)]],
    ['for another runtime', [approves(shop, 'k8s')]],
    ['nothing', []],
  ])('revoking is not offered to whoever may approve %s', (_case, grants) => {
    expect(choicesFor(aPlanTicket(), aReader(aMember('bob'), grants)).revoke).toBe(false)
  })

  test('an approved plan can still be revoked, a rejected one and a review can not', () => {
    expect(choicesFor(aPlanTicket({ status: 'approved' }), bob).revoke).toBe(true)
    expect(choicesFor(aPlanTicket({ status: 'rejected' }), bob).revoke).toBe(false)
    expect(choicesFor(aReviewTicket(), bob).revoke).toBe(false)
  })

  test('only who asked for a change takes it back, while it waits', () => {
    const own = aChangeTicket(lift, { requested_by: 'bob' })
    expect(choicesFor(own, bob).revoke).toBe(true)
    expect(choicesFor({ ...own, status: 'approved' }, bob).revoke).toBe(false)
    expect(choicesFor(aChangeTicket(lift), bob).revoke).toBe(false)
  })
})

describe('a ticket that changes under an open decision', () => {
  const seen = aPlanTicket()
  const later = '2026-03-01T10:05:00Z'

  test.each([
    ['nothing was read yet', undefined, false],
    ['somebody commented', aPlanTicket({ updated_at: later }), false],
    ['it was planned again', aPlanTicket({ updated_at: later, revision: 4 }), true],
    ['its context is another one', aPlanTicket({ updated_at: later, context_hash: hash('e') }), true],
    ['somebody decided it', aPlanTicket({ updated_at: later, status: 'rejected' }), true],
    ['what was read is older', aPlanTicket({ updated_at: '2026-03-01T09:00:00Z', revision: 2 }), false],
  ] as const)('%s', (_case, now, moved) => {
    expect(hasMoved(seen, now, 'approve')).toBe(moved)
  })

  test('an approved one has moved for approving, and not for revoking', () => {
    const approved = aPlanTicket({ updated_at: later, status: 'approved' })
    expect([hasMoved(seen, approved, 'approve'), hasMoved(seen, approved, 'revoke')]).toEqual([true, false])
  })
})

describe('what a decision asks for', () => {
  test('everything but an approval says why, except taking back a change of one’s own', () => {
    expect(needsComment('approve', aPlanTicket(), 'bob')).toBe(false)
    expect(needsComment('reject', aPlanTicket(), 'bob')).toBe(true)
    expect(needsComment('revoke', aPlanTicket({ requested_by: 'bob' }), 'bob')).toBe(true)
    expect(needsComment('revoke', aChangeTicket(lift), 'alice')).toBe(false)
    expect(needsComment('revoke', aChangeTicket(lift), 'bob')).toBe(true)
  })

  test('a review is closed and a change taken back, by name', () => {
    expect(decisionName('approve', aPlanTicket())).toBe('approve')
    expect(decisionName('reject', aReviewTicket())).toBe('review_reject')
    expect(decisionName('revoke', aChangeTicket(lift))).toBe('withdraw')
    expect(decisionName('revoke', aPlanTicket())).toBe('revoke')
  })
})
