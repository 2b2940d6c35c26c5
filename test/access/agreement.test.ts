import fc from 'fast-check'
import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createAccess } from '../../src-main/access/access.ts'
import { policyRow } from '../../src-main/ledger/reads/access.ts'
import { queryRow, queryRows } from '../../src-main/ledger/query.ts'
import { permissions } from '../../src-preload/contract/vocabulary.ts'
import { startTestLedger } from '../support/ledger.ts'
import type { TestLedger } from '../support/ledger.ts'
import { actingFor } from './expected.ts'
import type { Question } from './expected.ts'
import { onlyPolicy } from './onlyPolicy.ts'
import { everyCase } from './everyCase.ts'
import { inWorld, loginOf, projectOf, worlds } from './world.ts'
import type { Runtime, World } from './world.ts'

/** Each world has four logins and a project at least, which is 765 questions; 50 worlds ask 38 250. */
const runs = Math.min(fc.readConfigureGlobal().numRuns ?? 50, 400)
const wanted = 20_000

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

/** Every question about a world, a login and a project that are not there included. */
function questionsOf(world: World): Question[] {
  const members = Array.from({ length: world.members.length + 1 }, (_, member) => member)
  const projects = [null, ...Array.from({ length: world.projects + 1 }, (_, project) => project)]
  const runtimes: Runtime[] = ['k8s', 'compose', '*']
  return members.flatMap((member) =>
    permissions.flatMap((permission) =>
      runtimes.flatMap((runtime) => projects.map((project) => ({ member, permission, runtime, project }))),
    ),
  )
}

/** What the ledger's own function decides, in one statement. */
async function decidedBySql(world: World, questions: readonly Question[]): Promise<boolean[]> {
  const { answers } = await queryRow(
    client,
    z.object({ answers: z.array(z.boolean()) }),
    `select array_agg(pilothouse.may(q.login, q.permission, q.runtime, q.project) order by q.place) as answers
       from unnest($1::text[], $2::text[], $3::text[], $4::uuid[])
         with ordinality as q (login, permission, runtime, project, place)`,
    columnsOf(world, questions),
  )
  return answers
}

function columnsOf(world: World, questions: readonly Question[]): unknown[] {
  return [
    questions.map(({ member }) => loginOf(world, member)),
    questions.map(({ permission }) => permission),
    questions.map(({ runtime }) => runtime),
    questions.map(({ project }) => (project === null ? null : projectOf(project))),
  ]
}

/** What each login's own desktop decides, by the policy rows that the ledger gives it. */
async function decidedByCasbin(world: World, questions: readonly Question[]): Promise<boolean[]> {
  const desktops = new Map<number, ReturnType<typeof createAccess>>()
  for (const member of new Set(questions.map(({ member }) => member))) {
    const rows = await queryRows(
      client,
      z.object({ body: policyRow }),
      'select body from pilothouse.policy_rows($1)',
      [loginOf(world, member)],
    )
    desktops.set(member, createAccess(onlyPolicy(rows.map(({ body }) => body)), { now: Date.now }))
  }
  const answers: boolean[] = []
  for (const { member, permission, runtime, project } of questions) {
    const ask = { permission, runtime, project: project === null ? null : projectOf(project) }
    answers.push((await desktops.get(member)?.may(ask)) ?? false)
  }
  return answers
}

// The time is for long runs; a short one takes seconds.
test(
  'the desktop and the ledger decide alike, and as the rules say, whoever asks for what',
  { timeout: 900_000 },
  async () => {
    const seen = { asked: 0, allowed: 0 }
    await fc.assert(
      fc.asyncProperty(worlds, (world) =>
        inWorld(client, world, async () => {
          const questions = questionsOf(world)
          const sql = await decidedBySql(world, questions)
          const casbin = await decidedByCasbin(world, questions)
          const decided = questions.map((question, place) => ({
            ...question,
            login: loginOf(world, question.member),
            rules: actingFor(world, question).length > 0,
            sql: sql[place],
            casbin: casbin[place],
          }))
          expect(decided.filter(({ rules, sql, casbin }) => rules !== sql || sql !== casbin)).toEqual([])
          seen.asked += questions.length
          seen.allowed += decided.filter(({ rules }) => rules).length
        }),
      ),
      { numRuns: runs, examples: [[everyCase]] },
    )
    expect(seen.asked).toBeGreaterThanOrEqual(wanted)
    // Neither all nor nothing was allowed: there was something to disagree about.
    expect(seen.allowed).toBeGreaterThan(seen.asked / 50)
    expect(seen.allowed).toBeLessThan(seen.asked / 2)
  },
)
