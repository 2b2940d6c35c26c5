import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sha256 } from '../../src-main/lifecycle/canonical.ts'
import { z } from 'zod'
import { queryRow } from '../../src-main/ledger/query.ts'
import type { PolicyQuestion } from '../../src-main/ports/reads.ts'
import type { Permission, ReleaseId } from '../../src-preload/contract/vocabulary.ts'
import { askFor } from '../security/twoProjects.ts'
import type { TestMember } from '../support/ledger.ts'
import { accessWorld } from './reads/accessWorld.ts'
import type { AccessWorld } from './reads/accessWorld.ts'

let world: AccessWorld
let released: ReleaseId
beforeAll(async () => {
  world = await accessWorld()
  released = (await askFor(world.alice, world.shop)).release_id
})
afterAll(() => world.ledger.close())

describe('the rules of a plan', () => {
  const question = (more: Partial<PolicyQuestion> = {}): PolicyQuestion => ({
    service_id: world.shop.service,
    target_id: world.shop.target,
    kind: 'release',
    source_release_id: null,
    document_digest: sha256('x'),
    ...more,
  })

  async function setRules(rules: string): Promise<void> {
    const { admin } = world.ledger
    const policy = `(select id from pilothouse.approval_policies where project_id = '${world.shop.id}')`
    await admin.query(`delete from pilothouse.approval_rules where policy_id = ${policy}`)
    await admin.query(
      `insert into pilothouse.approval_rules (id, policy_id, position, role, team_id, service_team, minimum)
       select gen_random_uuid(), ${policy}, r.* from (values ${rules}) as r`,
    )
  }

  const team = (name: string) => `(select id from pilothouse.teams where name = '${name}')`

  test('name who can fill each of them but the one who asks, delegates included', async () => {
    await setRules(
      `(0, null, null::uuid, false, 1), (1, 'approver', null, false, 2), (2, 'release-manager', null, false, 1)`,
    )
    expect(await world.alice.reads.policyFor(question())).toMatchObject({
      required: true,
      rules: [
        { role: null, team: null, minimum: 1, candidates: ['Bob', 'Dora'] },
        { role: 'approver', team: null, minimum: 2, candidates: ['Bob', 'Dora'] },
        { role: 'release-manager', team: null, minimum: 1, candidates: [] },
      ],
    })
    // What Dora would approve in Bob's place does not help him with his own plan.
    expect((await world.bob.reads.policyFor(question())).rules[0]?.candidates).toEqual(['Alice'])
  })

  test('ask for a team, or for that of the service; where there is none, nobody can fill it', async () => {
    await world.ledger.member('vic', { samePersonAs: 'vera', roles: [{ role: 'approver', project: 'shop' }] })
    await setRules(`(0, null, ${team('web')}, false, 1), (4, null, null, true, 1)`)
    const asked = async () =>
      (await world.alice.reads.policyFor(question())).rules.map(({ team, candidates }) => [team, candidates])
    expect(await asked()).toEqual([
      ['web', ['Vera']],
      ['web', ['Vera']],
    ])
    const { admin } = world.ledger
    const move = `update pilothouse.services set team_id = $2 where id = $1`
    await admin.query(move, [world.shop.service, null])
    expect(await asked()).toEqual([
      ['web', ['Vera']],
      ['?', []],
    ])
    // A team of another project is nobody here, even if it has such a name.
    await admin.query(`update pilothouse.services set team_id = ${team('vault')} where id = $1`, [
      world.shop.service,
    ])
    expect((await asked())[1]).toEqual(['?', []])
    await admin.query(`update pilothouse.services set team_id = ${team('web')} where id = $1`, [
      world.shop.service,
    ])
  })

  test('take the team from the release to go back from, where no service is named', async () => {
    await setRules(`(0, null, null::uuid, true, 1)`)
    const decided = async (source: string | null) => {
      const answer = await queryRow(
        world.ledger.admin,
        z.object({ decision: z.object({ rules: z.array(z.object({ team: z.string() })) }) }),
        `select pilothouse.policy_decision($1, 'rollback', $2, $3, '{}') as decision`,
        [world.shop.target, source, sha256('x')],
      )
      return answer.decision.rules.map(({ team }) => team)
    }
    expect(await decided(released)).toEqual(['web'])
    expect(await decided(null)).toEqual(['?'])
  })
})

describe('a refusal', () => {
  const ask = (member: TestMember, permission: Permission, project: 'shop' | 'bank') =>
    member.ledger.authorize({
      permission,
      runtime: 'compose',
      project_id: world[project].id,
      resource_type: 'project',
      resource_id: world[project].id,
    })

  test('names the permission and who can grant it, to those who hold something there by team or for somebody', async () => {
    const data = (permission: Permission) => ({ permission, runtime: 'compose', grantors: ['boss'] })
    await expect(ask(world.tess, 'release:approve', 'shop')).rejects.toMatchObject({
      code: 'permission_denied',
      data: data('release:approve'),
    })
    await expect(ask(world.dora, 'release:apply', 'shop')).rejects.toMatchObject({
      code: 'permission_denied',
      data: data('release:apply'),
    })
    await expect(ask(world.tess, 'release:apply', 'shop')).resolves.toBeUndefined()
    await expect(ask(world.dora, 'release:approve', 'shop')).resolves.toBeUndefined()
  })

  test('is about the project for those who hold nothing there, an agent in spite of the team of its person', async () => {
    for (const member of [world.tess, world.dora])
      await expect(ask(member, 'release:read', 'bank')).rejects.toMatchObject({
        code: 'project_scope_denied',
      })
    await expect(ask(world.robot, 'release:read', 'shop')).rejects.toMatchObject({
      code: 'project_scope_denied',
    })
    await expect(ask(world.lea, 'release:read', 'bank')).resolves.toBeUndefined()
  })
})

describe('an administrator', () => {
  const admin = async (command: string, given: object) =>
    (
      await queryRow(
        world.ledger.admin,
        z.object({ answer: z.looseObject({ ok: z.boolean() }) }),
        `select pilothouse.${command}($1) as answer`,
        [JSON.stringify(given)],
      )
    ).answer

  test('gives a role again with another end, and takes it, beside what teams hold', async () => {
    const { login, reads } = await world.ledger.member('temp', { person: 'Temp' })
    const given = { login, role: 'viewer', project: 'shop' }
    expect(await admin('admin_grant', given)).toEqual({ ok: true })
    expect(await admin('admin_grant', { ...given, until: '2099-01-01T00:00:00Z' })).toEqual({ ok: true })
    expect((await reads.me()).member.roles).toMatchObject([{ role: 'viewer', project: 'shop' }])
    expect((await reads.policyRows())[0]?.until).toBe(Date.UTC(2099, 0, 1))
    expect(await admin('admin_revoke', given)).toEqual({ ok: true })
    expect(await reads.policyRows()).toEqual([])
    expect(await admin('admin_revoke', given)).toMatchObject({ ok: false, code: 'not_found' })
  })

  test('gives no agent what only a human does, and such a role that changed later does not help it', async () => {
    const { admin: pool } = world.ledger
    const robot = { login: world.robot.login, project: 'shop' }
    for (const role of ['approver', 'incident-responder'])
      expect(await admin('admin_grant', { ...robot, role })).toMatchObject({
        ok: false,
        code: 'agent_not_allowed',
      })
    await pool.query(`insert into pilothouse.roles (name) values ('grown')`)
    const allow = `insert into pilothouse.role_permissions (role, permission, runtime) values ('grown', $1, '*')`
    await pool.query(allow, ['release:read'])
    expect(await admin('admin_grant', { ...robot, role: 'grown' })).toEqual({ ok: true })
    for (const permission of ['release:approve', 'release:break_glass']) await pool.query(allow, [permission])
    expect((await world.robot.reads.policyRows()).map(({ permission }) => permission)).toEqual([
      'release:read',
    ])
    const may = (permission: string) =>
      queryRow(pool, z.object({ may: z.boolean() }), `select pilothouse.may($1, $2, '*', $3) as may`, [
        world.robot.login,
        permission,
        world.shop.id,
      ])
    expect(await may('release:read')).toEqual({ may: true })
    expect(await may('release:approve')).toEqual({ may: false })
    expect(await may('release:break_glass')).toEqual({ may: false })
  })
})
