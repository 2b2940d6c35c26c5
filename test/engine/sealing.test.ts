import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Release } from '../../src-preload/contract/releases.ts'
import { approve, declaredTeam, planAndRequest, refusalOf, start } from '../support/desks.ts'
import type { Desk, Team } from '../support/desks.ts'

let team: Team
let alice: Desk
let bob: Desk
let carol: Desk
const operator = [{ role: 'operator-compose' }]

beforeAll(async () => {
  ;({ team, alice, bob } = await declaredTeam())
  carol = await team.desk('carol', { person: 'Carol', roles: operator })
})
afterAll(() => team.close())

async function approved(tag: string, secrets: Record<string, string>): Promise<Release> {
  const asked = await planAndRequest(alice.client, tag, { secrets })
  await approve(bob.client, asked)
  return asked
}

async function stateOf(release: Release): Promise<string> {
  return (await alice.client.releases.get({ release: release.id })).lifecycle_state
}

it('lets another member who may apply there carry out a release with a secret', async () => {
  const release = await approved('1', { DB_PASSWORD: 'shared-by-wrapping' })
  await start(carol.client, release)
  expect(await stateOf(release)).toBe('applied')
})

it('has a newcomer wait until somebody who holds the key works there again', async () => {
  const dan = await team.desk('dan', { person: 'Dan', roles: operator })
  const release = await approved('2', {})
  expect(await refusalOf(start(dan.client, release))).toMatchObject({ code: 'keystore_unavailable' })
  expect(await stateOf(release)).toBe('approved')
  await start(carol.client, release)
  const next = await approved('3', {})
  await start(dan.client, next)
  expect(await stateOf(next)).toBe('applied')
})

it('makes a new key where every device that held the old one is gone, and asks for the values again', async () => {
  await team.ledger.admin.query('DELETE FROM pilothouse.target_keys')
  const old = await approved('4', {})
  expect(await refusalOf(start(alice.client, old))).toMatchObject({ code: 'keystore_unavailable' })
  const release = await approved('5', { DB_PASSWORD: 'given-once-more' })
  await start(carol.client, release)
  expect(await stateOf(release)).toBe('applied')
  const refused = await refusalOf(start(alice.client, old))
  expect(refused).toMatchObject({ code: 'keystore_unavailable', data: { hint: 'give_again' } })
})

it('tells an approver neither the value nor its key', async () => {
  const { rows } = await team.ledger.admin.query<{ login: string }>(
    'SELECT login FROM pilothouse.target_keys',
  )
  expect(rows.map(({ login }) => login)).toContain(carol.login)
  expect(rows.map(({ login }) => login)).not.toContain(bob.login)
})
