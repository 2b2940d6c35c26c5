import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Carried } from '../../src-main/engine/due.ts'
import type { Progress, Release } from '../../src-preload/contract/releases.ts'
import type { ConfigFile } from '../../src-preload/contract/config.ts'
import { anew, approve, declaredTeam, start } from '../support/desks.ts'
import type { Desk, Team } from '../support/desks.ts'

let team: Team
let alice: Desk
let bob: Desk

/** Two targets, so that two releases can be due at once. */
function twoTargets(): ConfigFile {
  const delivery = { start: 'on_approval' }
  const [first, second] = [
    team.file({ delivery }),
    team.file({ target: 'second-target', project: 'second', delivery }),
  ]
  const services = first.services.map((service) => ({
    ...service,
    releases_to: [...service.releases_to, ...second.services.flatMap(({ releases_to }) => releases_to)],
  }))
  return { ...first, targets: [...first.targets, ...second.targets], services }
}

beforeAll(async () => {
  ;({ team, alice, bob } = await declaredTeam())
  await alice.client.config.apply({ command_id: anew(), file: twoTargets(), directory: team.folder })
})
afterAll(() => team.close())
beforeEach(() => team.simulator.host.switches.clear())

async function approvedOn(target: string, tag: string): Promise<Release> {
  const { release, preview } = await alice.client.releases.preview({
    command_id: anew(),
    service: 'web',
    target,
    variables: { TAG: tag },
  })
  const asked = await alice.client.releases.request_apply({
    command_id: anew(),
    release: release.id,
    preview_ref: preview.preview_ref,
  })
  await approve(bob.client, asked.release)
  return asked.release
}

const carryOut = (push: (progress: Progress) => void = () => undefined, signal?: AbortSignal) =>
  alice.context.engine.carryOutDue(push, signal)
const told = (carried: Carried[]) =>
  carried.map(({ kind, release }) => `${kind} ${release.label} ${release.lifecycle_state}`)

it('carries out what is due, one after the other, and tells of each run', async () => {
  expect(await carryOut()).toEqual([])
  const first = await approvedOn('web-target', '1')
  const second = await approvedOn('second-target', '1')
  const said: string[] = []
  const carried = await carryOut((progress) => {
    if (progress.kind === 'state') said.push(`${progress.release.label} ${progress.release.lifecycle_state}`)
  })
  expect(told(carried)).toEqual([`ended ${first.label} applied`, `ended ${second.label} applied`])
  expect(said).toEqual([first, second].flatMap(({ label }) => [`${label} applying`, `${label} applied`]))
  expect(await carryOut()).toEqual([])
})

it('brings a release that fails to its end, and goes on with the next one', async () => {
  team.simulator.host.switches.set({ kind: 'bad_image', image: 'web:2' })
  const first = await approvedOn('web-target', '2')
  const second = await approvedOn('second-target', '1')
  expect(told(await carryOut())).toEqual([`ended ${first.label} failed`, `ended ${second.label} applied`])
  // A failed one is for a person to look at: it is not due again.
  expect(await carryOut()).toEqual([])
})

it('leaves one that can not be begun for later, without keeping the next one waiting', async () => {
  const first = await approvedOn('web-target', '3')
  const second = await approvedOn('second-target', '3')
  team.simulator.host.switches.set({ kind: 'dead_host' })
  const carried = await carryOut()
  expect(told(carried)).toEqual([`refused ${first.label} approved`, `refused ${second.label} approved`])
  expect(carried[0]).toMatchObject({ error: { code: 'ssh_unreachable' } })
  team.simulator.host.switches.clear()
  expect(told(await carryOut())).toEqual([`ended ${first.label} applied`, `ended ${second.label} applied`])
})

it('says where a drifted plan went back to its preview', async () => {
  const release = await approvedOn('web-target', '4')
  team.simulator.host.byHand.remove('shop-web-1')
  const carried = await carryOut()
  expect(told(carried)).toEqual([`refused ${release.label} preview`])
  expect(carried[0]).toMatchObject({ error: { code: 'drift_detected' } })
  await alice.client.releases.withdraw({ command_id: anew(), release: release.id })
})

it('takes it for no error that somebody else began meanwhile', async () => {
  await approvedOn('second-target', '5')
  const second = await approvedOn('web-target', '5')
  let other: Promise<Progress[]> | undefined
  const carried = await carryOut(() => {
    other ??= start(alice.client, second)
  })
  await other
  const [, later] = carried
  expect(later?.kind).toBe('taken')
  expect((await alice.client.releases.get({ release: second.id })).lifecycle_state).toBe('applied')
})

it('begins no other one once it is told to stop', async () => {
  const first = await approvedOn('web-target', '6')
  const second = await approvedOn('second-target', '6')
  const stopping = new AbortController()
  const carried = await carryOut(() => stopping.abort(), stopping.signal)
  expect(told(carried)).toEqual([`ended ${first.label} applied`])
  expect((await alice.client.releases.get({ release: second.id })).lifecycle_state).toBe('approved')
  await alice.client.releases.withdraw({ command_id: anew(), release: second.id })
})

it('tells of a run that it began and lost, which waits for its recovery', async () => {
  const release = await approvedOn('web-target', '7')
  const carried = await carryOut((progress) => {
    if (progress.kind !== 'step' || progress.step.key !== 'up') return
    team.simulator.host.switches.set({ kind: 'dead_host' })
  })
  expect(told(carried)).toEqual([`interrupted ${release.label} applying`])
  expect(carried[0]).toMatchObject({ error: { code: 'ssh_unreachable' } })
})
