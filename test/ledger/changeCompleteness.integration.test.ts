import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AccessChange } from '../../src-preload/contract/access.ts'
import type { ChangeTicket } from '../../src-preload/contract/inbox.ts'
import { isPilothouseError } from '../../src-preload/contract/errors.ts'
import { changeTicket } from '../../src-preload/contract/inbox.ts'
import { delegationId, freezeId } from '../../src-preload/contract/vocabulary.ts'
import { newCommandId, newReleaseId } from '../support/releaseBuilder.ts'
import { ask, deciding, inMinutes } from './changing.ts'
import { openShop } from './shop.ts'
import type { Shop } from './shop.ts'

/** What policy and access are made of; a row of any of them that moves is something to be told. */
const watched = [
  'approval_policies',
  'approval_rules',
  'stages',
  'freezes',
  'role_bindings',
  'members',
  'roles',
  'role_permissions',
  'teams',
  'team_members',
  'services',
  'delegations',
]

let shop: Shop
beforeAll(async () => {
  shop = await openShop()
  // The rows themselves, seen by a trigger that knows nothing of events, and by which transaction.
  await shop.db.admin.query(`
    create table public.moved (xid xid8, relation text);
    create table public.told (xid xid8, action text, resource uuid);
    create table public.settled (xid xid8, ticket uuid, status text);
    create function public.move() returns trigger language plpgsql security definer as $$
    begin
      insert into public.moved values (pg_current_xact_id(), tg_table_name);
      return null;
    end $$;
    create function public.tell() returns trigger language plpgsql security definer as $$
    begin
      insert into public.told values (pg_current_xact_id(), new.action, new.resource_id);
      return null;
    end $$;
    create function public.settle() returns trigger language plpgsql security definer as $$
    begin
      insert into public.settled values (pg_current_xact_id(), new.id, new.status);
      return null;
    end $$;
    create trigger tell after insert on pilothouse.timeline_events for each row execute function public.tell();
    create trigger settle after update of status on pilothouse.approval_inbox_items
    for each row execute function public.settle();
    ${watched
      .map(
        (relation) => `create trigger move after insert or update or delete on pilothouse.${relation}
          for each row execute function public.move();`,
      )
      .join('\n')}`)
})
afterAll(async () => {
  await shop.db.close()
})

const changes = (): AccessChange[] => {
  const place = { project: 'shop', stage: 'production' } as const
  const carol = { kind: 'member', login: shop.carol.login } as const
  return [
    { kind: 'policy', ...place, runtime: '*', rules: [] },
    { kind: 'policy', ...place, runtime: 'compose', rules: [{ kind: 'anyone', minimum: 2 }] },
    { kind: 'policy', ...place, runtime: '*', rules: [{ kind: 'team', team: 'web', minimum: 1 }] },
    { kind: 'stage', ...place, preview_ttl_minutes: 7, approval_window_hours: 3 },
    { kind: 'stage', ...place, preview_ttl_minutes: 30, approval_window_hours: 8 },
    { kind: 'grant', to: carol, role: 'approver', project: 'shop', until: null },
    { kind: 'revoke', from: carol, role: 'approver', project: 'shop' },
    {
      kind: 'grant',
      to: { kind: 'team', project: 'shop', team: 'web' },
      role: 'viewer',
      project: 'shop',
      until: null,
    },
    { kind: 'member', login: shop.carol.login, active: false },
    { kind: 'member', login: shop.carol.login, active: true },
    { kind: 'role', role: 'guest', permissions: [{ permission: 'release:read', runtime: '*' }] },
    { kind: 'role', role: 'guest', permissions: [] },
    { kind: 'team', project: 'shop', team: 'web', people: [shop.carol.login] },
    { kind: 'team', project: 'shop', team: 'web', people: [] },
    { kind: 'service_team', project: 'shop', service: 'web', team: 'web' },
    { kind: 'service_team', project: 'shop', service: 'web', team: null },
    {
      kind: 'delegate',
      person: shop.bob.login,
      to: shop.carol.login,
      from: inMinutes(0),
      until: inMinutes(9),
    },
  ]
}

const people = ['alice', 'bob', 'carol'] as const
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ move: fc.constant('ask'), who: fc.constantFrom(...people), which: fc.nat() }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ move: fc.constant('approve'), who: fc.constantFrom(...people), which: fc.nat() }),
  },
  fc.record({
    move: fc.constantFrom('reject', 'revoke', 'freeze', 'lift', 'end', 'expire', 'tend'),
    who: fc.constantFrom(...people),
    which: fc.nat(),
  }),
)
interface Step {
  readonly move: string
  readonly who: (typeof people)[number]
  readonly which: number
}

const once = (who: Step['who'], move: string, which = 0): Step => ({ move, who, which })
/** Every kind of change confirmed once, and each way in which a ticket ends; chance adds the rest. */
const known: Step[] = [
  // A team before what speaks of it.
  ...[12, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16].flatMap((which) => [
    once('alice', 'ask', which),
    once('bob', 'approve'),
  ]),
  ...[once('alice', 'freeze'), once('alice', 'lift'), once('bob', 'approve'), once('bob', 'end')],
  ...[once('alice', 'ask', 3), once('alice', 'expire'), once('carol', 'tend')],
  ...[once('alice', 'ask', 3), once('alice', 'revoke'), once('alice', 'ask', 3), once('bob', 'reject')],
]

async function pending(): Promise<ChangeTicket[]> {
  const { tickets } = await shop.alice.reads.tickets({ view: 'all', status: 'pending', limit: 100 })
  return changeTicket.array().parse(tickets)
}

async function newest(table: 'freezes' | 'delegations'): Promise<string> {
  const { rows } = await shop.db.admin.query<{ id: string }>(
    `select id from pilothouse.${table} order by created_at desc limit 1`,
  )
  return rows[0]?.id ?? newReleaseId()
}

async function act({ move, who, which }: Step): Promise<void> {
  const { ledger } = shop[who]
  const command_id = newCommandId()
  if (move === 'ask') {
    const all = changes()
    await ask(shop[who], all[which % all.length] ?? { kind: 'member', login: shop.carol.login, active: true })
  } else if (move === 'freeze') {
    const place = {
      project: 'shop',
      stage: 'production',
      reason: 'x',
      freeze_id: freezeId.parse(newReleaseId()),
    }
    await ledger.freeze({ command_id, ...place, from: inMinutes(0), until: inMinutes(9) })
  } else if (move === 'lift') {
    await ask(shop[who], { kind: 'lift_freeze', freeze: freezeId.parse(await newest('freezes')) })
  } else if (move === 'end') {
    await ledger.endDelegation({ command_id, delegation: delegationId.parse(await newest('delegations')) })
  } else if (move === 'tend') {
    await ledger.tend([])
  } else {
    const tickets = await pending()
    const ticket = tickets[which % Math.max(tickets.length, 1)]
    if (ticket === undefined) return
    if (move === 'expire') {
      await shop.db.admin.query(
        `update pilothouse.approval_inbox_items set expires_at = clock_timestamp() where id = $1`,
        [ticket.id],
      )
      return
    }
    const decision = move === 'approve' ? 'approve' : move === 'reject' ? 'reject' : 'revoke'
    await ledger.decide(deciding(ticket, { decision, comment: 'so' }))
  }
}

const changing = `'policy.changed', 'access.granted', 'access.revoked', 'access.member_changed', 'access.role_changed',
  'access.team_changed', 'access.delegated', 'target.frozen'`

test('whatever people do, each change of policy or access is told exactly once, and each end of a ticket', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
      for (const each of steps)
        await act(each).catch((error: unknown) => {
          if (!isPilothouseError(error)) throw error
        })
    }),
    { numRuns: fc.readConfigureGlobal().numRuns ?? 15, examples: [[known]] },
  )
  const { rows: untold } = await shop.db.admin.query(
    `select coalesce(m.xid, t.xid) as xid, m.relations, t.actions
     from (select xid, array_agg(distinct relation) as relations from public.moved group by xid) m
     full join (select xid, array_agg(action) as actions from public.told where action in (${changing}) group by xid) t
       using (xid)
     where coalesce(cardinality(t.actions), 0) <> 1 or m.xid is null`,
  )
  expect(untold).toEqual([])
  const { rows: ends } = await shop.db.admin.query(
    `select s.status, s.ticket, count(t.action)::int as told
     from public.settled s left join public.told t on t.xid = s.xid and t.resource = s.ticket and t.action = case s.status
       when 'approved' then 'approval.approved' when 'rejected' then 'approval.rejected'
       when 'expired' then 'approval.expired' else 'approval.superseded' end
     group by s.xid, s.status, s.ticket having count(t.action) <> 1`,
  )
  expect(ends).toEqual([])
  const { rows: seen } = await shop.db.admin.query<{ action: string }>(
    'select distinct action from public.told',
  )
  expect(seen.map(({ action }) => action)).toEqual(
    expect.arrayContaining([
      'policy.changed',
      'access.granted',
      'access.member_changed',
      'access.role_changed',
      'access.team_changed',
      'access.delegated',
      'target.frozen',
      'approval.expired',
      'approval.superseded',
    ]),
  )
  expect((await shop.alice.ledger.verifyChains()).broken).toEqual([])
})
