import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { denied, describeAttacks, describeAttacksOn } from './attack.ts'
import type { Attack, End } from './attack.ts'
import { contested } from './contested.ts'
import type { Contested } from './contested.ts'
import type { Governed } from './governed.ts'

type Who = 'alice' | 'vera' | 'mallory' | 'stranger'

const sql = (
  who: Who,
  name: string,
  statements: (world: Governed) => string[],
  end: End = { finds: 'nothing' },
): Attack => ({
  name,
  as: (world) => world[who],
  statements,
  end,
})

const from = (who: Who, what: string, where: (world: Governed) => string) =>
  sql(who, `${what} by ${who}`, (world) => [`SELECT * FROM pilothouse_read.${what} WHERE ${where(world)}`])

describeAttacks('a member with psql can not read, of another project,', [
  from('mallory', 'releases', ({ pending }) => `id = '${pending.release_id}'`),
  from('mallory', 'tickets', ({ pending }) => `id = '${pending.ticket}'`),
  from('mallory', 'previews', ({ pending }) => `release_id = '${pending.release_id}'`),
  from('mallory', 'documents', ({ pending }) => `digest = '${pending.plan.document_digest}'`),
  from('mallory', 'events', ({ pending }) => `resource_id IN ('${pending.release_id}', '${pending.ticket}')`),
  from('mallory', 'exported_events', () => `true`),
  from('mallory', 'release_steps', ({ applied }) => `release_id = '${applied.release_id}'`),
  from('mallory', 'release_logs', ({ applied }) => `release_id = '${applied.release_id}'`),
  from('mallory', 'diagnostics', ({ applied }) => `release_id = '${applied.release_id}'`),
  from('mallory', 'applied', ({ applied }) => `release_id = '${applied.release_id}'`),
  from('mallory', 'failures', ({ shop }) => `target_id = '${shop.target}'`),
  from('mallory', 'sealed_values', ({ shop }) => `target_id = '${shop.target}'`),
  from('mallory', 'target_keys', ({ shop }) => `target_id = '${shop.target}'`),
  from('mallory', 'unwrapped', ({ shop }) => `target_id = '${shop.target}'`),
  from('mallory', 'changes', ({ shop }) => `body ->> 'project_id' = '${shop.id}'`),
  from('mallory', 'targets', ({ shop }) => `id = '${shop.target}'`),
  from('mallory', 'services', ({ shop }) => `id = '${shop.service}'`),
  from('mallory', 'projects', ({ shop }) => `id = '${shop.id}'`),
  from('mallory', 'stages', ({ shop }) => `project_id = '${shop.id}'`),
  from('mallory', 'members', ({ alice, vera }) => `login IN ('${alice.login}', '${vera.login}')`),
  sql('mallory', 'a policy through the function', ({ shop, pending }) => [
    `SELECT answer FROM pilothouse_api.policy_for('${shop.target}', 'release', null, '${pending.plan.document_digest}') AS answer
      WHERE answer IS NOT NULL`,
  ]),
  sql(
    'mallory',
    'rows by turning row security off',
    () => ['SET row_security = off', 'SELECT * FROM pilothouse_read.releases'],
    denied,
  ),
])

const ofPolicy = (
  who: Who | 'fred',
  what: string,
  where: (world: Contested) => string,
): Attack<Contested> => ({
  name: `${what} by ${who}`,
  as: (world) => world[who],
  statements: (world) => [`SELECT * FROM pilothouse_read.${what} WHERE ${where(world)}`],
  end: { finds: 'nothing' },
})

describeAttacksOn(contested, 'a member with psql can not read, of what others agree on,', [
  ofPolicy(
    'mallory',
    'tickets',
    (w) => `id IN ('${w.policyOfBoss.id}', '${w.review.id}', '${w.expired.id}')`,
  ),
  ofPolicy('mallory', 'events', (w) => `resource_id IN ('${w.policyOfBoss.id}', '${w.review.id}')`),
  ofPolicy('vera', 'tickets', (w) => `id = '${w.grantOfBoss.id}'`),
  ofPolicy('vera', 'events', (w) => `resource_id = '${w.grantOfBoss.id}'`),
  ofPolicy('fred', 'tickets', (w) => `id = '${w.grantOfBoss.id}'`),
  ofPolicy('stranger', 'tickets', () => 'true'),
  ofPolicy('mallory', 'freezes', () => `body ->> 'project' = 'shop'`),
  ofPolicy('mallory', 'teams', () => `body ->> 'project' = 'shop'`),
  ofPolicy('mallory', 'policies', () => `body ->> 'project' = 'shop'`),
  ofPolicy('mallory', 'delegations', () => 'true'),
  ofPolicy('mallory', 'executors', () => 'true'),
  ofPolicy('mallory', 'due_releases', () => 'true'),
])

describeAttacks('a member with psql can not read, of their own project,', [
  from('vera', 'sealed_values', () => 'true'),
  from('vera', 'unwrapped', () => 'true'),
  from('vera', 'exported_events', () => 'true'),
  sql('vera', 'a wrapped key', () => ['SELECT * FROM pilothouse_read.target_keys WHERE wrapped IS NOT NULL']),
  sql('alice', 'the wrapped key of somebody else', ({ alice }) => [
    `SELECT * FROM pilothouse_read.target_keys WHERE wrapped <> '\\x${Buffer.from('key of shop').toString('hex')}' OR '${alice.login}' = ''`,
  ]),
])

const leaky = [
  ['releases', 'label'],
  ['releases', 'body::text'],
  ['tickets', 'label'],
  ['tickets', 'body::text'],
  ['previews', 'body::text'],
  ['documents', 'digest'],
  ['events', 'body::text'],
  ['release_logs', 'body::text'],
  ['sealed_values', 'token'],
  ['projects', 'name'],
  ['targets', 'body::text'],
] as const

describeAttacks('a member with psql is told nothing by a condition that talks:', [
  ...leaky.map(([view, column]) =>
    sql('stranger', `a function over ${view}.${column}`, () => [
      `SELECT * FROM pilothouse_read.${view} WHERE playground.spy(${column})`,
    ]),
  ),
  sql('stranger', 'a division by zero', () => [
    `SELECT * FROM pilothouse_read.releases WHERE 1 / (CASE WHEN label = 'shop-web-1' THEN 0 ELSE 1 END) = 1`,
  ]),
  sql('stranger', 'a failing cast', () => [
    'SELECT * FROM pilothouse_read.releases WHERE label::integer = 1',
  ]),
  sql('mallory', 'a function over rows of another project', () => [
    `SELECT * FROM pilothouse_read.releases WHERE project = 'shop' AND playground.spy(label)`,
  ]),
  sql('mallory', 'a function over a join', () => [
    `SELECT * FROM pilothouse_read.releases r JOIN pilothouse_read.events e ON e.resource_id = r.id
      WHERE r.project = 'shop' AND playground.spy(e.body::text)`,
  ]),
])

describe('whatever a view shows', () => {
  let world: Contested
  beforeAll(async () => {
    world = await contested()
  })
  afterAll(() => world.ledger.close())

  async function views(): Promise<string[]> {
    const { rows } = await world.ledger.admin.query<{ name: string }>(
      `SELECT viewname AS name FROM pg_views WHERE schemaname = 'pilothouse_read' ORDER BY 1`,
    )
    return rows.map(({ name }) => name)
  }

  /** Views in which a member finds one of these words anywhere in a row. */
  async function showing(who: Who, words: readonly string[]): Promise<string[]> {
    const found: string[] = []
    for (const view of await views()) {
      const { rowCount } = await world[who].pool.query(
        `SELECT FROM pilothouse_read.${view} AS v WHERE EXISTS (
           SELECT FROM unnest($1::text[]) AS word WHERE strpos(v::text, word) > 0) LIMIT 1`,
        [words],
      )
      if (rowCount !== 0) found.push(view)
    }
    return found
  }

  const words = ({ shop, applied, pending, approved, alice, bob }: Contested) => [
    ...[shop.id, shop.service, shop.target, shop.identity, 'shop', 'Alice', 'Bob'],
    ...[applied, pending, approved].flatMap((each) => [
      each.release_id,
      each.ticket,
      each.plan.document_digest,
      each.plan.preview_ref,
    ]),
    ...[alice.login, bob.login],
  ]

  it('names a project almost everywhere to those who work in it', async () => {
    const seen = await showing('alice', words(world))
    expect(seen).toEqual(
      (await views()).filter(
        (view) => !['due_releases', 'exported_events', 'failures', 'ledger', 'roles'].includes(view),
      ),
    )
  })

  it('never names a project, or anything of it, to those who have no business there', async () => {
    expect(await showing('mallory', words(world))).toEqual([])
  })

  it('is nothing of any project for a member without a role: only themselves, and who could give them one', async () => {
    const shown: string[] = []
    for (const view of await views()) {
      const { rowCount } = await world.stranger.pool.query(`SELECT FROM pilothouse_read.${view}`)
      if (rowCount !== 0) shown.push(`${view} ${rowCount}`)
    }
    expect(shown.filter((view) => !view.startsWith('changes '))).toEqual([
      'grantors 1',
      'ledger 1',
      'members 3',
      'roles 10',
    ])
    const { rowCount } = await world.stranger.pool.query(
      `SELECT FROM pilothouse_read.changes WHERE body ->> 'project_id' IS NOT NULL`,
    )
    expect(rowCount).toBe(0)
  })
})
