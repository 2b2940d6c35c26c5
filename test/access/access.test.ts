import { Enforcer, newModelFromString } from 'casbin'
import { describe, expect, test } from 'vitest'
import { createAccess } from '../../src-main/access/access.ts'
import type { AccessReads } from '../../src-main/access/access.ts'
import { PolicyAdapter } from '../../src-main/access/policyAdapter.ts'
import { modelText } from '../../src-main/access/rules.ts'
import type { PolicyRow } from '../../src-main/ports/reads.ts'
import type { Entitlement, Role } from '../../src-preload/contract/access.ts'
import { member } from '../../src-preload/contract/members.ts'
import type { Member } from '../../src-preload/contract/members.ts'
import { permissions, projectId } from '../../src-preload/contract/vocabulary.ts'
import type { Permission } from '../../src-preload/contract/vocabulary.ts'
import { onlyPolicy } from './onlyPolicy.ts'

const shop = projectId.parse('00000000-0000-7000-8000-000000000001')
const bank = projectId.parse('00000000-0000-7000-8000-000000000002')

function row(permission: Permission, more: Partial<PolicyRow> = {}): PolicyRow {
  const line = { role: 'approver', runtime: '*', project_id: shop, project: 'shop' } as const
  return { ...line, permission, until: null, team: null, delegator: null, ...more }
}

const everywhere = { project_id: null, project: null }

describe('what a member may do', () => {
  test('is nothing without any line, whatever is asked', async () => {
    const access = createAccess(onlyPolicy([]), { now: () => 0 })
    for (const project of [null, shop])
      expect(await access.may({ permission: 'release:read', runtime: '*', project })).toBe(false)
    expect(await access.mayAnywhere('release:read')).toBe(false)
  })

  test('is what they hold in that project, or in all of them; all of them at once only by the latter', async () => {
    const rows = [row('release:approve'), row('release:read', everywhere)]
    const access = createAccess(onlyPolicy(rows), { now: () => 0 })
    expect(await access.may({ permission: 'release:approve', runtime: 'k8s', project: shop })).toBe(true)
    expect(await access.may({ permission: 'release:approve', runtime: 'k8s', project: bank })).toBe(false)
    expect(await access.may({ permission: 'release:approve', runtime: 'k8s', project: null })).toBe(false)
    expect(await access.may({ permission: 'release:read', runtime: 'k8s', project: bank })).toBe(true)
    expect(await access.may({ permission: 'release:read', runtime: 'k8s', project: null })).toBe(true)
  })

  test('is for the runtime that the role is for; to ask for any is answered by either', async () => {
    const access = createAccess(onlyPolicy([row('release:apply', { runtime: 'k8s' })]), { now: () => 0 })
    const permission = 'release:apply'
    expect(await access.may({ permission, runtime: 'k8s', project: shop })).toBe(true)
    expect(await access.may({ permission, runtime: 'compose', project: shop })).toBe(false)
    expect(await access.may({ permission, runtime: '*', project: shop })).toBe(true)
  })

  test('ends at the moment that was given, without asking the ledger again', async () => {
    let now = 999
    const access = createAccess(onlyPolicy([row('release:read', { until: 1000 })]), { now: () => now })
    const ask = { permission: 'release:read', runtime: '*', project: shop } as const
    expect(await access.may(ask)).toBe(true)
    now = 1000
    expect(await access.may(ask)).toBe(false)
  })

  test('is found anywhere, in whichever project it is held', async () => {
    const rows = [
      row('release:read', { project_id: bank }),
      row('release:apply', { until: 1, runtime: 'k8s' }),
    ]
    const access = createAccess(onlyPolicy(rows), { now: () => 1 })
    expect(await access.mayAnywhere('release:read')).toBe(true)
    expect(await access.mayAnywhere('release:apply')).toBe(false)
    expect(await access.mayAnywhere('audit:read')).toBe(false)
  })
})

describe('the policy that is decided by', () => {
  const ask = { permission: 'release:read', runtime: '*', project: shop } as const

  function answering(...answers: (PolicyRow[] | Error)[]): { reads: AccessReads; asked: () => number } {
    let asked = 0
    const policyRows = async () => {
      const answer = answers[asked] ?? []
      asked += 1
      if (answer instanceof Error) throw answer
      return answer
    }
    return { reads: { ...onlyPolicy([]), policyRows }, asked: () => asked }
  }

  test('is loaded once for many questions, and again after it was refreshed', async () => {
    const { reads, asked } = answering([row('release:read')], [])
    const access = createAccess(reads, { now: () => 0 })
    expect(await Promise.all([access.may(ask), access.may(ask)])).toEqual([true, true])
    expect(asked()).toBe(1)
    access.refresh()
    expect(await access.may(ask)).toBe(false)
    expect(asked()).toBe(2)
  })

  test('that could not be loaded is asked for again by the next question', async () => {
    const lost = new TypeError('connection lost')
    const { reads } = answering(lost, [row('release:read')])
    const access = createAccess(reads, { now: () => 0 })
    await expect(access.may(ask)).rejects.toBe(lost)
    expect(await access.may(ask)).toBe(true)
  })

  test('is changed in the ledger, never from here', async () => {
    const enforcer = new Enforcer()
    const adapter = new PolicyAdapter(onlyPolicy([row('release:read')]))
    await enforcer.initWithModelAndAdapter(newModelFromString(modelText), adapter)
    expect(await enforcer.getPolicy()).toEqual([[shop, 'release:read', '*', '']])
    const changes = [
      () => adapter.savePolicy(),
      () => adapter.addPolicy(),
      () => adapter.removePolicy(),
      () => adapter.removeFilteredPolicy(),
    ]
    for (const change of changes) await expect(change()).rejects.toThrow('policy is changed in the ledger')
    await expect(enforcer.addPolicy(shop, 'audit:read', '*', '')).rejects.toThrow()
    await expect(enforcer.savePolicy()).rejects.toThrow('filtered')
  })
})

describe('what a member is missing', () => {
  const roles: Role[] = [
    { role: 'approver', template: true, permissions: [{ permission: 'release:approve', runtime: '*' }] },
    { role: 'operator-k8s', template: true, permissions: [{ permission: 'release:apply', runtime: 'k8s' }] },
    {
      role: 'operator-compose',
      template: true,
      permissions: [{ permission: 'release:apply', runtime: 'compose' }],
    },
  ]

  function reader(kind: Member['kind'], rows: PolicyRow[]): AccessReads {
    const me = member.parse({
      ...{ id: '00000000-0000-7000-8000-000000000009', login: 'ann', kind, active: true, recipient: null },
      ...{ person: { id: '00000000-0000-7000-8000-000000000008', name: 'Ann' }, roles: [] },
      created_at: '2026-01-01T00:00:00Z',
    })
    return {
      policyRows: async () => rows,
      projects: async () => [
        { id: bank, name: 'bank' },
        { id: shop, name: 'shop' },
      ],
      roles: async () => roles,
      grantors: async (project) => (project === shop ? ['Boss', 'Shopkeeper'] : ['Boss']),
      me: async () => ({ member: me, grants: [] }),
    }
  }

  const found = (all: Entitlement[], permission: Permission) =>
    all.filter((one) => one.permission === permission)

  test('is told for each permission and each project that they see, and for all projects', async () => {
    const all = await createAccess(reader('human', []), { now: () => 0 }).entitlements()
    expect(all.map(({ project, permission, runtime }) => [project, permission, runtime])).toEqual(
      [null, 'bank', 'shop'].flatMap((project) =>
        permissions.map((permission) => [project, permission, '*']),
      ),
    )
    expect(found(all, 'release:approve')).toEqual(
      [
        { project: null, grantors: ['Boss'] },
        { project: 'bank', grantors: ['Boss'] },
        { project: 'shop', grantors: ['Boss', 'Shopkeeper'] },
      ].map((place) => {
        return {
          permission: 'release:approve',
          runtime: '*',
          held: false,
          through: [],
          roles: ['approver'],
          ...place,
        }
      }),
    )
  })

  test('names the ways in which something is held: own, by a team, for somebody', async () => {
    const rows = [
      row('release:approve'),
      row('release:approve', { ...everywhere, team: 'leads' }),
      row('release:approve', { delegator: 'Carol' }),
      row('release:approve', { delegator: 'Carol', team: 'leads' }),
      row('release:approve', { role: 'release-manager', until: 5 }),
    ]
    const all = await createAccess(reader('human', rows), { now: () => 5 }).entitlements()
    const ways = found(all, 'release:approve').map(({ project, held, through }) => ({
      project,
      held,
      through,
    }))
    const byTeam = { held: true, through: ['approver (team leads)'] }
    expect(ways).toEqual([
      { project: null, ...byTeam },
      { project: 'bank', ...byTeam },
      {
        project: 'shop',
        held: true,
        through: [
          'approver',
          'approver (for Carol)',
          'approver (team leads)',
          'approver (team leads, for Carol)',
        ],
      },
    ])
  })

  test('is one half where something is held for the other runtime alone', async () => {
    const rows = [row('release:apply', { role: 'operator-k8s', runtime: 'k8s' })]
    const all = await createAccess(reader('human', rows), { now: () => 0 }).entitlements('shop')
    const place = { permission: 'release:apply', project: 'shop', grantors: ['Boss', 'Shopkeeper'] }
    expect(found(all, 'release:apply')).toEqual([
      { ...place, runtime: 'k8s', held: true, through: ['operator-k8s'], roles: ['operator-k8s'] },
      { ...place, runtime: 'compose', held: false, through: [], roles: ['operator-compose'] },
    ])
    expect(new Set(all.map(({ project }) => project))).toEqual(new Set(['shop']))
  })

  test('is one entry where two roles together give both runtimes', async () => {
    const rows = [
      row('release:apply', { role: 'operator-k8s', runtime: 'k8s' }),
      row('release:apply', { role: 'operator-compose', runtime: 'compose' }),
    ]
    const all = await createAccess(reader('human', rows), { now: () => 0 }).entitlements('shop')
    expect(found(all, 'release:apply')).toMatchObject([
      { runtime: '*', held: true, through: ['operator-compose', 'operator-k8s'] },
    ])
  })

  test('is nothing that a role could give, where only a human can hold it', async () => {
    const all = await createAccess(reader('agent', []), { now: () => 0 }).entitlements('shop')
    expect(found(all, 'release:approve')).toMatchObject([{ held: false, roles: [] }])
    expect(found(all, 'release:apply')).toMatchObject([{ roles: ['operator-k8s', 'operator-compose'] }])
  })

  test('is not told of a project that they do not see', async () => {
    await expect(
      createAccess(reader('human', []), { now: () => 0 }).entitlements('vault'),
    ).rejects.toMatchObject({
      code: 'not_found',
      data: { noun: 'project', name: 'vault' },
    })
  })
})
