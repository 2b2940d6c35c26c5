import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AccessChange } from '../../src-preload/contract/access.ts'
import type { Permission } from '../../src-preload/contract/vocabulary.ts'
import { anew, approve, decide, emptyTeam, planAndRequest, propose, refusalOf } from '../support/desks.ts'
import type { Desk, Team } from '../support/desks.ts'
import { declaredTeamOver, surfaces } from './surfaces.ts'

let team: Team
let alice: Desk
let bob: Desk

const twoPeople: AccessChange = {
  kind: 'policy',
  project: 'shop',
  stage: 'production',
  runtime: '*',
  rules: [{ kind: 'anyone', minimum: 2 }],
}

describe.each(surfaces)('%s', (surface) => {
  beforeAll(async () => {
    ;({ team, alice, bob } = await declaredTeamOver(surface))
  })
  afterAll(() => team.close())

  async function productionRules(): Promise<unknown> {
    const policies = await alice.client.access.policies({ project: 'shop' })
    return policies.find(({ stage }) => stage === 'production')?.rules.map(({ rule }) => rule)
  }

  async function eventsOf(action: string) {
    return alice.client.audit.events({ action })
  }

  /** What a member knows about one permission of theirs on Compose targets of the project. */
  async function entitlementOf({ client }: Desk, wanted: Permission) {
    const entitlements = await client.access.missing({ project: 'shop' })
    return entitlements.find(({ permission, runtime }) => permission === wanted && runtime !== 'k8s')
  }

  describe('a change of policy', () => {
    it('waits for a second person, under whatever login the first one tries, and then counts', async () => {
      const secondLogin = await team.desk('alice2', { samePersonAs: 'alice', roles: [{ role: 'approver' }] })
      const ticket = await propose(alice.client, twoPeople, 'the audit asks for it')
      const seen = await bob.client.inbox.get({ ticket })
      expect(seen).toMatchObject({
        scope_type: 'policy',
        project: 'shop',
        risk_level: 'high',
        reason: 'the audit asks for it',
        change: twoPeople,
        can_decide: true,
      })
      expect('fields' in seen && seen.fields.length).toBeGreaterThan(0)
      for (const { client } of [alice, secondLogin]) {
        expect(await refusalOf(decide(client, ticket))).toMatchObject({ code: 'self_approval_denied' })
      }
      expect(await productionRules()).toEqual([{ kind: 'anyone', minimum: 1 }])
      expect(await decide(bob.client, ticket)).toMatchObject({ status: 'approved' })
      expect(await productionRules()).toEqual([{ kind: 'anyone', minimum: 2 }])
      const asked = await planAndRequest(alice.client, '1')
      const wanted = await bob.client.inbox.get({ ticket: asked.label })
      expect(wanted.rules).toMatchObject([{ role: null, team: null, minimum: 2 }])
      await alice.client.releases.withdraw({ command_id: anew(), release: asked.id })
    })

    it('that was overtaken by another one is stale, and says nothing is decided', async () => {
      const one = { kind: 'anyone', minimum: 1 } as const
      const ticket = await propose(alice.client, { ...twoPeople, rules: [one] })
      const other = await propose(alice.client, { ...twoPeople, rules: [{ kind: 'anyone', minimum: 3 }] })
      await decide(bob.client, ticket)
      expect(await refusalOf(decide(bob.client, other))).toMatchObject({ code: 'decision_stale' })
      expect(await productionRules()).toEqual([one])
      await decide(bob.client, other, 'reject', 'we said one')
    })

    it('in a file becomes a ticket, while the rest of the file counts at once', async () => {
      const file = team.file({
        approvals: [{ kind: 'role', role: 'approver', minimum: 1 }],
        delivery: { retries: 5 },
      })
      const differs = await alice.client.config.diff({ file, directory: team.folder })
      expect(differs.filter(({ action }) => action !== 'unchanged').map(({ noun }) => noun)).toEqual([
        'policy',
        'cd_config',
      ])
      const input = { command_id: anew(), file, directory: team.folder }
      const { tickets } = await alice.client.config.apply(input)
      expect(tickets).toHaveLength(1)
      expect((await alice.client.config.apply(input)).tickets).toEqual(tickets)
      const [service] = await alice.client.services.list({})
      expect(service?.releases_to).toMatchObject([{ retries: 5 }])
      expect(await productionRules()).toEqual([{ kind: 'anyone', minimum: 1 }])
      await decide(bob.client, tickets[0] ?? '')
      expect(await productionRules()).toEqual([{ kind: 'role', role: 'approver', minimum: 1 }])
      await alice.client.config.apply({ command_id: anew(), file: team.file(), directory: team.folder })
      expect(await productionRules()).toEqual([{ kind: 'role', role: 'approver', minimum: 1 }])
    })
  })

  describe('a newcomer', () => {
    it('is told what they lack and whom to ask, which is recorded, and gets it from two people', async () => {
      const dave = await team.desk('dave', { person: 'Dave', roles: [] })
      const denials = (await eventsOf('access.denied')).length
      const refused = await refusalOf(dave.client.releases.list({}))
      expect(refused).toMatchObject({
        code: 'permission_denied',
        data: { data: { permission: 'release:read', grantors: ['Alice'] } },
      })
      expect((await eventsOf('access.denied')).length).toBe(denials + 1)
      await refusalOf(dave.client.releases.list({ state: 'applied' }))
      expect((await eventsOf('access.denied')).length).toBe(denials + 1)
      const grant: AccessChange = {
        kind: 'grant',
        to: { kind: 'member', login: dave.login },
        role: 'operator-compose',
        project: 'shop',
        until: null,
      }
      expect(await refusalOf(propose(dave.client, grant))).toMatchObject({
        code: 'permission_denied',
        data: { data: { permission: 'access:write' } },
      })
      await decide(bob.client, await propose(alice.client, grant))
      expect(await dave.client.services.list({})).toHaveLength(1)
      expect(await entitlementOf(dave, 'release:apply')).toMatchObject({
        held: true,
        through: ['operator-compose'],
      })
      expect(await entitlementOf(dave, 'release:approve')).toMatchObject({
        held: false,
        grantors: ['Alice'],
      })
      await decide(
        bob.client,
        await propose(alice.client, { kind: 'revoke', from: grant.to, role: grant.role, project: 'shop' }),
      )
      expect((await dave.client.access.missing({})).filter(({ held }) => held)).toEqual([])
      expect(await refusalOf(dave.client.services.list({}))).toMatchObject({ code: 'permission_denied' })
    })
  })

  describe('a team', () => {
    it('fills a rule by its people, and holds what it is bound to', async () => {
      const grace = await team.desk('grace', { person: 'Grace', roles: [] })
      const changes: AccessChange[] = [
        { kind: 'team', project: 'shop', team: 'web', people: [grace.login] },
        {
          kind: 'grant',
          to: { kind: 'team', project: 'shop', team: 'web' },
          role: 'approver',
          project: 'shop',
          until: null,
        },
        { kind: 'service_team', project: 'shop', service: 'web', team: 'web' },
        { ...twoPeople, rules: [{ kind: 'service_team', minimum: 1 }] },
      ]
      for (const change of changes) await decide(bob.client, await propose(alice.client, change))
      expect(await grace.client.access.teams({})).toMatchObject([
        { name: 'web', people: [{ name: 'Grace' }], roles: [{ role: 'approver', project: 'shop' }] },
      ])
      const asked = await planAndRequest(alice.client, '2')
      const ticket = await grace.client.inbox.get({ ticket: asked.label })
      expect(ticket.rules).toMatchObject([{ team: 'web', candidates: ['Grace'] }])
      await approve(bob.client, asked)
      expect(await grace.client.inbox.get({ ticket: asked.label })).toMatchObject({ status: 'pending' })
      await approve(grace.client, asked)
      expect((await alice.client.releases.get({ release: asked.id })).lifecycle_state).toBe('approved')
      await alice.client.releases.withdraw({ command_id: anew(), release: asked.id })
      await decide(
        bob.client,
        await propose(alice.client, { ...twoPeople, rules: [{ kind: 'anyone', minimum: 1 }] }),
      )
    })
  })

  describe('a delegate', () => {
    const period = () => {
      const now = Date.now()
      const day = 86_400_000
      return { from: new Date(now).toISOString(), until: new Date(now + day).toISOString() }
    }

    it('decides in somebody’s place until that ends, and never what that person asked for', async () => {
      const erin = await team.desk('erin', { person: 'Erin', roles: [{ role: 'admin' }] })
      const frank = await team.desk('frank', { person: 'Frank', roles: [] })
      const asked = await planAndRequest(alice.client, '3')
      expect(await refusalOf(frank.client.inbox.get({ ticket: asked.label }))).toMatchObject({
        code: 'permission_denied',
      })
      const answer = await bob.client.access.delegate({ command_id: anew(), to: frank.login, ...period() })
      // Erin holds access:write and no release:approve: enough for a change of access.
      expect(await decide(erin.client, answer.ticket ?? '')).toMatchObject({
        scope_type: 'access',
        status: 'approved',
      })
      expect(await refusalOf(decide(erin.client, asked.label))).toMatchObject({
        code: 'permission_denied',
        data: { data: { permission: 'release:approve' } },
      })
      expect(await entitlementOf(frank, 'release:approve')).toMatchObject({
        held: true,
        through: ['approver (for Bob)'],
      })
      await approve(frank.client, asked)
      expect((await alice.client.releases.get({ release: asked.id })).lifecycle_state).toBe('approved')
      await alice.client.releases.withdraw({ command_id: anew(), release: asked.id })

      const mine = await alice.client.access.delegate({ command_id: anew(), to: frank.login, ...period() })
      await decide(bob.client, mine.ticket ?? '')
      const [delegation] = (await frank.client.access.delegations({})).filter(
        ({ person }) => person.name === 'Bob',
      )
      await bob.client.access.end_delegation({
        command_id: anew(),
        delegation: delegation?.id ?? expect.fail('Bob has a delegate'),
      })
      const again = await planAndRequest(alice.client, '4')
      expect(await refusalOf(approve(frank.client, again))).toMatchObject({ code: 'self_approval_denied' })
      await alice.client.releases.withdraw({ command_id: anew(), release: again.id })
    })

    it('is named by whoever may approve, not by others', async () => {
      const heidi = await team.desk('heidi', { person: 'Heidi', roles: [{ role: 'viewer' }] })
      expect(
        await refusalOf(heidi.client.access.delegate({ command_id: anew(), to: bob.login, ...period() })),
      ).toMatchObject({ code: 'permission_denied', data: { data: { permission: 'release:approve' } } })
    })
  })
})

describe('a ledger with one person', () => {
  it('changes at once, and asks for a second one as soon as there is one', async () => {
    const alone = await emptyTeam()
    try {
      const everything = [{ role: 'admin' }, { role: 'approver' }]
      const ada = await alone.desk('ada', { person: 'Ada', roles: everything })
      await ada.client.config.apply({ command_id: anew(), file: alone.file(), directory: alone.folder })
      const change: AccessChange = { ...twoPeople, rules: [{ kind: 'role', role: 'approver', minimum: 1 }] }
      const done = await ada.client.access.change({ command_id: anew(), change })
      expect(done.ticket).toBeNull()
      const policies = await ada.client.access.policies({})
      expect(policies.find(({ production }) => production)?.rules).toMatchObject([{ rule: change.rules[0] }])
      await alone.desk('grace', { person: 'Grace', roles: [{ role: 'viewer' }] })
      expect(await propose(ada.client, twoPeople)).toMatch(/^[0-9a-f-]{36}$/)
    } finally {
      await alone.close()
    }
  })
})
