import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrateLedger, revertLedger } from '../../src-main/ledger/migrate.ts'
import { commandId, ticketId } from '../../src-preload/contract/vocabulary.ts'
import { askFor } from '../security/twoProjects.ts'
import { accessWorld } from './reads/accessWorld.ts'
import type { AccessWorld } from './reads/accessWorld.ts'

let world: AccessWorld
let client: pg.PoolClient
beforeAll(async () => {
  world = await accessWorld()
  client = await world.ledger.admin.connect()
})
afterAll(async () => {
  client.release()
  await world.ledger.close()
})

async function all(sql: string): Promise<unknown[]> {
  return (await client.query<Record<string, unknown>>(sql)).rows
}

test('what teams, delegates and changes left behind does not keep their migrations from being taken back', async () => {
  const { alice, bob, boss, shop } = world
  const waiting = await askFor(alice, shop)
  const [command, ticket] = [() => commandId.parse(randomUUID()), () => ticketId.parse(randomUUID())]
  const to = { kind: 'member', login: bob.login } as const
  const { ticket_id } = await boss.ledger.change({
    command_id: command(),
    ticket_id: ticket(),
    change: { kind: 'grant', to, role: 'viewer', project: null, until: null },
    reason: 'looks around',
    source: 'cli',
  })
  expect(ticket_id).not.toBeNull()
  await client.query(`
    insert into pilothouse.role_bindings (id, member_id, role)
    select gen_random_uuid(), id, 'incident-responder' from pilothouse.members where login = '${bob.login}'`)
  await bob.ledger.breakGlass({
    command_id: command(),
    release_id: waiting.release_id,
    seen_revision: waiting.revision,
    reason: 'the shop is down',
    incident_link: 'https://incidents.example/1',
    ticket_id: ticket(),
  })
  await client.query(`
    insert into pilothouse.approval_rules (id, policy_id, position, role, team_id, service_team, minimum)
    select gen_random_uuid(), p.id, r.* from pilothouse.approval_policies p, (values
      (5, null, (select id from pilothouse.teams where name = 'web'), false, 2),
      (6, 'incident-responder', null, false, 1)) as r where p.project_id = '${shop.id}'`)
  await client.query(
    `update pilothouse.cd_configs set start = 'at_time', start_time = '10:00', start_zone = 'UTC'`,
  )
  expect(await all('select distinct scope_type from pilothouse.approval_inbox_items order by 1')).toEqual(
    ['access', 'release', 'review'].map((scope_type) => ({ scope_type })),
  )

  await revertLedger(client, { to: '0103_inbox_views' })
  expect(await all('select scope_type, status, scope_id from pilothouse.approval_inbox_items')).toEqual([
    { scope_type: 'release', status: 'superseded', scope_id: waiting.release_id },
  ])
  expect(
    await all('select position, role, minimum from pilothouse.approval_rules order by minimum, position'),
  ).toEqual([
    { position: 0, role: null, minimum: 1 },
    { position: 0, role: null, minimum: 1 },
    { position: 6, role: null, minimum: 1 },
    { position: 5, role: null, minimum: 2 },
  ])
  expect(await all('select distinct start from pilothouse.cd_configs')).toEqual([{ start: 'by_hand' }])
  const logins = `select m.login from pilothouse.role_bindings b join pilothouse.members m on m.id = b.member_id
    where b.role = 'approver' order by 1`
  const bound = await all(logins)
  expect(bound).toHaveLength(4)

  await migrateLedger(client)
  expect(await all(logins)).toEqual(bound)
  expect(await all('select * from pilothouse.chain_problems()')).toEqual([])
})
