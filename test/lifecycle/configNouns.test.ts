import { describe, expect, it } from 'vitest'
import { ruleText, rulesText } from '../../src-main/lifecycle/approvalRules.ts'
import { configChanges } from '../../src-main/lifecycle/configChanges.ts'
import { declaredNouns, existingNouns } from '../../src-main/lifecycle/configNouns.ts'
import type { ApprovalRule } from '../../src-preload/contract/access.ts'
import { approvalPolicy } from '../../src-preload/contract/access.ts'
import { stage } from '../../src-preload/contract/targets.ts'
import { service } from '../../src-preload/contract/services.ts'
import type { CdConfig } from '../../src-preload/contract/services.ts'

const id = '0198c0de-0000-7000-8000-000000000001'
const production = stage.parse({
  id,
  project_id: id,
  name: 'production',
  rank: 0,
  production: true,
  preview_ttl_minutes: 30,
  approval_window_hours: 8,
})
const anyone: ApprovalRule = { kind: 'anyone', minimum: 1 }
const manager: ApprovalRule = { kind: 'role', role: 'release-manager', minimum: 2 }
const policy = (runtime: string, rules: ApprovalRule[]) =>
  approvalPolicy.parse({
    stage_id: id,
    project: 'shop',
    stage: 'production',
    production: true,
    runtime,
    version: 1,
    rules: rules.map((rule) => ({ rule, candidates: ['Grace'] })),
    preview_ttl_minutes: 30,
    approval_window_hours: 8,
  })
const web = (start: CdConfig['start'], team: string | null) =>
  service.parse({
    id,
    project_id: id,
    name: 'web',
    team,
    runtime: 'compose',
    source: { kind: 'directory', path: '/srv/shop' },
    variables: {},
    releases_to: [{ target_id: id, target: 'shop', verification: {}, start }].map((place) => ({
      ...place,
      verification: { timeout_seconds: 60, window_seconds: 5, max_restarts: 0 },
    })),
    revision: 1,
  })

const has = (services = [web('by_hand', 'web')]) =>
  existingNouns('shop', {
    stages: [production],
    policies: [policy('compose', [anyone]), policy('*', [anyone])],
    targets: [],
    services,
  })
const wants = (approvals: ApprovalRule[] | null, services = [web('by_hand', 'web')]) =>
  declaredNouns({
    project: { name: 'shop' },
    stages: [{ ...production, approvals }],
    targets: [],
    services,
  })
const changed = (...args: Parameters<typeof wants>) =>
  configChanges(has(), wants(...args)).filter(({ action }) => action !== 'unchanged')

describe('the policy of a stage in a file', () => {
  it('is compared with the rules for both runtimes, and shows them as they are typed', () => {
    expect(changed([manager, { kind: 'service_team', minimum: 1 }])).toEqual([
      {
        noun: 'policy',
        name: 'production',
        action: 'change',
        fields: [{ path: 'rules', before: 'anyone:1', after: 'role:release-manager:2, service_team:1' }],
      },
    ])
    expect(changed([])).toMatchObject([{ fields: [{ before: 'anyone:1', after: 'none' }] }])
  })

  it('changes nothing where it is left out, or the same', () => {
    expect(changed(null)).toEqual([])
    expect(changed([anyone])).toEqual([])
    expect(wants(null).map(({ noun }) => noun)).not.toContain('policy')
  })
})

it('shows a start at a time, and another team', () => {
  const at = { time: '02:00', time_zone: 'Europe/Berlin' }
  expect(changed(null, [web(at, 'ops')])).toEqual([
    {
      noun: 'service',
      name: 'web',
      action: 'change',
      fields: [{ path: 'team', before: 'web', after: 'ops' }],
    },
    {
      noun: 'cd_config',
      name: 'web → shop',
      action: 'change',
      fields: [
        { path: 'start', before: 'by_hand', after: null },
        { path: 'start.time', before: null, after: '02:00' },
        { path: 'start.time_zone', before: null, after: 'Europe/Berlin' },
      ],
    },
  ])
})

it('writes each kind of rule so that it can be typed again', () => {
  const team: ApprovalRule = { kind: 'team', team: 'web', minimum: 3 }
  expect([anyone, manager, team].map(ruleText)).toEqual(['anyone:1', 'role:release-manager:2', 'team:web:3'])
  expect(rulesText([])).toBe('none')
})
