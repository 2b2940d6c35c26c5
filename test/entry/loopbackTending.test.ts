import { describe, expect, it } from 'vitest'
import type { Carried } from '../../src-main/engine/due.ts'
import { PilothouseError } from '../../src-preload/contract/errors.ts'
import { aRelease } from './builders.ts'
import { settle } from './loopback/aClock.ts'
import { part, serving } from './loopback/serving.ts'

const minute = 60_000
const tended = { expired: 0, escalated: 0, position: part<never>('1:1') }

describe('what time decides', () => {
  it('is looked after when the window is served, and every minute from then on', async () => {
    const asked: (readonly string[])[] = []
    const tend = (executes: readonly string[]) => {
      asked.push(executes)
      return Promise.resolve(tended)
    }
    const server = await serving({ ledger: { tend } })
    await settle()
    expect(asked).toEqual([[]])
    await server.clock.pass(minute - 1)
    expect(asked).toHaveLength(1)
    await server.clock.pass(1)
    await server.clock.pass(minute)
    expect(asked).toEqual([[], [], []])
    await server.close()
    await server.clock.pass(10 * minute)
    expect(asked).toHaveLength(3)
  })

  it('tells of trouble once, and again after it went away', async () => {
    const answers = ['down', 'down', 'down', 'up', 'down', 'slow']
    const tend = () => {
      const next = answers.shift()
      if (next === 'down') return Promise.reject(new PilothouseError('ledger_unavailable', {}))
      if (next === 'slow') return Promise.reject(new PilothouseError('rate_limited', {}))
      return Promise.resolve(tended)
    }
    const server = await serving({ ledger: { tend } })
    for (let round = 0; round < 6; round += 1) {
      await settle()
      await server.clock.pass(minute)
    }
    expect(server.told).toMatchObject([
      [{ code: 'ledger_unavailable' }],
      [{ code: 'ledger_unavailable' }],
      [{ code: 'rate_limited' }],
    ])
  })
})

describe('releases that are due', () => {
  const release = aRelease({ lifecycle_state: 'applied' })
  const down = new PilothouseError('ssh_unreachable', {})

  it('stay where they are unless this server was told to carry them out', async () => {
    let asked = 0
    const carryOutDue = () => Promise.resolve((asked += 1)).then(() => [])
    const server = await serving({ engine: { carryOutDue } })
    await settle()
    await server.clock.pass(minute)
    expect(asked).toBe(0)
  })

  it('are carried out every minute, announced for the runtimes that are here, and told', async () => {
    const announced: (readonly string[])[] = []
    const tend = (executes: readonly string[]) => {
      announced.push(executes)
      return Promise.resolve(tended)
    }
    const rounds: Carried[][] = [
      [{ kind: 'ended', release }],
      [],
      [{ kind: 'refused', release, error: down }],
      [{ kind: 'refused', release, error: down }],
    ]
    const carryOutDue = () => Promise.resolve(rounds.shift() ?? [])
    const server = await serving({ engine: { carryOutDue }, ledger: { tend } }, { execute: true })
    for (let round = 0; round < 5; round += 1) {
      await settle()
      await server.clock.pass(minute)
    }
    expect(announced[0]).toEqual(['compose'])
    // One that can't begin is tried again every minute, and said once.
    expect(server.told).toEqual([[{ kind: 'ended', release }], [{ kind: 'refused', release, error: down }]])
  })

  it('go on to their end while the server closes; none is begun after that', async () => {
    let finish: () => void = () => undefined
    let stopped: AbortSignal | undefined
    const carryOutDue = (push: (progress: never) => void, signal?: AbortSignal) => {
      stopped = signal
      push(part<never>({ kind: 'state', release }))
      return new Promise<Carried[]>((resolve) => (finish = () => resolve([{ kind: 'ended', release }])))
    }
    const server = await serving({ engine: { carryOutDue } }, { execute: true })
    await settle()
    expect(server.runs.running()).toBe(1)
    await server.close()
    expect([server.runs.running(), stopped?.aborted]).toEqual([1, true])
    const settled = server.runs.settled()
    finish()
    await settled
    expect(server.runs.running()).toBe(0)
  })
})
