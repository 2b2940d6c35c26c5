import { describe, expect, test } from 'vitest'
import {
  freeze as freezeSchema,
  role as roleSchema,
  team as teamSchema,
} from '../../../src-preload/contract/access.ts'
import { errorCodes } from '../../../src-preload/contract/errors.ts'
import { assignable } from '../../../src-renderer/views/inbox/assignable.ts'
import { freezesAhead } from '../../../src-renderer/views/inbox/freezes.ts'
import { mayRepeat, nextStepAfter } from '../../../src-renderer/views/inbox/outcome.ts'
import { ruleProgress } from '../../../src-renderer/views/inbox/rules.ts'
import { aChangeTicket, aMember, aPlanTicket } from './tickets.ts'

describe('rules of a ticket', () => {
  const rule = { role: null, team: null, minimum: 1, candidates: ['Bob', 'Carol'], approved_by: [] }

  test('who approved is no longer named as somebody who still can', () => {
    const rules = [{ ...rule, role: 'release-manager', minimum: 2, approved_by: ['Bob'] }]
    expect(ruleProgress({ rules })).toEqual([
      {
        kind: 'role',
        name: 'release-manager',
        given: 1,
        minimum: 2,
        filled: false,
        approved_by: ['Bob'],
        still: ['Carol'],
      },
    ])
  })

  test('a filled rule asks nobody any more', () => {
    expect(ruleProgress({ rules: [{ ...rule, approved_by: ['Bob'] }] })).toMatchObject([
      { kind: 'anyone', filled: true, still: [] },
    ])
  })

  test('a service without a team is told apart from a team', () => {
    const rules = [
      { ...rule, team: '?' },
      { ...rule, team: 'web' },
    ]
    expect(ruleProgress({ rules }).map(({ kind, name }) => [kind, name])).toEqual([
      ['no_team', ''],
      ['team', 'web'],
    ])
  })
})

describe('after a refused decision', () => {
  test.each([
    ['decision_stale', 'read_again'],
    ['ticket_superseded', 'newer_plan'],
    ['ticket_expired', 'ask_again'],
    ['self_approval_denied', 'somebody_else'],
    ['permission_denied', 'somebody_else'],
    ['comment_required', 'say_why'],
    ['offline', 'try_again'],
    ['conflict', 'read_again'],
  ])('%s: %s', (code, step) => {
    expect(nextStepAfter(code)).toBe(step)
  })

  test('the same decision is sent again only where it could then be another answer', () => {
    expect(errorCodes.filter(mayRepeat)).toEqual([
      'comment_required',
      'rate_limited',
      'offline',
      'ledger_unavailable',
    ])
  })
})

describe('whom a ticket can be assigned to', () => {
  const approver = roleSchema.parse({
    role: 'approver',
    template: true,
    permissions: [{ permission: 'release:approve', runtime: '*' }],
  })
  const forKubernetes = roleSchema.parse({
    role: 'k8s-approver',
    template: false,
    permissions: [{ permission: 'release:approve', runtime: 'k8s' }],
  })
  const admin = roleSchema.parse({
    role: 'admin',
    template: true,
    permissions: [{ permission: 'access:write', runtime: '*' }],
  })
  const roles = [approver, forKubernetes, admin]
  const held = (role: string, project: string | null = null, until: string | null = null) => ({
    roles: [{ role, project, until }],
  })
  const now = Date.parse('2026-03-01T12:00:00Z')
  const logins = (ticket: Parameters<typeof assignable>[0], members: ReturnType<typeof aMember>[]) =>
    assignable(ticket, { members, roles, teams: [] }, now).map(({ login }) => login)

  test('people with a role that decides there, for as long as they hold it', () => {
    const members = [
      aMember('everywhere', held('approver')),
      aMember('here', held('approver', 'shop', '2026-03-02T00:00:00Z')),
      aMember('elsewhere', held('approver', 'other')),
      aMember('ended', held('approver', 'shop', '2026-02-01T00:00:00Z')),
      aMember('another_runtime', held('k8s-approver')),
      aMember('admin_only', held('admin')),
      aMember('gone', { ...held('approver'), active: false }),
      aMember('robot', { ...held('approver'), kind: 'agent' }),
      aMember('alice_2', { ...held('approver'), person: { id: crypto.randomUUID(), name: 'Alice' } }),
    ]
    expect(logins(aPlanTicket(), members)).toEqual(['everywhere', 'here'])
  })

  test('a change of access can also be decided by whoever manages access', () => {
    const members = [aMember('admin_only', held('admin')), aMember('viewer', held('viewer'))]
    const change = { kind: 'member', login: 'carol', active: false } as const
    expect(logins(aChangeTicket(change), members)).toEqual(['admin_only'])
  })

  test('a team’s role counts for its people', () => {
    const bob = aMember('bob')
    const team = teamSchema.parse({
      id: crypto.randomUUID(),
      project: 'shop',
      name: 'web',
      people: [bob.person],
      roles: [{ role: 'approver', project: 'shop', until: null }],
    })
    const members = [bob, aMember('carol')]
    const chosen = assignable(aPlanTicket(), { members, roles, teams: [team] }, now)
    expect(chosen.map(({ login }) => login)).toEqual(['bob'])
  })
})

describe('freezes that a plan would meet', () => {
  const now = Date.parse('2026-03-01T12:00:00Z')
  const a = (stage: string, from: string, until: string, lifted_at: string | null = null) =>
    freezeSchema.parse({
      id: crypto.randomUUID(),
      project: 'shop',
      stage,
      from,
      until,
      reason: 'year end',
      created_by: 'alice',
      lifted_at,
      active: false,
    })

  test('those of its stage that are in force or come, in their order', () => {
    const coming = a('production', '2026-03-05T00:00:00Z', '2026-03-06T00:00:00Z')
    const running = a('production', '2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z')
    const others = [
      a('dev', '2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z'),
      a('production', '2026-02-01T00:00:00Z', '2026-02-02T00:00:00Z'),
      a('production', '2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z', '2026-03-01T10:00:00Z'),
    ]
    expect(freezesAhead([coming, running, ...others], 'production', now)).toEqual([running, coming])
  })
})
