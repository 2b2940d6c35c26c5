import fc from 'fast-check'
import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { roleTemplates } from '../../src-preload/contract/members.ts'
import { noTeam } from '../../src-preload/contract/releases.ts'
import type { Permission } from '../../src-preload/contract/vocabulary.ts'
import { queryRow } from '../../src-main/ledger/query.ts'
import { startTestLedger } from '../support/ledger.ts'
import type { TestLedger } from '../support/ledger.ts'
import { everyCase } from './everyCase.ts'
import { actingFor } from './expected.ts'
import type { Acting } from './expected.ts'
import { inWorld, loginOf, memberOf, personOf, projectOf, roleOf, worlds } from './world.ts'
import type { Runtime, World } from './world.ts'

let ledger: TestLedger
let client: pg.PoolClient
beforeAll(async () => {
  ledger = await startTestLedger()
  client = await ledger.admin.connect()
})
afterAll(async () => {
  client.release()
  await ledger.close()
})

/** Who may do something, and fill a rule for a role or a team, when some people are left out. */
interface Rule {
  readonly permission: Permission
  readonly runtime: Runtime
  readonly project: number | null
  readonly role: string | null
  readonly team: string | null
  readonly except: readonly number[]
}

const rules: fc.Arbitrary<readonly Rule[]> = fc.array(
  fc
    .record({
      permission: fc.constantFrom<Permission>(
        'release:approve',
        'release:approve',
        'release:read',
        'access:write',
      ),
      runtime: fc.constantFrom<Runtime>('k8s', 'compose', '*'),
      project: fc.constantFrom(null, 0, 0, 1, 2),
      wants: fc.oneof(
        fc.constant({ role: null, team: null }),
        fc.constantFrom(...Object.keys(roleTemplates), roleOf(0)).map((role) => ({ role, team: null })),
        fc.constantFrom('a', 'aa', 'a-a', noTeam).map((team) => ({ role: null, team })),
      ),
      except: fc.uniqueArray(fc.nat({ max: 3 }), { maxLength: 2 }),
    })
    .map(({ wants, ...rule }) => ({ ...rule, ...wants })),
  { minLength: 8, maxLength: 16 },
)

const answer = z.object({
  candidates: z.array(z.string()),
  deciding: z.array(z.boolean()),
  hats: z.array(z.object({ roles: z.array(z.string()), teams: z.array(z.string()) })),
})

async function decidedBySql(world: World, rule: Rule): Promise<z.infer<typeof answer>> {
  const everybody = world.members.map((_, member) => member)
  return queryRow(
    client,
    answer,
    `select pilothouse.candidates($1, $2, $3, $4, $5, $6) as candidates,
       array(select pilothouse.may_decide(login, $5, $3, $4, $6)
         from unnest($7::text[]) with ordinality as l (login, place) order by place) as deciding,
       array(select pilothouse.hats_of(id, $4, $6, $3)
         from unnest($8::uuid[]) with ordinality as m (id, place) order by place) as hats`,
    [
      rule.role,
      rule.team,
      rule.runtime,
      rule.project === null ? null : projectOf(rule.project),
      rule.permission,
      rule.except.map(personOf),
      everybody.map((member) => loginOf(world, member)),
      everybody.map(memberOf),
    ],
  )
}

function decidedByRules(world: World, rule: Rule): z.infer<typeof answer> {
  const acting = (member: number, permission: Permission) =>
    actingFor(world, { ...rule, permission, member }, rule.except)
  const fills = ({ roles, teams }: Acting) =>
    (rule.role === null || roles.includes(rule.role)) && (rule.team === null || teams.includes(rule.team))
  const names = world.members.flatMap(({ kind, person }, member) => {
    if (kind !== 'human' || rule.except.includes(person)) return []
    return acting(member, rule.permission).some(fills) ? [world.people[person] ?? ''] : []
  })
  return {
    candidates: ordered(names),
    deciding: world.members.map((_, member) => acting(member, rule.permission).length > 0),
    hats: world.members.map((_, member) => {
      const hats = acting(member, 'release:approve')
      return {
        roles: ordered(hats.flatMap(({ roles }) => roles)),
        teams: ordered(hats.flatMap(({ teams }) => teams)),
      }
    }),
  }
}

function ordered(names: readonly string[]): string[] {
  return [...new Set(names)].sort()
}

// The time is for long runs; a short one takes seconds.
test(
  'who can fill a rule is who may decide there, in their own place or in that of whom they stand for',
  { timeout: 900_000 },
  async () => {
    const found = { filled: 0, asked: 0 }
    await fc.assert(
      fc.asyncProperty(worlds, rules, (world, asked) =>
        inWorld(client, world, async () => {
          for (const rule of asked) {
            const sql = await decidedBySql(world, rule)
            const inOrder = {
              ...sql,
              candidates: ordered(sql.candidates),
              hats: sql.hats.map(({ roles, teams }) => ({ roles: ordered(roles), teams: ordered(teams) })),
            }
            expect({ rule, ...inOrder }).toEqual({ rule, ...decidedByRules(world, rule) })
            found.asked += 1
            found.filled += sql.candidates.length > 0 ? 1 : 0
          }
        }),
      ),
      { numRuns: Math.min(fc.readConfigureGlobal().numRuns ?? 40, 400), examples: [[everyCase, everyRule]] },
    )
    expect(found.filled).toBeGreaterThan(found.asked / 50)
  },
)

const everyRule: readonly Rule[] = [[], [0], [1], [2]].flatMap((except) =>
  [0, 1, 2, 3].flatMap((project) =>
    [null, 'approver', roleOf(0)].flatMap((role) =>
      (role === null ? [null, 'a', 'aa', noTeam] : [null]).map((team) => {
        return { permission: 'release:approve', runtime: 'k8s', project, role, team, except }
      }),
    ),
  ),
)
