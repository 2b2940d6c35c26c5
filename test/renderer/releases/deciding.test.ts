/**
 * @vitest-environment jsdom
 */
import { describe, expect, it } from 'vitest'
import { lifecycleStates, ticketId } from '../../../src-preload/contract/vocabulary.ts'
import type { Permission } from '../../../src-preload/contract/vocabulary.ts'
import { holds } from '../../../src-renderer/transport/me.ts'
import { queryFor } from '../../../src-renderer/views/releases/list/query.ts'
import type { ReleaseFilters } from '../../../src-renderer/views/releases/list/query.ts'
import { actionsOf } from '../../../src-renderer/views/releases/one/actions.ts'
import { judgeGlass } from '../../../src-renderer/views/releases/one/glass.ts'
import { firstPanel } from '../../../src-renderer/views/releases/one/ReleasePage.tsx'
import { restorable } from '../../../src-renderer/views/releases/one/restorable.ts'
import { startingOf } from '../../../src-renderer/views/releases/one/start.ts'
import {
  emptyForm,
  formOf,
  judge,
  planAgainInput,
  planInput,
} from '../../../src-renderer/views/releases/plan/form.ts'
import { policyWords } from '../../../src-renderer/views/releases/plan/policyWords.ts'
import { isStale, leftOf, wayOn } from '../../../src-renderer/views/releases/plan/stale.ts'
import { sayIn } from '../../../src-renderer/words/words.ts'
import { aService, productionId, webId } from '../builders.ts'
import { aPlan, aRelease, shop } from '../inbox/tickets.ts'

const say = sayIn('en')
const noon = Date.parse('2026-03-01T12:00:00Z')
const form = { ...emptyForm, service: webId, target: productionId, variables: { TAG: '1.5' } }
const secrets = { DB_PASSWORD: 'swordfish' }

describe('the form', () => {
  it('is ready when everything required is there', () => {
    expect(judge(aService(), form, secrets, [])).toEqual({ problems: {}, ready: true })
  })

  it('names each field that is not', () => {
    const judged = judge(
      aService(),
      { ...form, variables: {}, change_link: 'changes/1' },
      { DB_PASSWORD: 'abc' },
      [],
    )
    expect(judged.problems).toEqual({
      'variables.TAG': 'window.plan.problem.required',
      'variables.DB_PASSWORD': 'window.plan.problem.short_secret',
      change_link: 'window.plan.problem.link',
    })
  })

  it('needs no secret that an earlier release sealed, and no variable that has a default', () => {
    expect(judge(aService(), form, {}, ['DB_PASSWORD']).ready).toBe(true)
    expect(judge(aService(), form, {}, []).problems).toEqual({
      'variables.DB_PASSWORD': 'window.plan.problem.required',
    })
  })

  it('wants a service, and one of its targets', () => {
    expect(judge(undefined, emptyForm, {}, []).problems).toEqual({
      service: 'window.plan.problem.service',
      target: 'window.plan.problem.target',
    })
    expect(judge(aService({ releases_to: [] }), form, secrets, []).problems).toEqual({
      target: 'window.plan.problem.target',
    })
  })

  it('sends secrets apart, leaves empty fields to their defaults and drops what is no longer declared', () => {
    const typed = { ...form, variables: { TAG: '1.5', GREETING: '', OLD: 'x', DB_PASSWORD: 'typed before' } }
    expect(planInput(aService(), { ...typed, reason: ' faster ' }, { ...secrets, TAG: 'x' }, null)).toEqual({
      service: webId,
      target: productionId,
      variables: { TAG: '1.5' },
      secrets: { DB_PASSWORD: 'swordfish' },
      reason: 'faster',
    })
  })

  it('plans the same release again with what it was planned with', () => {
    const release = aRelease({ variables: { TAG: '1.5' }, version_label: '1.5' })
    expect(planInput(aService(), { ...formOf(release), service: webId }, {}, release.label)).toMatchObject({
      release: 'web-7',
      version_label: '1.5',
      change_link: 'https://changes.example/1',
      strategy: 'rolling',
    })
    expect(planAgainInput(release)).toMatchObject({
      release: release.id,
      variables: { TAG: '1.5' },
      secrets: {},
    })
  })
})

describe('filters', () => {
  const none: ReleaseFilters = {
    text: '',
    state: '',
    service: '',
    target: '',
    stage: '',
    runtime: '',
    requester: '',
    since: '',
    until: '',
  }

  it('that are empty narrow nothing', () => {
    expect(JSON.parse(JSON.stringify(queryFor(none)))).toEqual({ limit: 50 })
  })

  it('become the question, each in its place; a word that is no state is none', () => {
    const asked = queryFor({
      ...none,
      text: 'shop',
      state: 'failed',
      runtime: 'compose',
      until: '2026-03-01',
    })
    expect(asked).toMatchObject({
      text: 'shop',
      state: 'failed',
      runtime: 'compose',
      until: new Date(2026, 2, 2).toISOString(),
    })
    expect(queryFor({ ...none, state: 'made_up' }).state).toBeUndefined()
  })
})

describe('a plan that no longer counts', () => {
  it('leads back to reading for each of its three reasons, and for no other', () => {
    expect((['preview_required', 'preview_expired', 'preview_mismatch'] as const).map(isStale)).toEqual([
      true,
      true,
      true,
    ])
    expect((['permission_denied', 'drift_detected', 'offline'] as const).map(isStale)).toEqual([
      false,
      false,
      false,
    ])
  })

  it('is read anew where somebody planned meanwhile, else planned again', () => {
    const seen = aPlan()
    expect(wayOn(seen, aPlan())).toBe('read')
    expect(wayOn(seen, seen)).toBe('plan_again')
    expect(wayOn(seen, aPlan({ valid: false }))).toBe('plan_again')
    expect(wayOn(seen, null)).toBe('plan_again')
  })

  it('counts down to its end, and is over at once where the ledger says so', () => {
    const plan = { expires_at: '2026-03-01T12:00:30Z', valid: true }
    expect([
      leftOf(plan, noon),
      leftOf(plan, noon + 60_000),
      leftOf({ ...plan, valid: false }, noon),
    ]).toEqual([30_000, 0, 0])
  })
})

describe('who has to approve', () => {
  const policy = { version: 1, required: true, rules: [], solo: false, covered_by: null }
  const rule = { role: null, team: null, minimum: 1, candidates: ['Bob'] }

  it('is said rule by rule, with people; a service without a team has nobody', () => {
    const rules = [rule, { ...rule, role: 'approver', minimum: 2 }, { ...rule, team: '?', candidates: [] }]
    expect(policyWords({ ...policy, rules }, say)).toEqual([
      '1 approval by anybody who may approve, except who asked (Bob)',
      '2 approvals by approver (Bob)',
      '1 approval by the service’s team (it has none) (nobody)',
    ])
  })

  it('is nobody, with the reason', () => {
    expect(policyWords({ ...policy, solo: true, required: false }, say)[0]).toContain('only one person')
    expect(policyWords({ ...policy, required: false }, say)[0]).toContain('this stage asks for none')
  })
})

describe('what can be done with a release', () => {
  const everything = () => true
  const reader = { login: 'alice', now: noon }
  const names = (
    changes: Parameters<typeof aRelease>[0],
    may: (permission: Permission) => boolean = everything,
  ) => actionsOf(aRelease(changes), reader, may).offered.map(({ name }) => name)

  it.each([
    ['draft', ['plan_again', 'withdraw']],
    ['preview', ['read_plan', 'plan_again', 'withdraw']],
    ['pending_approval', ['plan_again', 'withdraw', 'break_glass']],
    ['approved', ['start', 'plan_again', 'withdraw', 'break_glass']],
    ['applying', ['abort']],
    ['applied', ['roll_back', 'release_like']],
    ['failed', ['retry', 'roll_back', 'release_like']],
    ['rollback', ['release_like']],
    ['rejected', ['release_like']],
    ['cancelled', ['release_like']],
  ] as const)('that is %s', (lifecycle_state, expected) => {
    expect(names({ lifecycle_state })).toEqual(expected)
  })

  it('is taking it over once nobody knows how it runs', () => {
    expect(names({ lifecycle_state: 'applying', run: 'unknown' })).toEqual(['take_over', 'abort'])
  })

  it('is withdrawing only for who made it', () => {
    expect(names({ lifecycle_state: 'approved', created_by: 'bob' })).toEqual([
      'start',
      'plan_again',
      'break_glass',
    ])
  })

  it('asks for another permission on a way back, which is planned as it is', () => {
    const { offered } = actionsOf(
      aRelease({ lifecycle_state: 'approved', kind: 'rollback' }),
      reader,
      everything,
    )
    expect(offered.map(({ name, permission }) => [name, permission])).toEqual([
      ['start', 'release:rollback'],
      ['withdraw', 'release:apply'],
      ['break_glass', 'release:break_glass'],
    ])
  })

  it('has one emergency and not another on top of it', () => {
    const break_glass = {
      reason: 'down',
      incident_link: 'https://incidents.example/1',
      by: 'ivan',
      at: '2026-03-01T11:00:00Z',
      review_ticket: ticketId.parse('01920000-0000-7000-8000-00000000aaaa'),
    }
    expect(names({ lifecycle_state: 'approved', break_glass })).toEqual(['start', 'plan_again', 'withdraw'])
  })

  it('is nothing without permissions, which are named; nobody misses the one for emergencies', () => {
    const nothing = actionsOf(aRelease({ lifecycle_state: 'pending_approval' }), reader, () => false)
    expect(nothing).toEqual({ offered: [], lacking: ['release:preview', 'release:apply'] })
  })

  it('waits for its time, and ends with its window', () => {
    const start = (changes: Parameters<typeof aRelease>[0]) =>
      actionsOf(aRelease({ lifecycle_state: 'approved', ...changes }), reader, everything).offered[0]
        ?.obstacle
    expect(start({ start: { rule: 'on_approval', due_at: '2026-03-01T12:00:01Z' } })).toBe('not_due')
    expect(start({ start: { rule: 'on_approval', due_at: '2026-03-01T12:00:00Z' } })).toBeNull()
    expect(start({ approved_until: '2026-03-01T12:00:00Z' })).toBe('window_over')
    expect(start({})).toBeNull()
  })

  it('is offered in every state that there is', () => {
    for (const lifecycle_state of lifecycleStates) expect(names({ lifecycle_state })).not.toContain(undefined)
  })
})

describe('permissions', () => {
  const compose = { permission: 'release:apply', runtime: 'compose', project_id: shop } as const
  const other = aRelease({ project_id: '0198c0de-0000-7000-8000-0000000000ab' }).project_id

  it('count where they were granted, and everywhere when nobody asks where', () => {
    expect(holds([compose], 'release:apply', { project_id: shop, runtime: 'compose' })).toBe(true)
    expect(holds([compose], 'release:apply', { project_id: shop, runtime: 'k8s' })).toBe(false)
    expect(holds([compose], 'release:apply', { project_id: other })).toBe(false)
    expect(holds([compose], 'release:approve')).toBe(false)
    expect(
      holds([{ ...compose, runtime: '*', project_id: null }], 'release:apply', { project_id: other }),
    ).toBe(true)
  })
})

describe('the start of an approved release', () => {
  const carol = {
    login: 'carol',
    person: 'Carol',
    runtimes: ['compose' as const],
    seen_at: '2026-03-01T11:59:00Z',
    online: true,
  }
  const ruled = { runtime: 'compose', start: { rule: 'on_approval', due_at: null } } as const

  it('by hand needs no executor', () => {
    expect(startingOf({ ...ruled, start: { rule: 'by_hand', due_at: null } }, [])).toEqual({
      kind: 'by_hand',
    })
  })

  it('by rule names who is there for its runtime, each person once', () => {
    expect(startingOf(ruled, [carol, { ...carol, login: 'carol2' }])).toEqual({
      kind: 'by_rule',
      due_at: null,
      by: ['Carol'],
    })
  })

  it('by rule says when nobody is', () => {
    const elsewhere = [
      { ...carol, online: false },
      { ...carol, runtimes: ['k8s' as const] },
    ]
    expect(startingOf(ruled, elsewhere)).toEqual({ kind: 'nobody_online', due_at: null })
  })
})

describe('going back', () => {
  it('is to what ran before on that target, and never to what failed or to another way back', () => {
    const from = aRelease({ lifecycle_state: 'failed', number: 5 })
    const on = { target: from.target, service: from.service }
    const candidates = [
      aRelease({ ...on, id: webId, number: 4, lifecycle_state: 'applied', label: 'web-4' }),
      aRelease({ ...on, id: productionId, number: 3, lifecycle_state: 'failed', label: 'web-3' }),
      aRelease({ ...on, id: shop, number: 2, lifecycle_state: 'rollback', label: 'web-2' }),
      aRelease({ ...on, number: 6, lifecycle_state: 'applied', label: 'web-6' }),
      aRelease({ id: webId, number: 1, lifecycle_state: 'applied', label: 'elsewhere-1' }),
      from,
    ]
    expect(restorable(from, candidates).map(({ label }) => label)).toEqual(['web-4', 'web-2'])
  })

  it('in an emergency needs a reason and a link', () => {
    expect(judgeGlass({ reason: ' ', incident_link: 'pager' })).toEqual({
      reason: 'window.glass.problem.reason',
      incident_link: 'window.plan.problem.link',
    })
    expect(judgeGlass({ reason: 'down', incident_link: 'https://incidents.example/9' })).toEqual({})
  })
})

describe('the page of a release', () => {
  it('begins where a person looks in its state', () => {
    expect(
      (['applying', 'failed', 'applied'] as const).map((state) => firstPanel({ lifecycle_state: state })),
    ).toEqual(['steps', 'diagnosis', 'changes'])
  })
})
