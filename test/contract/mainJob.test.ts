import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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

  describe('one governed release', () => {
    it('shows what a declaration changes, and nothing once it is applied', async () => {
      const changes = await alice.client.config.diff({ file: team.file(), directory: team.folder })
      expect(new Set(changes.map((change) => change.action))).toEqual(new Set(['unchanged']))
    })

    it('gets version 1 planned, approved by a second person, and applied', async () => {
      const asked = await planAndRequest(alice.client, '1', { secrets: { DB_PASSWORD: 'a-long-secret' } })
      expect(asked).toMatchObject({
        label: 'web-1',
        lifecycle_state: 'pending_approval',
        approval_required: true,
      })
      expect(await refusalOf(approve(alice.client, asked))).toMatchObject({ code: 'self_approval_denied' })
      await approve(bob.client, asked)
      const said = await start(alice.client, asked)
      expect(said.at(-1)).toMatchObject({ kind: 'state', release: { lifecycle_state: 'applied' } })
      const steps = await alice.client.releases.steps({ release: 'web-1' })
      expect(steps.map(({ key, status }) => `${key} ${status}`)).toEqual([
        'put succeeded',
        'config succeeded',
        'pull succeeded',
        'up succeeded',
      ])
    })

    it('diagnoses a bad version and goes back under the same approval', async () => {
      team.simulator.host.switches.set({ kind: 'crash_loop', service: 'web', image: 'web:2' })
      const asked = await planAndRequest(alice.client, '2')
      await approve(bob.client, asked)
      await start(alice.client, asked)
      const failed = await alice.client.releases.get({ release: 'web-2' })
      expect(failed.lifecycle_state).toBe('failed')
      const [finding] = await alice.client.releases.diagnostics({ release: 'web-2' })
      expect(finding).toMatchObject({ resource: { container: 'shop-web-1' }, phase: 'verify' })
      const back = await alice.client.releases.rollback({ command_id: anew(), release: 'web-2' })
      expect(back.preview.policy.covered_by).toBe(asked.approval_ticket)
      const { preview_ref } = back.preview
      const requested = await alice.client.releases.request_apply({
        command_id: anew(),
        release: back.release.id,
        preview_ref,
      })
      expect(requested.release).toMatchObject({ kind: 'rollback', lifecycle_state: 'approved' })
      await start(alice.client, back.release)
      expect((await alice.client.releases.get({ release: 'web-2' })).lifecycle_state).toBe('rollback')
      expect((await alice.client.releases.get({ release: 'web-3' })).lifecycle_state).toBe('applied')
    })

    it('has every event in order on the timeline of the failed one, and a record that verifies', async () => {
      const timeline = await alice.client.releases.timeline({ release: 'web-2' })
      const states = timeline.map(({ action }) => action).filter((action) => !action.includes('step_'))
      expect(states).toEqual([
        'release.draft_created',
        'release.previewed',
        'release.apply_requested',
        'approval.ticket_created',
        'release.pending_approval',
        'approval.viewed',
        'approval.approved',
        'release.approved',
        'release.applying',
        'release.failed',
        'release.rollback_completed',
      ])
      const back = await alice.client.releases.timeline({ release: 'web-3' })
      expect(back.map(({ action }) => action)).toContain('release.rollback_requested')
      expect((await alice.client.audit.verify({})).broken).toEqual([])
    })
  })
})
