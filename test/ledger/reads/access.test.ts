import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createAccess } from '../../../src-main/access/access.ts'
import { policyRow } from '../../../src-main/ledger/reads/access.ts'
import { queryRows } from '../../../src-main/ledger/query.ts'
import { roleRuntimes, roleTemplates } from '../../../src-preload/contract/members.ts'
import type { TestMember } from '../../support/ledger.ts'
import { accessWorld } from './accessWorld.ts'
import type { AccessWorld } from './accessWorld.ts'

let world: AccessWorld
beforeAll(async () => {
  world = await accessWorld()
})
afterAll(() => world.ledger.close())

/** Every read that lists something, without a project named. */
async function everything({ reads }: TestMember): Promise<Record<string, unknown>> {
  const projects = await reads.projects()
  return {
    projects,
    stages: await Promise.all(projects.map(({ name }) => reads.stages(name))),
    members: await reads.members(),
    me: await reads.me(),
    policyRows: await reads.policyRows(),
    teams: await reads.teams(),
    policies: await reads.policies(),
    freezes: await reads.freezes(),
    delegations: await reads.delegations(),
    services: await reads.services(),
    targets: await reads.targets(),
    releases: await reads.releases({ limit: 50 }),
    tickets: await reads.tickets({ view: 'all', limit: 50 }),
    events: await reads.events({ limit: 200 }),
  }
}

describe('one project', () => {
  it('shows nothing of another to those who work in it alone', async () => {
    const { bank, vera, bob, dora, tess } = world
    for (const member of [vera, bob, dora, tess]) {
      const seen = JSON.stringify(await everything(member))
      expect(seen).toContain('shop')
      for (const foreign of ['bank', 'vault', 'Mallory', 'secret audit', bank.id, bank.service, bank.target])
        expect(seen).not.toContain(foreign)
    }
    const seen = JSON.stringify(await everything(world.mallory))
    expect(seen).toContain('bank')
    const foreign = ['shop', '"web"', 'Vera', 'Bob', 'Tess', 'stocktaking', 'liaison', world.shop.id]
    for (const word of foreign) expect(seen).not.toContain(word)
  })

  it('shows nothing at all to a member who holds nothing, and to one who is not active any more', async () => {
    const nothing = [
      'projects',
      'policyRows',
      'teams',
      'policies',
      'freezes',
      'delegations',
      'services',
      'targets',
    ]
    const empty = Object.fromEntries(nothing.map((noun) => [noun, []]))
    expect(await everything(world.stranger)).toMatchObject(empty)
    const left = await world.ledger.member('left', {
      roles: [{ role: 'admin' }, { role: 'release-manager' }],
    })
    expect(await left.reads.teams()).toHaveLength(3)
    await world.ledger.admin.query('update pilothouse.members set active = false where login = $1', [
      left.login,
    ])
    expect(await everything(left)).toMatchObject(empty)
    expect(await left.reads.grantors(null)).toEqual([])
  })

  it('is an error to ask about when it is not seen', async () => {
    const { reads } = world.vera
    const missing = { code: 'not_found', data: { noun: 'project', name: 'bank' } }
    await expect(reads.teams('bank')).rejects.toMatchObject(missing)
    await expect(reads.policies('bank')).rejects.toMatchObject(missing)
    await expect(reads.freezes('bank')).rejects.toMatchObject(missing)
    await expect(createAccess(reads, { now: Date.now }).entitlements('bank')).rejects.toMatchObject(missing)
  })
})

describe('what a member holds', () => {
  it('through a team are its roles, named, for humans alone, and ended ones too', async () => {
    const rows = await world.tess.reads.policyRows()
    const line = { project_id: world.shop.id, project: 'shop', team: 'web', delegator: null }
    expect(
      rows
        .filter(({ role }) => role === 'operator-compose')
        .map(({ permission }) => permission)
        .sort(),
    ).toEqual([...roleTemplates['operator-compose']].sort())
    expect(rows).toContainEqual({
      ...line,
      role: 'operator-compose',
      permission: 'release:apply',
      runtime: 'compose',
      until: null,
    })
    const ended = rows.filter(({ role }) => role === 'installer')
    expect(ended).toHaveLength(roleTemplates.installer.length)
    expect(ended[0]).toMatchObject({ ...line, until: Date.UTC(2020, 0, 1) })
    expect(await world.robot.reads.policyRows()).toEqual([])
    const { grants } = await world.tess.reads.me()
    expect(grants.map(({ permission }) => permission).sort()).toEqual(
      [...roleTemplates['operator-compose']].sort(),
    )
  })

  it('for somebody else is to read and to approve, as long as that lasts', async () => {
    const rows = await world.dora.reads.policyRows()
    const line = {
      role: 'approver',
      runtime: '*',
      project_id: world.shop.id,
      project: 'shop',
      team: null,
    } as const
    const held = { ...line, until: world.until, delegator: 'Bob' }
    expect(rows.sort((a, b) => a.permission.localeCompare(b.permission))).toEqual([
      { ...held, permission: 'release:approve' },
      { ...held, permission: 'release:read' },
    ])
    expect(await world.dora.reads.projects()).toEqual([{ id: world.shop.id, name: 'shop' }])
    expect(await world.dora.reads.targets('shop')).toHaveLength(1)
  })

  it('is what the ledger would tell an administrator about them', async () => {
    const { alice, bob, boss, vera, mallory, tess, dora, lea, stranger, robot } = world
    for (const { login, reads } of [alice, bob, boss, vera, mallory, tess, dora, lea, stranger, robot]) {
      const told = await queryRows(
        world.ledger.admin,
        z.object({ body: policyRow }),
        'select body from pilothouse.policy_rows($1)',
        [login],
      )
      expect(ordered(await reads.policyRows())).toEqual(ordered(told.map(({ body }) => body)))
    }
  })

  it('decides on their desktop, and says what is missing and who can give it', async () => {
    const access = createAccess(world.tess.reads, { now: Date.now })
    const ask = { runtime: 'compose', project: world.shop.id } as const
    expect(await access.may({ ...ask, permission: 'release:apply' })).toBe(true)
    expect(await access.may({ ...ask, permission: 'environment:install' })).toBe(false)
    expect(await access.mayAnywhere('release:approve')).toBe(false)
    const missing = await access.entitlements('shop')
    const place = { project: 'shop', grantors: ['boss'] }
    expect(missing.filter(({ permission }) => permission === 'release:apply')).toEqual([
      {
        ...place,
        permission: 'release:apply',
        runtime: 'k8s',
        held: false,
        through: [],
        roles: forApply('k8s'),
      },
      {
        ...place,
        permission: 'release:apply',
        runtime: 'compose',
        held: true,
        through: ['operator-compose (team web)'],
        roles: forApply('compose'),
      },
    ])
  })

  function forApply(runtime: 'k8s' | 'compose'): string[] {
    return [`operator-${runtime}`, 'release-manager']
  }
})

function ordered<T>(rows: readonly T[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort()
}

describe('the frame of a project', () => {
  it('is its teams, with their people and the roles that they hold where the reader sees', async () => {
    const teams = await world.vera.reads.teams('shop')
    expect(teams).toEqual([
      { id: teams[0]?.id, project: 'shop', name: 'liaison', people: [person(teams, 'Lea')], roles: [] },
      {
        id: teams[1]?.id,
        project: 'shop',
        name: 'web',
        people: [person(teams, 'Tess'), person(teams, 'Vera')],
        roles: [{ role: 'operator-compose', project: 'shop', until: null }],
      },
    ])
    expect((await world.boss.reads.teams()).map(({ name, roles }) => [name, roles.length])).toEqual([
      ['vault', 1],
      ['liaison', 1],
      ['web', 1],
    ])
  })

  function person(teams: Awaited<ReturnType<TestMember['reads']['teams']>>, name: string) {
    return teams.flatMap(({ people }) => people).find((one) => one.name === name)
  }

  it('counts those among its members who work there through a team', async () => {
    const names = async (member: TestMember, project: string) =>
      (await member.reads.members(project))
        .flatMap(({ person, active }) => (active ? person.name : []))
        .sort()
    expect(await names(world.vera, 'shop')).toEqual(['Alice', 'Alice', 'Bob', 'Tess', 'Vera', 'boss'])
    // An agent is not brought in by the team of its person.
    const logins = (await world.vera.reads.members()).map(({ login }) => login)
    expect(logins).toContain(world.tess.login)
    expect(logins).not.toContain(world.robot.login)
    expect(await names(world.mallory, 'bank')).toEqual(['Lea', 'Mallory', 'boss'])
    expect((await world.lea.reads.projects()).map(({ name }) => name)).toEqual(['bank'])
  })

  it('is its freezes, newest first, with what became of them', async () => {
    const freezes = await world.vera.reads.freezes('shop')
    expect(freezes.map(({ active, lifted_at }) => [active, lifted_at !== null])).toEqual([
      [false, false],
      [true, false],
      [false, true],
      [false, false],
    ])
    expect(freezes[1]).toMatchObject({
      project: 'shop',
      stage: 'production',
      reason: 'stocktaking',
      created_by: world.boss.login,
    })
    expect(await world.boss.reads.freezes()).toHaveLength(8)
  })

  it('is the rules of each stage, with the people who can fill them now', async () => {
    const { ledger, shop, vera } = world
    const [policy] = await vera.reads.policies('shop')
    const anyone = { rule: { kind: 'anyone', minimum: 1 }, candidates: ['Alice', 'Bob', 'Dora'] }
    expect(policy).toEqual({
      ...{ stage_id: policy?.stage_id, project: 'shop', stage: 'production', production: true },
      ...{ runtime: '*', version: 2, rules: [anyone], preview_ttl_minutes: 30, approval_window_hours: 8 },
    })
    await ledger.admin.query(
      `with own as (
         insert into pilothouse.approval_policies (id, project_id, stage_id, runtime)
         select $1, $2, s.id, 'compose' from pilothouse.stages s where s.project_id = $2 returning id)
       insert into pilothouse.approval_rules (id, policy_id, position, role, team_id, service_team, minimum)
       select gen_random_uuid(), own.id, r.* from own, (values
         (0, 'approver', null::uuid, false, 2),
         (1, null, (select id from pilothouse.teams where name = 'web'), false, 1),
         (3, null, null, true, 1)) as r`,
      [randomUUID(), shop.id],
    )
    const policies = await vera.reads.policies('shop')
    expect(policies.map(({ runtime }) => runtime)).toEqual(['*', 'compose'])
    expect(policies[1]?.rules).toEqual([
      { rule: { kind: 'role', role: 'approver', minimum: 2 }, candidates: ['Alice', 'Bob', 'Dora'] },
      { rule: { kind: 'team', team: 'web', minimum: 1 }, candidates: [] },
      { rule: { kind: 'service_team', minimum: 1 }, candidates: [] },
    ])
    expect(policies[0]?.rules).toEqual([anyone])
  })

  it('is the team of each service, and when its releases start', async () => {
    const { ledger, shop, vera } = world
    const start = async () => {
      const [service] = await vera.reads.services('shop')
      return [service?.team, service?.releases_to[0]?.start]
    }
    expect(await start()).toEqual(['web', 'by_hand'])
    const set = `update pilothouse.cd_configs set start = $2, start_time = $3, start_zone = $4 where service_id = $1`
    await ledger.admin.query(set, [shop.service, 'at_time', '22:30', 'Europe/Berlin'])
    expect(await start()).toEqual(['web', { time: '22:30', time_zone: 'Europe/Berlin' }])
    await ledger.admin.query(set, [shop.service, 'on_approval', null, null])
    expect(await start()).toEqual(['web', 'on_approval'])
  })
})

describe('what is seen of access', () => {
  it('are the roles of the ledger, templates as the contract has them', async () => {
    await world.ledger.admin.query(`insert into pilothouse.roles (name) values ('empty-handed')`)
    const roles = await world.vera.reads.roles()
    expect(roles.find(({ role }) => role === 'empty-handed')).toEqual({
      role: 'empty-handed',
      template: false,
      permissions: [],
    })
    const templates = Object.entries(roleTemplates).map(([role, permissions]) => {
      const runtime = Object.entries(roleRuntimes).find(([name]) => name === role)?.[1]
      return {
        role,
        template: true,
        permissions: [...permissions].sort().map((permission) => ({ permission, runtime })),
      }
    })
    expect(roles.filter(({ template }) => template)).toEqual(
      templates.sort((a, b) => (a.role < b.role ? -1 : 1)),
    )
    expect(await world.stranger.reads.roles()).toEqual(roles)
  })

  it('are delegations, by the two whom they are about, by overseers, and by who sees both of them', async () => {
    const { bob, dora, boss, mallory, vera } = world
    const about = async ({ reads }: TestMember) =>
      (await reads.delegations()).map(({ person, to, active }) => [person.name, to.name, active])
    expect(await about(dora)).toEqual([['Bob', 'Dora', true]])
    expect(await about(bob)).toEqual([['Bob', 'Dora', true]])
    expect(await about(vera)).toEqual([])
    const mallorys = [
      ['Mallory', 'boss', false],
      ['Mallory', 'boss', false],
    ]
    expect(await about(mallory)).toEqual(mallorys)
    expect(await about(boss)).toEqual([mallorys[0], ['Bob', 'Dora', true], mallorys[1]])
  })

  it('is who can change it, in a project and everywhere', async () => {
    await world.ledger.member('keeper', {
      person: 'Keeper',
      roles: [{ role: 'admin', project: 'shop' }],
    })
    expect(await world.vera.reads.grantors(world.shop.id)).toEqual(['Keeper', 'boss'])
    expect(await world.vera.reads.grantors(null)).toEqual(['boss'])
    expect(await world.vera.reads.grantors(world.bank.id)).toEqual([])
    expect(await world.stranger.reads.grantors(null)).toEqual(['boss'])
  })
})
