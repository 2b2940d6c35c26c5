import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { textWith } from '../entry/matchers.ts'
import type { StartRule } from '../../src-preload/contract/services.ts'
import { anew, approve, decide, planAndRequest, propose, refusalOf, start } from '../support/desks.ts'
import type { Desk, Team } from '../support/desks.ts'
import { declaredTeamOver, surfaces } from './surfaces.ts'

let team: Team
let alice: Desk
let bob: Desk

describe.each(surfaces)('%s', (surface) => {
  beforeAll(async () => {
    ;({ team, alice, bob } = await declaredTeamOver(surface))
  })
  afterAll(() => team.close())

  const hour = 3_600_000
  const fromNow = (ms: number) => new Date(Date.now() + ms).toISOString()

  async function startBy(rule: StartRule): Promise<void> {
    const file = team.file({ delivery: { start: rule } })
    await alice.client.config.apply({ command_id: anew(), file, directory: team.folder })
  }
  afterEach(() => startBy('by_hand'))

  async function approved(tag: string) {
    const asked = await planAndRequest(alice.client, tag)
    await approve(bob.client, asked)
    return alice.client.releases.get({ release: asked.id })
  }

  const stateOf = async (release: string) => (await alice.client.releases.get({ release })).lifecycle_state

  function freeze(reason: string) {
    return alice.client.access.freeze({
      command_id: anew(),
      project: 'shop',
      stage: 'production',
      from: fromNow(0),
      until: fromNow(hour),
      reason,
    })
  }

  async function lift(id: Awaited<ReturnType<typeof freeze>>['freeze']): Promise<void> {
    await decide(bob.client, await propose(alice.client, { kind: 'lift_freeze', freeze: id }))
  }

  describe('a freeze', () => {
    it('keeps what is approved from starting, with reason and end, until two people lift it', async () => {
      const release = await approved('1')
      const { freeze: id } = await freeze('end of the year')
      expect(await alice.client.access.freezes({ project: 'shop' })).toMatchObject([
        { id, stage: 'production', reason: 'end of the year', active: true },
      ])
      const refused = await refusalOf(start(alice.client, release))
      expect(refused).toMatchObject({
        code: 'target_frozen',
        data: { data: { stage: 'production', reason: 'end of the year' } },
      })
      expect(await stateOf(release.id)).toBe('approved')
      await lift(id)
      await start(alice.client, release)
      expect(await stateOf(release.id)).toBe('applied')
    })
  })

  describe('a start rule', () => {
    it('on approval makes a release due at once, for whoever executes', async () => {
      await startBy('on_approval')
      expect(await alice.client.releases.due({})).toEqual([])
      const release = await approved('2')
      expect(release.start).toMatchObject({ rule: 'on_approval' })
      expect((await alice.client.releases.due({})).map(({ label }) => label)).toEqual([release.label])
      expect(await refusalOf(bob.client.releases.due({}))).toMatchObject({ code: 'permission_denied' })
      await alice.client.inbox.tend({ executes: ['compose'] })
      expect(await bob.client.releases.executors({})).toMatchObject([
        { login: alice.login, runtimes: ['compose'], online: true },
      ])
      await start(alice.client, release)
      expect(await alice.client.releases.due({})).toEqual([])
    })

    it('at a time of day keeps it until then, and is not a person’s to hurry', async () => {
      const soon = new Date(Date.now() + 2 * hour).toISOString().slice(11, 16)
      await startBy({ time: soon, time_zone: 'UTC' })
      const release = await approved('3')
      expect(release.start.due_at?.slice(11, 16)).toBe(soon)
      expect(await alice.client.releases.due({})).toEqual([])
      const refused = await refusalOf(start(alice.client, release))
      expect(refused).toMatchObject({
        code: 'release_state_invalid',
        data: { hint: 'not_due', data: { start_due_at: textWith(soon) } },
      })
      await alice.client.releases.withdraw({ command_id: anew(), release: release.id })
    })

    it('counts as it was when the release was asked for', async () => {
      const asked = await planAndRequest(alice.client, '4')
      await startBy('on_approval')
      await approve(bob.client, asked)
      expect((await alice.client.releases.get({ release: asked.id })).start).toEqual({
        rule: 'by_hand',
        due_at: null,
      })
      await alice.client.releases.withdraw({ command_id: anew(), release: asked.id })
    })
  })

  describe('breaking the glass', () => {
    const emergency = { reason: 'checkout is down', incident_link: 'https://incidents.example/42' }

    it('lets a waiting release through a freeze, and asks another person to look at it', async () => {
      const carol = await team.desk('carol', {
        person: 'Carol',
        roles: [{ role: 'incident-responder' }, { role: 'approver' }],
      })
      const asked = await planAndRequest(alice.client, '5')
      const { freeze: id } = await freeze('end of the year')
      const input = { command_id: anew(), release: asked.label, ...emergency }
      expect(await refusalOf(alice.client.releases.break_glass(input))).toMatchObject({
        code: 'permission_denied',
        data: { data: { permission: 'release:break_glass' } },
      })
      const { release } = await carol.client.releases.break_glass(input)
      expect(release).toMatchObject({
        lifecycle_state: 'approved',
        break_glass: { ...emergency, by: carol.login },
      })
      const old = await bob.client.inbox.get({ ticket: asked.approval_ticket ?? '' })
      expect(old.status).toBe('superseded')
      await start(alice.client, release)
      expect(await stateOf(release.id)).toBe('applied')

      const review = release.break_glass?.review_ticket ?? ''
      expect(await bob.client.inbox.get({ ticket: review })).toMatchObject({
        scope_type: 'review',
        expires_at: null,
        incident_link: emergency.incident_link,
        can_decide: true,
      })
      for (const { client } of [alice, carol]) {
        expect(await refusalOf(decide(client, review))).toMatchObject({ code: 'self_approval_denied' })
      }
      expect(await decide(bob.client, review, 'approve', 'seen')).toMatchObject({ status: 'approved' })
      expect(await stateOf(release.id)).toBe('applied')
      const actions = (await alice.client.releases.timeline({ release: release.id })).map(
        ({ action }) => action,
      )
      expect(actions).toContain('release.glass_broken')
      await lift(id)
    })
  })
})
