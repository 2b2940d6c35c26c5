import { describe, expect, test } from 'vitest'
import { accessChange } from '../../../src-preload/contract/access.ts'
import type { AccessChange } from '../../../src-preload/contract/access.ts'
import { changeWords } from '../../../src-renderer/components/change/words.ts'
import { failing } from '../../../src-renderer/transport/failure.ts'
import { sayIn } from '../../../src-renderer/words/words.ts'
import { grantAsked } from '../../../src-renderer/views/access/change/grantAsked.ts'
import { instantOf, localOf } from '../../../src-renderer/views/access/change/instants.ts'
import { judged } from '../../../src-renderer/views/access/change/judged.ts'
import { refusalOf } from '../../../src-renderer/views/access/change/refusal.ts'
import { freezeAsked } from '../../../src-renderer/views/access/freezes/freezeAsked.ts'
import { ruleAsked, ruleForm } from '../../../src-renderer/views/access/policies/ruleForm.ts'

const now = Date.parse('2026-03-01T12:00:00Z')
const freezeId = '0198c0de-0000-7000-8000-000000000001'

/** One change of every kind, and the sentence that it is asked for with. */
const sentences: readonly (readonly [unknown, string, string])[] = [
  [
    {
      kind: 'policy',
      project: 'shop',
      stage: 'production',
      runtime: 'compose',
      rules: [
        { kind: 'role', role: 'release-manager', minimum: 1 },
        { kind: 'service_team', minimum: 2 },
      ],
    },
    'A release to production of shop (Docker Compose) needs: 1 person with the role release-manager, and 2 people of the service’s own team.',
    '向 shop 的 production 发布（Docker Compose）需要：1 名具有角色 release-manager 的人，以及 2 名服务所属团队的成员。',
  ],
  [
    { kind: 'policy', project: 'shop', stage: 'dev', runtime: '*', rules: [] },
    'A release to dev of shop (any runtime) needs nobody’s approval.',
    '向 shop 的 dev 发布（任意运行时）无需任何人批准。',
  ],
  [
    { kind: 'stage', project: 'shop', stage: 'dev', preview_ttl_minutes: 30, approval_window_hours: 8 },
    'On dev of shop, a plan holds for 30 min and an approval for 8 h.',
    '在 shop 的 dev 上，计划有效 30 分钟，批准有效 8 小时。',
  ],
  [{ kind: 'lift_freeze', freeze: freezeId }, 'A freeze ends before its time.', '一个冻结提前结束。'],
  [
    { kind: 'grant', to: { kind: 'member', login: 'bob' }, role: 'approver', project: null, until: null },
    'The role approver in all projects goes to bob.',
    '把 所有项目 的角色 approver 授予 bob。',
  ],
  [
    {
      kind: 'grant',
      to: { kind: 'team', project: 'shop', team: 'web' },
      role: 'approver',
      project: 'shop',
      until: '2026-04-01T00:00:00Z',
    },
    'The role approver in shop goes to the team web of shop, until 2026-04-01T00:00:00Z.',
    '把 shop 的角色 approver 授予 shop 的团队 web，到 2026-04-01T00:00:00Z 为止。',
  ],
  [
    { kind: 'revoke', from: { kind: 'member', login: 'bob' }, role: 'approver', project: 'shop' },
    'The role approver in shop is taken from bob.',
    '从 bob 收回 shop 的角色 approver。',
  ],
  [
    { kind: 'member', login: 'bob', active: false },
    'The login bob can do nothing any more.',
    '账号 bob 不能再做任何操作。',
  ],
  [
    { kind: 'member', login: 'bob', active: true },
    'The login bob may be used again.',
    '账号 bob 可以重新使用。',
  ],
  [
    {
      kind: 'role',
      role: 'deployer',
      permissions: [
        { permission: 'release:read', runtime: '*' },
        { permission: 'release:apply', runtime: 'compose' },
      ],
    },
    'The role deployer may: release:read, release:apply (Docker Compose).',
    '角色 deployer 的权限：release:read、release:apply (Docker Compose)。',
  ],
  [
    { kind: 'team', project: 'shop', team: 'web', people: [] },
    'In the team web of shop are: nobody.',
    'shop 的团队 web 的成员：无人。',
  ],
  [
    { kind: 'service_team', project: 'shop', service: 'cart', team: 'web' },
    'The service cart of shop belongs to the team web.',
    'shop 的服务 cart 属于团队 web。',
  ],
  [
    { kind: 'service_team', project: 'shop', service: 'cart', team: null },
    'The service cart of shop belongs to no team.',
    'shop 的服务 cart 不属于任何团队。',
  ],
  [
    {
      kind: 'delegate',
      person: 'bob',
      to: 'carol',
      from: '2026-03-02T00:00:00Z',
      until: '2026-03-09T00:00:00Z',
    },
    'carol decides in place of bob from 2026-03-02T00:00:00Z until 2026-03-09T00:00:00Z, beside bob.',
    '从 2026-03-02T00:00:00Z 到 2026-03-09T00:00:00Z，carol 与 bob 一样，可以代替 bob 审批。',
  ],
]

describe('a change is asked for in words', () => {
  test.each(sentences)('%j', (asked, english, chinese) => {
    const change = accessChange.parse(asked)
    expect(changeWords(change, sayIn('en'), (at) => at)).toBe(english)
    expect(changeWords(change, sayIn('zh-CN'), (at) => at)).toBe(chinese)
    expect(judged(asked, now)).toEqual({ change, problems: {} })
  })

  test('every kind has one', () => {
    const kinds = accessChange.options.map((option) => option.shape.kind.value)
    const said = new Set(sentences.map(([asked]) => accessChange.parse(asked).kind))
    expect([...said].sort()).toEqual([...kinds].sort())
  })
})

describe('a form that does not ask for anything yet', () => {
  const grant = {
    kind: 'member',
    login: 'bob',
    teamProject: '',
    team: '',
    role: 'approver',
    project: '*',
    until: '',
  } as const

  test.each([
    ['nobody is chosen', { ...grant, login: '' }, { 'to.login': 'window.access.problem.needed' }],
    ['no role is chosen', { ...grant, role: '' }, { role: 'window.access.problem.needed' }],
    ['no project is chosen', { ...grant, project: '' }, { project: 'window.access.problem.needed' }],
    [
      'no team is chosen',
      { ...grant, kind: 'team' as const, teamProject: 'shop' },
      { 'to.team': 'window.access.problem.needed' },
    ],
    [
      'it would end in the past',
      { ...grant, until: '2020-01-01T00:00' },
      { until: 'window.access.problem.past' },
    ],
  ] as const)('granting: %s', (_case, form, problems) => {
    expect(judged(grantAsked(form), now)).toEqual({ change: null, problems })
  })

  test('granting for all projects and without an end', () => {
    expect(judged(grantAsked(grant), now).change).toEqual({
      kind: 'grant',
      to: { kind: 'member', login: 'bob' },
      role: 'approver',
      project: null,
      until: null,
    })
  })

  const span = { kind: 'delegate', person: 'bob', to: 'carol' } as const
  test.each([
    [
      'the end is missing',
      { ...span, from: '2026-03-02T00:00:00Z', until: '' },
      { until: 'window.access.problem.needed' },
    ],
    [
      'it ends before it begins',
      { ...span, from: '2026-03-09T00:00:00Z', until: '2026-03-02T00:00:00Z' },
      { until: 'window.access.problem.order' },
    ],
    [
      'it is over already',
      { ...span, from: '2026-02-01T00:00:00Z', until: '2026-02-02T00:00:00Z' },
      { until: 'window.access.problem.past' },
    ],
    [
      'somebody would stand in for themselves',
      { ...span, to: 'bob', from: '2026-03-02T00:00:00Z', until: '2026-03-09T00:00:00Z' },
      { to: 'window.access.problem.same_person' },
    ],
  ] as const)('delegating: %s', (_case, asked, problems) => {
    expect(judged(asked, now).problems).toEqual(problems)
  })

  const policy = { kind: 'policy', project: 'shop', stage: 'dev', runtime: '*' } as const
  test.each([
    [
      'a role is missing',
      [{ kind: 'role', role: '', minimum: 1 }],
      { 'rules.0.role': 'window.access.problem.needed' },
    ],
    [
      'too many people',
      [{ kind: 'anyone', minimum: 21 }],
      { 'rules.0.minimum': 'window.access.problem.number' },
    ],
    ['no number', [{ kind: 'anyone', minimum: '' }], { 'rules.0.minimum': 'window.access.problem.needed' }],
    [
      'the same people twice',
      [
        { kind: 'anyone', minimum: 1 },
        { kind: 'anyone', minimum: 2 },
      ],
      { 'rules.1.kind': 'window.access.problem.repeated' },
    ],
  ] as const)('rules: %s', (_case, rules, problems) => {
    expect(judged({ ...policy, rules }, now)).toEqual({ change: null, problems })
  })

  test('a name that can not be one is told apart from a missing one', () => {
    const role = { kind: 'role', permissions: [] }
    expect(judged({ ...role, role: 'Über' }, now).problems).toEqual({ role: 'window.access.problem.name' })
    expect(judged({ ...role, role: '' }, now).problems).toEqual({ role: 'window.access.problem.needed' })
  })
})

describe('a freeze', () => {
  const form = {
    project: 'shop',
    stage: 'dev',
    from: '2026-03-01T13:00',
    until: '2026-03-02T13:00',
    reason: ' year end ',
  }

  test('is asked for with instants and a reason without its blanks', () => {
    expect(freezeAsked(form, now)).toEqual({
      kind: 'complete',
      value: { ...form, from: instantOf(form.from), until: instantOf(form.until), reason: 'year end' },
    })
  })

  test('needs a place, a reason and an end after its beginning', () => {
    const needed = 'window.access.problem.needed'
    expect(freezeAsked({ project: '', stage: '', from: '', until: '', reason: ' ' }, now)).toEqual({
      kind: 'lacking',
      problems: { project: needed, stage: needed, from: needed, until: needed, reason: needed },
    })
    expect(freezeAsked({ ...form, until: form.from }, now)).toEqual({
      kind: 'lacking',
      problems: { until: 'window.access.problem.order' },
    })
  })
})

describe('times and rules in forms', () => {
  test('a local time becomes the instant it is, and back', () => {
    const local = '2026-03-01T09:30'
    expect(instantOf(local)).toBe(new Date(2026, 2, 1, 9, 30).toISOString())
    expect(localOf(instantOf(local))).toBe(local)
    expect([instantOf(''), instantOf('soon')]).toEqual(['', ''])
  })

  test.each<Extract<AccessChange, { kind: 'policy' }>['rules'][number]>([
    { kind: 'anyone', minimum: 1 },
    { kind: 'role', role: 'approver', minimum: 2 },
    { kind: 'team', team: 'web', minimum: 3 },
    { kind: 'service_team', minimum: 1 },
  ])('a rule that counts now is asked for as it is when nobody touches it: $kind', (rule) => {
    expect(ruleAsked(ruleForm(rule))).toEqual(rule)
  })
})

describe('a refused change', () => {
  const problem = (text: string) =>
    failing('validation_error', { problems: [{ path: 'change', problem: text }] })

  test('that is so already, or waits already, is told apart from other refusals', () => {
    expect(refusalOf(problem('unchanged'))).toEqual({ kind: 'unchanged' })
    expect(refusalOf(failing('conflict', { ticket: freezeId, status: 'pending' }))).toEqual({
      kind: 'waits',
      ticket: freezeId,
    })
    expect(refusalOf(problem('invalid'))).toEqual({ kind: 'other' })
    expect(refusalOf(failing('conflict', { name: 'web' }))).toEqual({ kind: 'other' })
    expect(refusalOf(failing('permission_denied', { permission: 'access:write', grantors: [] }))).toEqual({
      kind: 'other',
    })
  })
})
