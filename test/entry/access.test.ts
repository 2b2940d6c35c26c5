import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { entitlement } from '../../src-preload/contract/access.ts'
import { PilothouseError } from '../../src-preload/contract/errors.ts'
import { id } from './builders.ts'
import { inputsOf } from './engine.ts'
import { anyText, textWith } from './matchers.ts'
import { aTerminal, temporaryFolder } from './terminal.ts'

/** The change that `access change …` sends. */
async function changeOf(...argv: string[]): Promise<unknown> {
  const terminal = aTerminal()
  const { code, err } = await terminal.run('access', 'change', ...argv)
  expect([code, err]).toEqual([0, ''])
  const [input] = inputsOf(terminal.scene, 'access.change')
  return input
}

const week = ['--from', 'now', '--until', '+7d']
const now = '1970-01-01T00:00:00.000Z'
const weekLater = '1970-01-08T00:00:00.000Z'

describe('looking at access', () => {
  it.each([
    ['roles', 'deployer  made here  release:apply (compose)'],
    ['teams', 'checkout  web      Ada Lovelace, Grace Hopper  operator-compose@web'],
    [
      'policies',
      'web      production  *        30 min      8 h             2 of: role release-manager  Grace Hopper',
    ],
    ['policies', 'web      dev         *        30 min      8 h             nobody has to              '],
    ['policies', '1 of: the service’s team'],
    ['freezes', /holidays$/m],
    ['freezes', /lifted {2}ada/],
    ['delegations', 'Ada Lovelace  Grace Hopper  2026-03-04 05:06:07Z'],
  ])('%s shows what there is', async (command, line) => {
    const { code, out } = await aTerminal().run('access', command)
    expect([code, out]).toEqual([0, textWith(line)])
  })

  it('missing shows first what one may not do, and who can grant which role', async () => {
    const terminal = aTerminal()
    const held = {
      permission: 'release:read',
      runtime: '*',
      project: 'web',
      held: true,
      roles: [],
      grantors: [],
    }
    const lacks = { ...held, permission: 'release:approve', held: false, through: [], roles: ['approver'] }
    terminal.scene.access.entitlements.push(
      entitlement.parse({ ...held, through: ['viewer (team checkout)'] }),
      entitlement.parse({ ...lacks, grantors: ['Grace Hopper'] }),
      entitlement.parse({ ...lacks, project: null, grantors: [] }),
    )
    const { out } = await terminal.run('access', 'missing', '--project', 'web')
    expect(out.split('\n').slice(1, 4)).toEqual([
      textWith(/^web .*release:approve {2}\* {8}no {3}ask Grace Hopper for: approver$/),
      textWith(/^all projects .*nobody can grant it$/),
      textWith(/^web .*release:read .*yes {2}viewer \(team checkout\)$/),
    ])
    expect(inputsOf(terminal.scene, 'access.missing')).toEqual([{ project: 'web' }])
  })
})

describe('access change', () => {
  it.each([
    [
      'policy --project shop --stage production --rule role:release-manager --rule service_team:2 --rule team:web:3 --rule anyone',
      {
        kind: 'policy',
        project: 'shop',
        stage: 'production',
        runtime: '*',
        rules: [
          { kind: 'role', role: 'release-manager', minimum: 1 },
          { kind: 'service_team', minimum: 2 },
          { kind: 'team', team: 'web', minimum: 3 },
          { kind: 'anyone', minimum: 1 },
        ],
      },
    ],
    [
      'policy --project shop --stage dev --runtime compose --no-rules',
      { kind: 'policy', project: 'shop', stage: 'dev', runtime: 'compose', rules: [] },
    ],
    [
      'stage --project shop --stage dev --preview-ttl 45 --approval-window 4',
      { kind: 'stage', project: 'shop', stage: 'dev', preview_ttl_minutes: 45, approval_window_hours: 4 },
    ],
    [`lift-freeze --freeze ${id(61)}`, { kind: 'lift_freeze', freeze: id(61) }],
    [
      'grant --who grace --role approver',
      { kind: 'grant', to: { kind: 'member', login: 'grace' }, role: 'approver', project: null, until: null },
    ],
    [
      'grant --who team:shop/web --role viewer --project shop --until +7d',
      {
        kind: 'grant',
        to: { kind: 'team', project: 'shop', team: 'web' },
        role: 'viewer',
        project: 'shop',
        until: weekLater,
      },
    ],
    [
      'revoke --who grace --role approver --project shop',
      { kind: 'revoke', from: { kind: 'member', login: 'grace' }, role: 'approver', project: 'shop' },
    ],
    ['member --who grace2 --inactive', { kind: 'member', login: 'grace2', active: false }],
    ['member --who grace2 --active', { kind: 'member', login: 'grace2', active: true }],
    [
      'role --role deployer --permission release:read --permission release:apply@compose',
      {
        kind: 'role',
        role: 'deployer',
        permissions: [
          { permission: 'release:read', runtime: '*' },
          { permission: 'release:apply', runtime: 'compose' },
        ],
      },
    ],
    [
      'team --project shop --team web --person ada --person grace',
      { kind: 'team', project: 'shop', team: 'web', people: ['ada', 'grace'] },
    ],
    ['team --project shop --team web', { kind: 'team', project: 'shop', team: 'web', people: [] }],
    [
      'service-team --project shop --service checkout --team web',
      { kind: 'service_team', project: 'shop', service: 'checkout', team: 'web' },
    ],
    [
      'service-team --project shop --service checkout',
      { kind: 'service_team', project: 'shop', service: 'checkout', team: null },
    ],
    [
      'delegate --who ada --to grace --until 1970-01-08',
      { kind: 'delegate', person: 'ada', to: 'grace', from: now, until: '1970-01-08T00:00:00Z' },
    ],
  ])('%s is sent as typed', async (line, change) => {
    expect(await changeOf(...line.split(' '), '--reason', 'audit')).toEqual({
      command_id: anyText,
      change,
      reason: 'audit',
    })
  })

  it('is read from a file too, as the contract writes it', async () => {
    const file = path.join(temporaryFolder(), 'change.json')
    const change = { kind: 'member', login: 'grace2', active: false }
    writeFileSync(file, JSON.stringify(change))
    expect(await changeOf('--file', file)).toMatchObject({ change, reason: '' })
  })

  it('says which ticket waits for the second person, or that there was nobody to ask', async () => {
    const terminal = aTerminal()
    const line = ['access', 'change', 'member', '--who', 'grace2', '--inactive']
    expect((await terminal.run(...line)).out).toBe(
      `Waits for a second person: pilothouse inbox show ${id(12)}\n`,
    )
    terminal.scene.access.changeTicket = null
    expect((await terminal.run(...line)).out).toContain('Only one person works with this ledger')
  })

  it.each([
    ['', 'kind: expected one of policy, stage, lift-freeze'],
    ['polcy --project shop', 'kind: expected one of policy'],
    ['policy --project shop --rule anyone', '--stage: policy needs it'],
    ['policy --project shop --stage dev', '--rule or --no-rules: policy needs it'],
    ['policy --project shop --stage dev --no-rules --rule anyone', '--no-rules: give either'],
    ['policy --project shop --stage dev --rule everybody', '--rule or --no-rules: '],
    ['policy --project shop --stage dev --rule role:x:0', '--rule or --no-rules: '],
    ['policy --project shop --stage dev --rule role:x:many', '--rule or --no-rules: '],
    ['policy --project shop --stage dev --rule anyone --who grace', '--who: has no meaning for policy'],
    ['grant --who grace --role approver --from now', '--from: has no meaning for grant'],
    ['grant --who grace --role approver --no-rules', '--no-rules: has no meaning for grant'],
    ['grant --role approver', '--who: grant needs it'],
    ['grant --who Grace --role approver', '--who: '],
    ['grant --who grace --role approver --until soon', '--until: expected'],
    ['member --who grace2', '--active or --inactive: member needs it'],
    ['member --who grace2 --active --inactive', '--active or --inactive: member needs it'],
    ['role --role deployer --permission release:everything', '--permission: '],
    ['role --role deployer', '--permission: role needs it'],
    ['stage --project shop --stage dev --preview-ttl x --approval-window 8', 'previewTtl: '],
    ['stage --project shop --stage dev --preview-ttl 30', '--approval-window: stage needs it'],
    ['lift-freeze --freeze holidays', '--freeze: '],
    ['grant --file x.json', '--file: give either'],
    ['--file /nowhere/change.json', '--file: ENOENT'],
  ])('refuses "%s" without calling anything', async (line, problem) => {
    const terminal = aTerminal()
    const { code, err } = await terminal.run('access', 'change', ...line.split(' ').filter(Boolean))
    expect([code, err]).toEqual([2, textWith(`  ${problem}`)])
    expect(terminal.scene.calls).toEqual([])
  })

  it.each([
    ['{"kind": "member"', /JSON/],
    ['{"kind": "member", "login": "grace2"}', /active/],
    ['{"kind": "member", "login": "grace2", "active": false, "surprise": 1}', /surprise/],
  ])('refuses a file with %s at its place', async (text, problem) => {
    const file = path.join(temporaryFolder(), 'change.json')
    writeFileSync(file, text)
    const terminal = aTerminal()
    const { code, err } = await terminal.run('access', 'change', '--file', file)
    expect([code, err]).toEqual([2, textWith(problem)])
    expect(err).toContain(file)
    expect(terminal.scene.calls).toEqual([])
  })

  it('that the ledger refuses names what is missing and who can help, with 3', async () => {
    const terminal = aTerminal()
    terminal.scene.refuses.set(
      'access.change',
      new PilothouseError('permission_denied', { permission: 'access:write', grantors: ['Grace'] }),
    )
    const { code, err } = await terminal.run('access', 'change', 'member', '--who', 'ada', '--inactive')
    expect([code, err]).toEqual([3, textWith('access:write')])
    expect(err).toContain('hint: These people can grant it: Grace')
  })
})

describe('for a while', () => {
  it('freezes a stage, and says until when and how to name the freeze', async () => {
    const terminal = aTerminal()
    const place = ['--project', 'shop', '--stage', 'production', '--reason', 'holidays']
    const { code, out } = await terminal.run('access', 'freeze', ...place, ...week)
    expect([code, out]).toEqual([
      0,
      `Nothing starts on production until 1970-01-08 00:00:00Z. Freeze ${id(61)}.\n`,
    ])
    expect(inputsOf(terminal.scene, 'access.freeze')).toEqual([
      {
        command_id: anyText,
        project: 'shop',
        stage: 'production',
        from: now,
        until: weekLater,
        reason: 'holidays',
      },
    ])
    expect((await terminal.run('access', 'freeze', ...place)).code).toBe(2)
  })

  it('lets somebody else decide in one’s place, and ends that', async () => {
    const terminal = aTerminal()
    const { code, out } = await terminal.run('access', 'delegate', 'grace', ...week, '--reason', 'away')
    expect([code, out]).toEqual([0, textWith('Waits for a second person')])
    expect(inputsOf(terminal.scene, 'access.delegate')).toEqual([
      { command_id: anyText, to: 'grace', from: now, until: weekLater, reason: 'away' },
    ])
    expect((await terminal.run('access', 'end-delegation', id(63))).out).toBe('Ended.\n')
    expect(inputsOf(terminal.scene, 'access.end_delegation')).toMatchObject([{ delegation: id(63) }])
  })
})
