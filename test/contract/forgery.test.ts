import { afterAll, beforeAll, expect, it } from 'vitest'
import { inProcessClient } from '../../src-main/api/router.ts'
import { createEngine } from '../../src-main/engine/engine.ts'
import type { Client } from '../../src-main/entry/surroundings.ts'
import type { PreviewCommand } from '../../src-main/ports/ledger.ts'
import { anew, approve, declaredTeam, planAndRequest, start } from '../support/desks.ts'
import type { Desk, Team } from '../support/desks.ts'

let team: Team
let alice: Desk
let bob: Desk

beforeAll(async () => {
  ;({ team, alice, bob } = await declaredTeam())
})
afterAll(() => team.close())

/** Alice's desktop with a patched client: what it records of a plan is what `forge` makes of it. */
function patched(forge: (command: PreviewCommand) => PreviewCommand): Client {
  const { parts } = alice.context
  const recordPreview: typeof parts.ledger.recordPreview = (command) =>
    parts.ledger.recordPreview(forge(command))
  const forged = { ...parts, ledger: { ...parts.ledger, recordPreview } }
  return inProcessClient({ ...alice.context, parts: forged, engine: createEngine(forged) })
}

const claimsOf = async (release: string) => (await bob.client.releases.compare({ release })).claim_differs

it('an honest diff says what the approver’s own comparison finds, also for a way back', async () => {
  const first = await planAndRequest(alice.client, '1')
  expect(await claimsOf(first.label)).toEqual([])
  await approve(bob.client, first)
  await start(alice.client, first)
  team.simulator.host.switches.set({ kind: 'crash_loop', service: 'web', image: 'web:2' })
  const second = await planAndRequest(alice.client, '2')
  expect(await claimsOf(second.label)).toEqual([])
  await approve(bob.client, second)
  await start(alice.client, second)
  const back = await alice.client.releases.rollback({ command_id: anew(), release: second.label })
  const own = await bob.client.releases.compare({ release: back.release.label })
  // Version 1 is still what was last applied: nothing changes against it, and the plan goes back from version 2.
  expect(own.counts).toMatchObject({ change: 0 })
  expect(back.preview.diff.counts).toMatchObject({ change: 1 })
  expect(own.claim_differs).toEqual([])
  team.simulator.host.switches.clear()
})

it('a harmless diff beside a harmful document is exposed by the approver’s own comparison', async () => {
  await team.compose('services: { web: { image: "shop/web:${TAG}", restart: "no", user: root } }')
  const forger = patched((command) => ({
    ...command,
    diff: {
      ...command.diff,
      objects: command.diff.objects.map((object) => ({
        ...object,
        fields: object.fields.filter(({ path }) => path === 'image'),
      })),
      words: [{ text: 'diff.nothing', params: {} }],
    },
  }))
  const asked = await planAndRequest(forger, '3')
  const claimed = await bob.client.releases.show_preview({ release: asked.label })
  expect(JSON.stringify(claimed.diff)).not.toContain('root')
  const own = await bob.client.releases.compare({ release: asked.label })
  expect(own.objects[0]?.fields).toContainEqual({ path: 'user', before: null, after: 'root', secret: false })
  expect(own.claim_differs).toEqual([{ kind: 'service', name: 'web' }])
})
