import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessChange } from '../../src-preload/contract/access.ts'
import { permissions } from '../../src-preload/contract/vocabulary.ts'
import { startTestLedger } from '../support/ledger.ts'
import type { TestLedger } from '../support/ledger.ts'

let db: TestLedger
beforeAll(async () => {
  db = await startTestLedger()
})
afterAll(async () => {
  await db.close()
})

/** Which of these the ledger takes for a change. */
async function taken(changes: readonly unknown[]): Promise<boolean[]> {
  const { rows } = await db.admin.query<{ taken: boolean }>(
    'select public.taken(change) as taken from unnest($1::jsonb[]) with ordinality as c (change, place) order by place',
    [changes.map((change) => JSON.stringify(change))],
  )
  return rows.map((row) => row.taken)
}

const name = fc.oneof(
  fc.constantFrom('shop', 'a', 'web-1', `${'x'.repeat(63)}`),
  fc.constantFrom('Shop', '-a', 'a-', '', 'ä', 'x'.repeat(64)),
)
const login = fc.oneof(
  fc.constantFrom('ada', 'a_1'),
  fc.constantFrom('Ada', '1a', 'a-b', `a${'b'.repeat(41)}`),
)
const orNull = <T>(inner: fc.Arbitrary<T>) => fc.option(inner, { nil: null })
const runtime = fc.constantFrom('*', 'k8s', 'compose', 'docker', '')
const role = fc.constantFrom('approver', 'release-manager', 'Approver', '-x', 'r'.repeat(64))
const minimum = fc.constantFrom<unknown>(1, 20, 0, 21, -1, 1.5, '1', null, 1e20)
const instant = fc.constantFrom(
  '2031-01-02T03:04:05Z',
  '2031-01-02T03:04:05.123+08:00',
  '2031-02-30T00:00:00Z',
  '2031-01-02',
  'now',
  'infinity',
  '2031-01-02T25:00:00Z',
)
const uuid = fc.oneof(fc.uuid(), fc.constantFrom('', 'x', '0198c0de'))
const rule = fc.oneof(
  fc.record({ kind: fc.constantFrom('anyone', 'service_team', 'role', 'team', 'nobody'), minimum }),
  fc.record({ kind: fc.constantFrom('role', 'anyone'), role, minimum }),
  fc.record({ kind: fc.constant('team'), team: name, minimum }),
)
const subject = fc.oneof(
  fc.record({ kind: fc.constant('member'), login }),
  fc.record({ kind: fc.constant('team'), project: name, team: name }),
  fc.record({ kind: fc.constantFrom('member', 'person'), team: name }),
)
const permission = fc.record({ permission: fc.constantFrom(...permissions, 'release:all'), runtime })
const number = fc.constantFrom<unknown>(1, 30, 168, 169, 1440, 1441, 0, 2.5, '5', null)

const change = fc.oneof(
  fc.record({
    kind: fc.constant('policy'),
    project: name,
    stage: name,
    runtime,
    rules: fc.array(rule, { maxLength: 10 }),
  }),
  fc.record({
    kind: fc.constant('stage'),
    project: name,
    stage: name,
    preview_ttl_minutes: number,
    approval_window_hours: number,
  }),
  fc.record({ kind: fc.constant('lift_freeze'), freeze: uuid }),
  fc.record({ kind: fc.constant('grant'), to: subject, role, project: orNull(name), until: orNull(instant) }),
  fc.record({ kind: fc.constant('revoke'), from: subject, role, project: orNull(name) }),
  fc.record({
    kind: fc.constant('member'),
    login,
    active: fc.constantFrom<unknown>(true, false, 'true', null, 1),
  }),
  fc.record({ kind: fc.constant('role'), role, permissions: fc.array(permission, { maxLength: 3 }) }),
  fc.record({
    kind: fc.constant('team'),
    project: name,
    team: name,
    people: fc.array(login, { maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant('service_team'), project: name, service: name, team: orNull(name) }),
  fc.record({ kind: fc.constant('delegate'), person: login, to: login, from: instant, until: instant }),
)
/** One of each kind that is right. */
const right: unknown[] = [
  {
    kind: 'policy',
    project: 'shop',
    stage: 'a',
    runtime: '*',
    rules: [{ kind: 'service_team', minimum: 2 }],
  },
  { kind: 'stage', project: 'shop', stage: 'a', preview_ttl_minutes: 1440, approval_window_hours: 168 },
  { kind: 'lift_freeze', freeze: '0198c0de-0000-7000-8000-000000000001' },
  { kind: 'grant', to: { kind: 'member', login: 'ada' }, role: 'approver', project: null, until: null },
  { kind: 'revoke', from: { kind: 'team', project: 'shop', team: 'a' }, role: 'approver', project: 'shop' },
  { kind: 'member', login: 'ada', active: false },
  { kind: 'role', role: 'guest', permissions: [] },
  { kind: 'team', project: 'shop', team: 'a', people: ['ada'] },
  { kind: 'service_team', project: 'shop', service: 'web', team: null },
  {
    kind: 'delegate',
    person: 'ada',
    to: 'bo',
    from: '2031-01-02T03:04:05Z',
    until: '2031-01-02T03:04:05+08:00',
  },
]
const spoiled = fc
  .tuple(change, fc.constantFrom('kind', 'project', 'role', 'extra'), fc.jsonValue())
  .map(([good, key, value]) => ({ ...good, [key]: value }))
const missing = fc
  .tuple(change, fc.nat({ max: 4 }))
  .map(([good, place]) => Object.fromEntries(Object.entries(good).filter((_, index) => index !== place)))

/** What the contract takes, with nothing filled in. */
const inContract = (given: unknown) => {
  const parsed = accessChange.safeParse(given)
  return parsed.success && JSON.stringify(sorted(parsed.data)) === JSON.stringify(sorted(given))
}
const sorted = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ),
  )

describe('a change', () => {
  test('is one to the ledger exactly where it is one to the contract', async () => {
    await db.admin
      .query(`create or replace function public.taken(change jsonb) returns boolean language plpgsql as $$
      begin
        perform pilothouse.check_change(change);
        return true;
      exception when sqlstate 'PH001' then return false;
      end $$`)
    const anything = fc.oneof({ weight: 4, arbitrary: change }, spoiled, missing, fc.jsonValue())
    const kinds = new Set<string>()
    await fc.assert(
      fc.asyncProperty(fc.array(anything, { minLength: 50, maxLength: 100 }), async (changes) => {
        expect(await taken(changes)).toEqual(changes.map(inContract))
        for (const each of changes) {
          const parsed = accessChange.safeParse(each)
          if (parsed.success) kinds.add(parsed.data.kind)
        }
      }),
      { numRuns: fc.readConfigureGlobal().numRuns ?? 20, examples: [[right]] },
    )
    expect([...kinds].sort()).toEqual(accessChange.options.map(({ shape }) => shape.kind.value).sort())
  })
})
