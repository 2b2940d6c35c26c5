import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkChains } from '../../src-main/lifecycle/chain.ts'
import type { ExportedEvent } from '../../src-preload/contract/audit.ts'
import type { ChangeNotice } from '../../src-preload/contract/events.ts'
import { position } from '../../src-preload/contract/vocabulary.ts'
import { anew, approve, planAndRequest, refusalOf, start } from '../support/desks.ts'
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

  /** The first `count` notices of a stream; leaving it early ends it. */
  async function take(stream: AsyncIterable<ChangeNotice>, count: number): Promise<ChangeNotice[]> {
    const seen: ChangeNotice[] = []
    for await (const notice of stream) {
      seen.push(notice)
      if (seen.length === count) break
    }
    return seen
  }

  describe('services, targets and members', () => {
    it('are listed and shown by name', async () => {
      const [service] = await bob.client.services.list({})
      expect(service).toMatchObject({ name: 'web', variables: { TAG: { required: true, secret: false } } })
      const target = await bob.client.targets.get({ target: 'web-target' })
      expect(target).toMatchObject({ stage: { name: 'production', production: true }, last_applied: null })
      expect(await refusalOf(bob.client.services.get({ service: 'nothing' }))).toMatchObject({
        code: 'not_found',
      })
    })

    it('say who I am, what I may, and which ledger this is', async () => {
      const me = await bob.client.members.me({})
      expect(me).toMatchObject({ member: { person: { name: 'Bob' } }, ledger: { solo: false } })
      expect(me.grants.map(({ permission }) => permission)).toContain('release:approve')
      expect((await alice.client.members.list({})).map(({ person }) => person.name).sort()).toEqual([
        'Alice',
        'Bob',
      ])
    })

    it('show what runs on a target, to whoever may plan there and to nobody else', async () => {
      const looked = await alice.client.targets.observe({ target: 'web-target' })
      expect(looked).toMatchObject({ drifted: false, live_base: { services: {} } })
      const refused = await refusalOf(bob.client.targets.observe({ target: 'web-target' }))
      expect(refused).toMatchObject({ code: 'permission_denied', data: { data: { grantors: ['Alice'] } } })
    })
  })

  describe('the inbox', () => {
    it('lets an approver find, take, comment and reject a ticket, which ends the release', async () => {
      const asked = await planAndRequest(alice.client, '1')
      const { tickets, stats } = await bob.client.inbox.list({})
      expect(stats).toMatchObject({ pending: 1, overdue: 0 })
      const [ticket] = tickets
      expect(ticket).toMatchObject({ release: asked.label, can_decide: true, requested_by_person: 'Alice' })
      const id = ticket?.id ?? ''
      await bob.client.inbox.assign({ command_id: anew(), ticket: id, to: bob.login })
      await bob.client.inbox.comment({ command_id: anew(), ticket: id, comment: 'which change is this?' })
      const seen = await bob.client.inbox.get({ ticket: asked.label })
      const decision = { ticket: id, seen_revision: seen.revision, seen_context_hash: seen.context_hash }
      const silent = bob.client.inbox.reject({ command_id: anew(), ...decision })
      expect(await refusalOf(silent)).toMatchObject({ code: 'comment_required' })
      const rejected = await bob.client.inbox.reject({ command_id: anew(), ...decision, comment: 'no' })
      expect(rejected.ticket.actions.map(({ action }) => action)).toEqual([
        'created',
        'assigned',
        'commented',
        'viewed',
        'rejected',
      ])
      expect((await alice.client.releases.get({ release: asked.id })).lifecycle_state).toBe('rejected')
    })

    it('gives a repeated command its first answer, and a stale decision its own error', async () => {
      const asked = await planAndRequest(alice.client, '2')
      const seen = await bob.client.inbox.get({ ticket: asked.label })
      await alice.client.releases.preview({
        command_id: anew(),
        service: 'web',
        target: 'web-target',
        release: asked.label,
        variables: { TAG: '3' },
      })
      const decision = { ticket: seen.id, seen_revision: seen.revision, seen_context_hash: seen.context_hash }
      const late = bob.client.inbox.approve({ command_id: anew(), ...decision })
      expect(await refusalOf(late)).toMatchObject({ code: 'ticket_superseded' })
      const plan = await alice.client.releases.show_preview({ release: asked.label })
      const request = { command_id: anew(), release: asked.id, preview_ref: plan.preview_ref }
      const once = await alice.client.releases.request_apply(request)
      const twice = await alice.client.releases.request_apply(request)
      expect(twice.release.approval_ticket).toBe(once.release.approval_ticket)
      const fresh = await bob.client.inbox.get({ ticket: asked.label })
      const other = { ...decision, ticket: fresh.id }
      const stale = bob.client.inbox.approve({ command_id: anew(), ...other })
      expect(await refusalOf(stale)).toMatchObject({ code: 'decision_stale' })
      await bob.client.inbox.revoke({
        command_id: anew(),
        ticket: fresh.id,
        seen_revision: fresh.revision,
        seen_context_hash: fresh.context_hash,
        comment: 'not today',
      })
      expect((await alice.client.releases.get({ release: asked.id })).lifecycle_state).toBe('cancelled')
    })
  })

  describe('streams', () => {
    it('tell each change once, also to a reader that reconnects where it left off', async () => {
      const before = await alice.client.services.list({})
      expect(before).toHaveLength(1)
      const { position: from } = await planAndPosition()
      const asked = await planAndRequest(alice.client, '5')
      const first = await take(await alice.client.events.watch({ after: from }), 3)
      const last = position.parse(first.at(-1)?.position)
      const next = await take(await alice.client.events.watch({ after: last }), 2)
      const all = await take(await alice.client.events.watch({ after: from }), 5)
      expect([...first, ...next]).toEqual(all)
      expect(all.some((notice) => notice.release_id === asked.id)).toBe(true)
    })

    it('export a record that anybody can check without the ledger', async () => {
      const asked = await planAndRequest(alice.client, '6')
      await approve(bob.client, asked)
      await start(alice.client, asked)
      const exported: ExportedEvent[] = []
      for await (const event of await alice.client.audit.export({})) exported.push(event)
      expect(exported.length).toBeGreaterThan(20)
      expect(checkChains(exported).broken).toEqual([])
      const forged = exported.map((line) => ({ ...line, bytes: line.bytes.replace('"Bob"', '"Eve"') }))
      expect(checkChains(forged).broken).not.toEqual([])
    })
  })

  async function planAndPosition() {
    return alice.client.releases.preview({
      command_id: anew(),
      service: 'web',
      target: 'web-target',
      variables: { TAG: '4' },
    })
  }
})
