import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Progress, Release } from '../../src-preload/contract/releases.ts'
import { anew, approve, declaredTeam, planAndRequest, refusalOf, start } from '../support/desks.ts'
import type { Desk, Team } from '../support/desks.ts'

let team: Team
let alice: Desk
let bob: Desk

beforeAll(async () => {
  ;({ team, alice, bob } = await declaredTeam())
})
afterAll(() => team.close())

async function approved(tag: string, more = {}): Promise<Release> {
  const asked = await planAndRequest(alice.client, tag, more)
  await approve(bob.client, asked)
  return asked
}

async function stateOf(release: Pick<Release, 'id'>): Promise<string> {
  return (await alice.client.releases.get({ release: release.id })).lifecycle_state
}

const healthy = () => {
  team.simulator.host.switches.clear()
}

describe('carrying a release out', () => {
  it('finds drift at the start, goes back to the plan, and asks for the approval again', async () => {
    const first = await approved('1')
    await start(alice.client, first)
    const second = await approved('2')
    team.simulator.host.byHand.remove('shop-web-1')
    const { code, data } = await refusalOf(start(alice.client, second))
    expect({ code, data }).toMatchObject({
      code: 'drift_detected',
      data: { data: { objects: ['services.web'] } },
    })
    expect(await stateOf(second)).toBe('preview')
    const ticket = await bob.client.inbox.get({ ticket: second.approval_ticket ?? '' })
    expect(ticket.status).toBe('superseded')
    expect(await refusalOf(approve(bob.client, second))).toMatchObject({ code: 'ticket_superseded' })
    const again = await alice.client.releases.preview({
      command_id: anew(),
      service: 'web',
      target: 'web-target',
      release: second.label,
      variables: { TAG: '2' },
    })
    const asked = await alice.client.releases.request_apply({
      command_id: anew(),
      release: second.id,
      preview_ref: again.preview.preview_ref,
    })
    await approve(bob.client, asked.release)
    await start(alice.client, second)
    expect(await stateOf(second)).toBe('applied')
  })

  it('tries a failed release again as approved, as often as its rule allows', async () => {
    team.simulator.host.switches.set({ kind: 'bad_image', image: 'web:3' })
    const release = await approved('3')
    await start(alice.client, release)
    expect(await stateOf(release)).toBe('failed')
    healthy()
    await start(alice.client, release)
    const ended = await alice.client.releases.get({ release: release.id })
    expect(ended).toMatchObject({ lifecycle_state: 'applied', attempts: 2 })
  })

  it('refuses a fourth attempt where two retries are granted', async () => {
    team.simulator.host.switches.set({ kind: 'crash_loop', service: 'web', image: 'web:4' })
    const release = await approved('4')
    for (const attempt of [1, 2, 3]) {
      await start(alice.client, release)
      expect({ attempt, state: await stateOf(release) }).toEqual({ attempt, state: 'failed' })
    }
    expect(await refusalOf(start(alice.client, release))).toMatchObject({ code: 'release_state_invalid' })
    healthy()
  })

  it('keeps a secret from the ledger, shows that it changed, and uses it again untold', async () => {
    await team.compose(
      'services: { web: { image: "shop/web:${TAG}", restart: unless-stopped, environment: { DB_PASSWORD: "${DB_PASSWORD}" } } }',
    )
    const release = await approved('5', { secrets: { DB_PASSWORD: 'first-secret-value' } })
    await start(alice.client, release)
    expect(await stateOf(release)).toBe('applied')
    const repeated = await approved('6')
    const same = await alice.client.releases.compare({ release: repeated.id })
    expect(same.objects.flatMap(({ fields }) => fields.map(({ path }) => path))).toEqual(['image'])
    await start(alice.client, repeated)
    const changed = await approved('6', { secrets: { DB_PASSWORD: 'second-secret-value' } })
    const diff = await bob.client.releases.compare({ release: changed.id })
    expect(diff.objects[0]?.fields).toContainEqual({
      path: 'environment.DB_PASSWORD',
      before: null,
      after: null,
      secret: true,
    })
    await start(alice.client, changed)
    expect(JSON.stringify(await wholeLedger())).not.toMatch(/first-secret-value|second-secret-value/)
  })

  it('does not apply a secret that was exchanged after the approval', async () => {
    const release = await approved('6', { secrets: { DB_PASSWORD: 'third-secret-value' } })
    const newest = `(SELECT max(created_at) FROM pilothouse.sealed_values)`
    await team.ledger.admin.query(
      `UPDATE pilothouse.sealed_values SET ciphertext =
         (SELECT ciphertext FROM pilothouse.sealed_values ORDER BY created_at LIMIT 1) WHERE created_at = ${newest}`,
    )
    expect(await refusalOf(start(alice.client, release))).toMatchObject({ code: 'digest_mismatch' })
    expect(await stateOf(release)).toBe('approved')
  })

  it('plans its steps itself: those of the preview are only its author’s word', async () => {
    const release = await approved('6', { secrets: { DB_PASSWORD: 'fourth-secret-value' } })
    await team.ledger.admin.query(
      `UPDATE pilothouse.previews SET steps = '[]' WHERE release_id = '${release.id}'`,
    )
    await start(alice.client, release)
    const steps = await alice.client.releases.steps({ release: release.id })
    expect(steps.map(({ key }) => key)).toEqual(['put', 'config', 'up'])
  })

  it('stops a run that somebody aborts, with a finding, as failed', async () => {
    await team.compose(
      'services: { web: { image: "shop/web:${TAG}", restart: unless-stopped, healthcheck: { test: [CMD, "true"], interval: 1s } } }',
    )
    team.simulator.host.switches.set({ kind: 'slow_rollout', service: 'web', image: 'web:7' })
    const release = await approved('7')
    const said: Progress[] = []
    for await (const progress of await alice.client.releases.start({ release: release.id })) {
      said.push(progress)
      if (progress.kind !== 'step' || progress.step.key !== 'up' || progress.step.status !== 'succeeded')
        continue
      await alice.client.releases.abort({ command_id: anew(), release: release.id, comment: 'wrong button' })
    }
    const ended = await alice.client.releases.get({ release: release.id })
    expect(ended).toMatchObject({ lifecycle_state: 'failed', failure: { code: 'aborted' } })
    expect(said.some(({ kind }) => kind === 'diagnosis')).toBe(true)
    healthy()
  })

  it('shows a run whose host went away as unknown, and recovers it by looking', async () => {
    const release = await approved('8')
    team.simulator.host.switches.set({ kind: 'slow_rollout', service: 'web', image: 'web:8' })
    let cut = false
    const lost = (async () => {
      for await (const progress of await alice.client.releases.start({ release: release.id })) {
        if (cut || progress.kind !== 'step' || progress.step.key !== 'up') continue
        cut = true
        team.simulator.host.switches.set({ kind: 'dead_host' })
      }
    })()
    expect(await refusalOf(lost)).toMatchObject({ code: 'ssh_unreachable' })
    expect(await stateOf(release)).toBe('applying')
    healthy()
    await team.ledger.admin.query(
      `UPDATE pilothouse.releases SET lease_until = clock_timestamp() WHERE id = '${release.id}'`,
    )
    const unknown = await alice.client.releases.get({ release: release.id })
    expect(unknown.run).toBe('unknown')
    await start(alice.client, release)
    expect(await stateOf(release)).toBe('applied')
    const timeline = await alice.client.releases.timeline({ release: release.id })
    expect(timeline.map(({ action }) => action)).toContain('release.recovered')
  })
})

describe('rules that change after an approval', () => {
  it('ask for another plan: a verification loosened meanwhile is not what was approved', async () => {
    const release = await approved('8')
    const loose = { verify: { timeout_seconds: 10, window_seconds: 0, max_restarts: 99 } }
    const declare = (delivery: Record<string, unknown>) =>
      alice.client.config.apply({ command_id: anew(), file: team.file({ delivery }), directory: team.folder })
    await declare(loose)
    expect(await refusalOf(start(alice.client, release))).toMatchObject({
      code: 'preview_mismatch',
      data: { data: { differs: ['delivery'] } },
    })
    expect(await stateOf(release)).toBe('approved')
    await declare({})
    await start(alice.client, release)
    expect(await stateOf(release)).toBe('applied')
  })
})

describe('going back by itself', () => {
  it('restores what was applied before where the delivery says so, under the same approval', async () => {
    const file = team.file({ delivery: { on_failure: 'go_back' } })
    await alice.client.config.apply({ command_id: anew(), file, directory: team.folder })
    team.simulator.host.switches.set({ kind: 'crash_loop', service: 'web', image: 'web:9' })
    const release = await approved('9')
    const said = await start(alice.client, release)
    expect(await stateOf(release)).toBe('rollback')
    const states = said.flatMap((progress) =>
      progress.kind === 'state' ? [`${progress.release.kind} ${progress.release.lifecycle_state}`] : [],
    )
    expect(states).toEqual([
      'release applying',
      'release failed',
      'rollback preview',
      'rollback approved',
      'rollback applying',
      'rollback applied',
    ])
    healthy()
  })
})

async function wholeLedger(): Promise<unknown[]> {
  const { rows: tables } = await team.ledger.admin.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'pilothouse'`,
  )
  const contents = await Promise.all(
    tables.map(({ name }) =>
      team.ledger.admin.query<{ row: unknown }>(`SELECT to_jsonb(t) AS row FROM ${name} t`),
    ),
  )
  return contents.flatMap(({ rows }) => rows.map(({ row }) => row))
}
