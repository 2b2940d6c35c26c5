import path from 'node:path'
import { z } from 'zod'
import { changed } from '../../../src-preload/contract/access.ts'
import { release } from '../../../src-preload/contract/releases.ts'
import type { Release } from '../../../src-preload/contract/releases.ts'
import { writeShop } from './shop.ts'
import type { ServiceName } from './shop.ts'
import type { World } from './world.ts'

/** Who plays: Lin runs the shop, Maria approves, Kofi releases, Carol is new. */
export type Player = 'lin' | 'maria' | 'kofi' | 'carol'

const people = {
  maria: ['Maria Kovács', 'approver', 'release-manager'],
  kofi: ['Kofi Mensah', 'operator-compose@shop'],
  carol: ['周晓彤', 'viewer@shop'],
} as const satisfies Record<Exclude<Player, 'lin'>, readonly [name: string, ...roles: string[]]>
const invited = ['maria', 'kofi', 'carol'] as const

interface Wish {
  readonly by: Player
  readonly service: ServiceName
  readonly tag: string
  readonly stage?: 'staging' | 'production'
  readonly reason: string
  readonly link?: string
  readonly set?: readonly string[]
}

const failed = 6

async function first<T>(
  world: World,
  member: Player,
  argv: readonly string[],
  shape: z.ZodType<T>,
): Promise<T> {
  const [record] = await world.as(member, argv)
  return shape.parse(record)
}

async function plan(world: World, wish: Wish): Promise<Release> {
  const { by, service, tag, stage = 'production', reason, link, set = [] } = wish
  const secrets = service === 'payments' ? ['--secret', 'PROVIDER_KEY=env:PAYMENTS_KEY'] : []
  const settings = [`TAG=${tag}`, ...set].flatMap((variable) => ['--set', variable])
  const words = [
    '--version-label',
    tag,
    '--reason',
    reason,
    ...(link === undefined ? [] : ['--change-link', link]),
  ]
  const argv = [
    'release',
    'preview',
    service,
    '--target',
    `${service}-${stage}`,
    ...settings,
    ...secrets,
    ...words,
  ]
  return (await first(world, by, argv, z.object({ release }))).release
}

async function ask(world: World, wish: Wish): Promise<Release> {
  const { label, preview_ref } = await plan(world, wish)
  await world.as(wish.by, ['release', 'apply', label, '--preview', z.string().parse(preview_ref)])
  return first(world, wish.by, ['release', 'status', label], release)
}

async function approve(world: World, label: string, comment: string): Promise<void> {
  const { ticket } = await first(
    world,
    'maria',
    ['inbox', 'show', label],
    z.object({ ticket: z.object({ context_hash: z.string() }) }),
  )
  const digest = ticket.context_hash.slice('sha256:'.length, 'sha256:'.length + 12)
  await world.as('maria', ['inbox', 'approve', label, '--digest', digest, '--comment', comment])
}

/** Asks, has Maria approve where somebody has to, and carries it out. */
async function carryOut(world: World, wish: Wish, codes: readonly number[] = [0]): Promise<Release> {
  const asked = await ask(world, wish)
  if (asked.lifecycle_state === 'pending_approval') await approve(world, asked.label, 'read the diff')
  if (asked.lifecycle_state !== 'applied') await world.as(wish.by, ['release', 'apply', asked.label], codes)
  return asked
}

async function change(world: World, by: Player, ...argv: string[]): Promise<void> {
  const { ticket } = await first(world, by, ['access', 'change', ...argv], changed)
  if (ticket !== null) await approve(world, ticket, 'agreed in the weekly meeting')
}

async function gather(world: World): Promise<void> {
  const { home, simulator } = world
  const as = (member: Player, argv: readonly string[]) => world.as(member, argv)
  const identity = simulator.announcement.identity_file
  await as('lin', ['ledger', 'init', '--login', 'lin', '--person', '林悦'])
  await as('lin', ['profile', 'ssh', '--identity', identity])
  await as('lin', ['config', 'apply', '-f', await writeShop(home, simulator.announcement)])
  for (const login of invited) {
    const [name, ...roles] = people[login]
    const invitation = path.join(home, `${login}.json`)
    const granted = roles.flatMap((role) => ['--role', role])
    await as('lin', ['member', 'add', login, '--person', name, ...granted, '--out', invitation])
    await as(login, ['join', invitation])
    await as(login, ['profile', 'ssh', '--identity', identity])
  }
}

async function organise(world: World): Promise<void> {
  const shop = ['--project', 'shop']
  await change(world, 'lin', 'team', ...shop, '--team', 'checkout', '--person', 'lin', '--person', 'kofi')
  await change(world, 'lin', 'service-team', ...shop, '--service', 'checkout', '--team', 'checkout')
  await change(
    world,
    'lin',
    ...['policy', ...shop, '--stage', 'production', '--rule', 'role:release-manager:1'],
    ...['--reason', 'one release manager, whatever the service'],
  )
  const [from, until] = ['+33d', '+42d']
  await world.as('lin', [
    ...['access', 'freeze', ...shop, '--stage', 'production', '--from', from, '--until', until],
    ...['--reason', '年终封网'],
  ])
}

async function releaseAndGoBack(world: World): Promise<void> {
  const link = 'https://changes.example/shop/1841'
  const storefront = { by: 'kofi', service: 'storefront' } as const
  const staged = { stage: 'staging', set: ['PORT=9443'] } as const
  await carryOut(world, { ...storefront, ...staged, tag: '2.7.0', reason: 'autumn catalogue' })
  await carryOut(world, { ...storefront, tag: '2.7.0', reason: 'autumn catalogue' })
  await carryOut(world, { by: 'lin', service: 'checkout', tag: '1.4.0', reason: '购物车支持优惠券', link })
  world.simulator.host.switches.set({ kind: 'failing_health', service: 'api', image: 'checkout:1.5.0' })
  const wish: Wish = { by: 'lin', service: 'checkout', tag: '1.5.0', reason: '结算页改版', link }
  const bad = await carryOut(world, wish, [failed])
  const back = ['release', 'rollback', bad.label, '--reason', 'checkout never got healthy', '--apply']
  await world.as('lin', back)
}

async function leaveWaiting(world: World): Promise<void> {
  const link = 'https://changes.example/shop/1902'
  const away = ['--from', '+16d', '--until', '+21d', '--reason', '休假']
  await change(world, 'lin', 'delegate', '--who', 'maria', '--to', 'lin', ...away)
  await ask(world, {
    by: 'kofi',
    service: 'storefront',
    tag: '2.8.0',
    set: ['CURRENCY=EUR'],
    reason: 'The storefront shows prices in euro for the new region.\nChecked on staging since Monday.',
    link,
  })
  const payments = await ask(world, {
    by: 'lin',
    service: 'payments',
    tag: '3.1.0',
    reason: 'retry declined cards once',
  })
  await approve(world, payments.label, 'tonight, as agreed')
  await plan(world, {
    by: 'lin',
    service: 'checkout',
    tag: '1.5.1',
    reason: '结算页改版，修正健康检查',
    link,
  })
  await first(
    world,
    'lin',
    [
      ...['access', 'change', 'grant', '--who', 'carol', '--role', 'auditor', '--project', 'shop'],
      ...['--reason', '年度审计'],
    ],
    changed,
  )
}

/** Fills an empty world with a team at work: done, failed, taken back, waiting. */
export async function tellStory(world: World): Promise<void> {
  await gather(world)
  await organise(world)
  await releaseAndGoBack(world)
  await leaveWaiting(world)
}
