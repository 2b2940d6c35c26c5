import { describe, expect, test } from 'vitest'
import { accessChange } from '../../../src-preload/contract/access.ts'
import type { AccessChange } from '../../../src-preload/contract/access.ts'
import { readableFields } from '../../../src-renderer/views/inbox/changeFields.ts'
import { ticketPlace, ticketTitle } from '../../../src-renderer/views/inbox/titles.ts'
import { sayIn } from '../../../src-renderer/words/words.ts'
import { aChangeTicket, aPlanTicket, aReviewTicket } from './tickets.ts'

const say = sayIn('en')

describe('the ledger’s comparison of a change', () => {
  test.each([
    ['rules.1', '1 × anyone', 'Rule 1', '1 other person who may approve there'],
    ['rules.2', '2 × role release-manager', 'Rule 2', '2 people with the role release-manager'],
    ['rules.3', '1 × service_team', 'Rule 3', '1 person of the service’s own team'],
    ['until', '2026-03-01T12:00:00.000000Z', 'Until', '(2026-03-01T12:00:00.000000Z)'],
    ['until', 'unlimited', 'Until', 'without an end'],
    ['active', 'false', 'Login', 'disabled'],
    ['people.bob', 'Bob Tanaka', 'bob', 'Bob Tanaka'],
    ['release:apply', 'compose, k8s', 'release:apply', 'Docker Compose, Kubernetes'],
    ['release:read', '*', 'release:read', 'any runtime'],
    ['reason', '2 × role release-manager', 'Reason', '2 × role release-manager'],
  ])('%s: %s', (path, value, label, words) => {
    const fields = [{ path, before: value, after: null }]
    expect(readableFields(fields, say, (at) => `(${at})`)).toEqual([
      { path: label, before: words, after: null },
    ])
  })

  test('stands as it is where a newer ledger says something that is not known here', () => {
    const fields = [
      { path: 'quota', before: null, after: '3' },
      { path: 'rules.1', before: '1 × oracle', after: 'anybody' },
      { path: 'until', before: 'soon', after: null },
      { path: 'release:read', before: 'nomad', after: null },
    ]
    expect(readableFields(fields, say, () => 'never')).toEqual([
      { path: 'quota', before: null, after: '3' },
      { path: 'Rule 1', before: '1 × oracle', after: 'anybody' },
      { path: 'Until', before: 'soon', after: null },
      { path: 'release:read', before: 'nomad', after: null },
    ])
  })
})

describe('the title of a ticket', () => {
  const a = (change: AccessChange) => ticketTitle(aChangeTicket(change), say)

  test('of a plan, a way back and a review names release and target', () => {
    expect(ticketTitle(aPlanTicket(), say)).toBe('web-7 to web-target')
    expect(ticketTitle(aPlanTicket({ scope_type: 'rollback' }), say)).toBe('web-7: web-target goes back')
    expect(ticketTitle(aReviewTicket(), say)).toBe('Review of an emergency: web-7 on web-target')
  })

  test('of a change says what it is about, shorter than the change itself', () => {
    const place = { project: 'shop', stage: 'dev' }
    expect(a({ kind: 'policy', ...place, runtime: '*', rules: [] })).toBe(
      'Approval of releases to dev of shop',
    )
    expect(a({ kind: 'member', login: 'bob', active: false })).toBe('Login bob disabled')
    expect(a({ kind: 'team', project: 'shop', team: 'web', people: [] })).toBe('People of the team web')
  })

  test('of a freeze names the stage that the ledger found behind its id', () => {
    const change = { kind: 'lift_freeze', freeze: '0198c0de-0000-7000-8000-000000000009' }
    const parsed = aChangeTicket(accessChange.parse(change))
    expect(ticketTitle(parsed, say)).toBe('A freeze ends before its time')
    const summary = [{ text: 'change.lift_freeze', params: { stage: 'production', project: 'shop' } }]
    expect(ticketTitle({ ...parsed, summary }, say)).toBe(
      'The freeze of production of shop ends before its time',
    )
  })

  test('stands over its place: a change without a project counts everywhere', () => {
    expect(ticketPlace(aPlanTicket(), say)).toBe('web-target · production · shop')
    const change = { kind: 'member', login: 'bob', active: true } as const
    expect(ticketPlace(aChangeTicket(change, { project: null, project_id: null }), say)).toBe('all projects')
  })
})
