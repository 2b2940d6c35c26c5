import { rmSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { serveLoopback } from '../../../src-main/entry/loopback.ts'
import type { Loopback } from '../../../src-main/entry/loopback.ts'
import { declaredTeam, planAndRequest } from '../../support/desks.ts'
import type { Team } from '../../support/desks.ts'
import { aClock } from './aClock.ts'
import type { HandClock } from './aClock.ts'
import { aWindowFolder } from './serving.ts'
import { connect, enter } from './visitor.ts'

/** The window of an approver, with a ticket that an attacker would like to see approved. */
export interface Besieged {
  readonly team: Team
  readonly loopback: Loopback
  /** A second server for the same member, as it would run on another port of the same machine. */
  readonly neighbour: Loopback
  readonly clock: HandClock
  /** A cookie that counts. */
  readonly cookie: string
  /** What the server said on its own terminal. */
  readonly told: unknown[][]
  /** Everything that this process printed meanwhile. */
  readonly printed: string[]
  close(): Promise<void>
}

function watchPrinting(printed: string[]): () => void {
  const note = (...said: unknown[]) => {
    printed.push(said.map(String).join(' '))
    return true
  }
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(note),
    vi.spyOn(process.stderr, 'write').mockImplementation(note),
    ...(['log', 'info', 'warn', 'error', 'debug', 'trace'] as const).map((method) =>
      vi.spyOn(console, method).mockImplementation(note),
    ),
  ]
  return () => spies.forEach((spy) => spy.mockRestore())
}

async function besiege(): Promise<Besieged> {
  const { team, alice, bob } = await declaredTeam()
  await planAndRequest(alice.client, '1', { secrets: { DB_PASSWORD: 'a-long-secret' } })
  const clock = aClock(Date.now())
  const windowFolder = aWindowFolder()
  const told: unknown[][] = []
  const note = (...said: unknown[]) => told.push(said)
  const options = {
    context: bob.context,
    windowFolder,
    clock,
    told: { defect: note, trouble: note, carried: note },
  }
  const printed: string[] = []
  const restore = watchPrinting(printed)
  const [loopback, neighbour] = [await serveLoopback(options), await serveLoopback(options)]
  return {
    team,
    loopback,
    neighbour,
    clock,
    cookie: await enter(loopback),
    told,
    printed,
    close: async () => {
      restore()
      await loopback.close()
      await neighbour.close()
      await team.close()
      rmSync(path.dirname(windowFolder), { recursive: true })
    },
  }
}

/** Every row of every table of the ledger. */
async function rowsOf({ team }: Besieged): Promise<Record<string, string[]>> {
  const { admin } = team.ledger
  const { rows } = await admin.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'pilothouse' ORDER BY 1`,
  )
  const tables = await Promise.all(
    rows.map(async ({ name }) => {
      const found = await admin.query<{ line: string }>(
        `SELECT t::text AS line FROM pilothouse.${name} AS t ORDER BY t::text COLLATE "C"`,
      )
      return [name, found.rows.map(({ line }) => line)] as const
    }),
  )
  return Object.fromEntries(tables)
}

/** The engine still answers, to whoever was in before and to whoever comes now. */
async function answers({ loopback, cookie, clock }: Besieged): Promise<void> {
  // Of too many sessions the longest unused gives way; this one is in use.
  await clock.pass(1)
  for (const each of [cookie, await enter(loopback)]) {
    const { client, socket } = await connect(loopback.url, each)
    expect((await client.members.me({})).member.person.name).toBe('Bob')
    socket.close()
  }
}

/**
 * Sets a siege up for the tests of this file. `withstands` runs an attack and proves that every row of the ledger is
 * what it was, that nothing was printed, that the server met no defect, and that it still answers.
 */
export function siege(): { withstands: (name: string, attack: (world: Besieged) => Promise<void>) => void } {
  let world: Besieged
  beforeAll(async () => {
    world = await besiege()
  })
  afterAll(() => world.close())
  return {
    withstands: (name, attack) => {
      it(name, async () => {
        const before = await rowsOf(world)
        expect(Object.keys(before).length).toBeGreaterThan(20)
        await attack(world)
        await answers(world)
        expect(await rowsOf(world)).toEqual(before)
        expect([world.told, world.printed]).toEqual([[], []])
        expect(Object.keys(Object.prototype)).toEqual([])
      })
    },
  }
}
