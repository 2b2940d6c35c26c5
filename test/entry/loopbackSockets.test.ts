import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { follow } from '../../src-main/engine/progressFeed.ts'
import { limits } from '../../src-main/entry/loopback/limits.ts'
import type { ExportedEvent } from '../../src-preload/contract/audit.ts'
import type { ChangeNotice } from '../../src-preload/contract/events.ts'
import type { Progress } from '../../src-preload/contract/releases.ts'
import { position } from '../../src-preload/contract/vocabulary.ts'
import { anEvent } from './builders.ts'
import { settle } from './loopback/aClock.ts'
import { serving } from './loopback/serving.ts'
import { connect, enter } from './loopback/visitor.ts'

const line = (text: string): Progress => ({ kind: 'log', step: 'up', host: 'h1', line: text })

/** A run that goes on when it is told to, and remembers whether it came to its end. */
function aRun() {
  const steps: (() => void)[] = []
  const run = { ended: false, step: () => steps.shift()?.() }
  const start = () =>
    follow(async (push) => {
      for (const text of ['one', 'two', 'three']) {
        await new Promise<void>((resolve) => steps.push(resolve))
        push(line(text))
      }
      run.ended = true
    })
  return { run, start }
}

async function untilEnded(run: { ended: boolean; step(): void }): Promise<void> {
  while (!run.ended) {
    run.step()
    await settle()
  }
}

describe('a release that is carried out', () => {
  it('is told as it goes, and counts as running here', async () => {
    const { run, start } = aRun()
    const server = await serving({ engine: { start } })
    const { client } = await connect(server.url, await enter(server))
    const seen: Progress[] = []
    const reading = (async () => {
      for await (const progress of await client.releases.start({ release: 'shop-7' })) seen.push(progress)
    })()
    while (server.runs.running() === 0) await settle()
    await untilEnded(run)
    await reading
    expect(seen).toEqual(['one', 'two', 'three'].map(line))
    expect(server.runs.running()).toBe(0)
  })

  it.each([
    ['a lost connection', (socket: { terminate(): void }) => socket.terminate()],
    ['a closed window', (socket: { close(): void }) => socket.close()],
  ])('goes on to its end after %s', async (_how, leave) => {
    const { run, start } = aRun()
    const server = await serving({ engine: { start } })
    const visit = await connect(server.url, await enter(server))
    const events = await visit.client.releases.start({ release: 'shop-7' })
    run.step()
    expect(await events.next()).toEqual({ done: false, value: line('one') })
    leave(visit.socket)
    await visit.ended
    expect([run.ended, server.runs.running()]).toEqual([false, 1])
    await untilEnded(run)
    await server.runs.settled()
    expect(server.runs.running()).toBe(0)
  })

  it('goes on to its end while the server closes, and is waited for', async () => {
    const { run, start } = aRun()
    const server = await serving({ engine: { start } })
    const visit = await connect(server.url, await enter(server))
    const events = await visit.client.releases.start({ release: 'shop-7' })
    run.step()
    await events.next()
    await server.close()
    expect(await visit.ended).toEqual({ code: 1001, reason: 'the server ends' })
    expect([run.ended, server.runs.running()]).toEqual([false, 1])
    const order: string[] = []
    const waiting = server.runs.settled().then(() => order.push(`settled, ended ${run.ended}`))
    await untilEnded(run)
    await waiting
    expect(order).toEqual(['settled, ended true'])
  })
})

describe('a stream of changes', () => {
  const notice = (number: number): ChangeNotice => ({
    position: `7:${number}`,
    entity: 'releases',
    entity_id: String(number),
    project_id: null,
    release_id: null,
    ticket_id: null,
  })

  /** A change log that tests write to. */
  function aLog() {
    const log: ChangeNotice[] = []
    const changesAfter = (after: string | null) => {
      const from = after === null ? log.length : Number(after.split(':')[1])
      const head = position.parse(`7:${log.length}`)
      return Promise.resolve({ notices: log.slice(from), head })
    }
    return { log, changesAfter, add: () => log.push(notice(log.length + 1)) }
  }

  it('misses nothing and repeats nothing over lost connections, reading on from the last one seen', async () => {
    const { log, changesAfter, add } = aLog()
    const server = await serving({ reads: { changesAfter } })
    const cookie = await enter(server)
    const seen: string[] = []
    let after = position.parse('7:0')
    for (let round = 0; round < 6; round += 1) {
      add()
      const visit = await connect(server.url, cookie)
      const changes = await visit.client.events.watch({ after })
      const reading = (async () => {
        for await (const change of changes) {
          seen.push(change.entity_id)
          after = position.parse(change.position)
        }
      })().catch((error: unknown) => error)
      while (seen.length < log.length) await settle()
      add()
      await server.clock.pass(1_000)
      while (seen.length < log.length) await settle()
      if (round % 2 === 0) visit.socket.terminate()
      else visit.socket.close()
      await visit.ended
      await reading
      add()
    }
    const last = await connect(server.url, cookie)
    for await (const change of await last.client.events.watch({ after })) {
      seen.push(change.entity_id)
      if (seen.length === log.length) break
    }
    expect(seen).toEqual(log.map(({ entity_id }) => entity_id))
    expect(server.told).toEqual([])
  })

  it('ends on the server when the window goes, and asks the ledger no more', async () => {
    let asked = 0
    const changesAfter = () => {
      asked += 1
      return Promise.resolve({ notices: [], head: position.parse('1:1') })
    }
    const server = await serving({ reads: { changesAfter } })
    const visit = await connect(server.url, await enter(server))
    await visit.client.events.watch({})
    while (asked < 2) await settle()
    visit.socket.terminate()
    await visit.ended
    await settle()
    const before = asked
    for (let round = 0; round < 5; round += 1) await server.clock.pass(1_000)
    expect(asked).toBe(before)
    expect(server.told).toEqual([])
  })
})

describe('a socket', () => {
  it('is ended when nobody is at the other end any more, and kept while somebody is', async () => {
    const server = await serving()
    const cookie = await enter(server)
    const [there, gone] = [
      await connect(server.url, cookie),
      await connect(server.url, cookie, { autoPong: false }),
    ]
    for (let beat = 0; beat < 3; beat += 1) {
      const pinged = once(there.socket, 'ping')
      await server.clock.pass(limits.heartbeatMs)
      await pinged
      // The answer is on its way back.
      await there.client.releases.list({}).catch(() => undefined)
    }
    expect((await gone.ended).code).toBe(1006)
    expect(there.socket.readyState).toBe(there.socket.OPEN)
  })

  it('slows the engine down to what its reader takes, and is ended when the reader takes nothing', async () => {
    let made = 0
    const exportEvents = async function* (): AsyncGenerator<ExportedEvent> {
      for (; made < 5_000; made += 1) yield { event: anEvent(), bytes: 'b'.repeat(64 * 1024) }
    }
    const recordExport = () => Promise.resolve()
    const server = await serving({ reads: { exportEvents }, ledger: { recordExport } })
    const visit = await connect(server.url, await enter(server))
    const events = await visit.client.audit.export({})
    await events.next()
    visit.socket.pause()
    let before = -1
    while (before !== made) {
      before = made
      for (let turn = 0; turn < 20; turn += 1) await settle()
    }
    // What the kernel's buffers take, not what there is.
    expect(made).toBeLessThan(1_000)
    await server.clock.pass(limits.heartbeatMs)
    await server.clock.pass(limits.heartbeatMs)
    visit.socket.resume()
    expect((await visit.ended).code).toBe(1006)
  })

  it('takes so many calls at once and not more', async () => {
    const releases = () => new Promise<never>(() => undefined)
    const server = await serving({ reads: { releases } })
    const visit = await connect(server.url, await enter(server))
    const calls = Array.from({ length: limits.socket.calls + 1 }, () => visit.client.releases.list({}))
    const failed = Promise.allSettled(calls)
    expect(await visit.ended).toEqual({ code: 1013, reason: 'too many calls at once' })
    expect((await failed).every(({ status }) => status === 'rejected')).toBe(true)
  })

  it.each([
    ['a binary message', Buffer.from('{"i":"1","p":{"u":"/releases/list"}}'), 1003],
    ['a text that is no message', 'hello', 1007],
    ['a message that is too large', `"${'x'.repeat(limits.socket.frameBytes)}"`, 1009],
  ])('is closed after %s', async (_what, message, code) => {
    const server = await serving()
    const visit = await connect(server.url, await enter(server))
    visit.socket.send(message)
    expect((await visit.ended).code).toBe(code)
    expect(server.told).toEqual([])
  })
})
