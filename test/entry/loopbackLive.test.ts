import { rmSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import type { Carried } from '../../src-main/engine/due.ts'
import { serveLoopback } from '../../src-main/entry/loopback.ts'
import type { Loopback } from '../../src-main/entry/loopback.ts'
import type { ChangeNotice } from '../../src-preload/contract/events.ts'
import { position } from '../../src-preload/contract/vocabulary.ts'
import type { Position } from '../../src-preload/contract/vocabulary.ts'
import { anew, approve, declaredTeam, planAndRequest } from '../support/desks.ts'
import type { Desk, Team } from '../support/desks.ts'
import { aClock } from './loopback/aClock.ts'
import { aWindowFolder } from './loopback/serving.ts'
import { connect, enter } from './loopback/visitor.ts'

let team: Team
let alice: Desk
let bob: Desk
const windowFolder = aWindowFolder()

beforeAll(async () => {
  ;({ team, alice, bob } = await declaredTeam())
})
afterAll(async () => {
  await team.close()
  rmSync(path.dirname(windowFolder), { recursive: true })
})

const unexpected = (...said: unknown[]) => expect.fail(JSON.stringify(said))

/** A desk's window, served until the test is over; `carried` hears of releases that were due. */
async function serve(desk: Desk, carried?: (carried: Carried) => void): Promise<Loopback> {
  const loopback = await serveLoopback({
    context: desk.context,
    windowFolder,
    clock: aClock(Date.now()),
    execute: carried !== undefined,
    told: { defect: unexpected, trouble: unexpected, carried: carried ?? unexpected },
  })
  onTestFinished(async () => {
    await loopback.close()
    await loopback.runs.settled()
  })
  return loopback
}

/** Reads on after the last change seen, for so many changes, and then drops the socket in one way or another. */
async function readSome(
  { url, cookie }: { url: string; cookie: string },
  seen: ChangeNotice[],
  from: Position,
  { count, cut }: { count: number; cut: boolean },
): Promise<void> {
  const { client, socket, ended } = await connect(url, cookie)
  const after = position.parse(seen.at(-1)?.position ?? from)
  let left = count
  for await (const notice of await client.events.watch({ after })) {
    seen.push(notice)
    left -= 1
    if (left === 0) break
  }
  if (cut) socket.terminate()
  else socket.close()
  await ended
}

it('a window that loses its connection again and again misses no change and sees none twice', async () => {
  const loopback = await serve(bob)
  const asked = await planAndRequest(alice.client, '1')
  const { head: from } = await bob.context.parts.reads.changesAfter(null)
  const comments = 24
  const writing = (async () => {
    for (let number = 0; number < comments; number += 1) {
      const comment = `number ${number}`
      await alice.client.inbox.comment({ command_id: anew(), ticket: asked.label, comment })
    }
    return bob.context.parts.reads.changesAfter(from)
  })()
  const at = { url: loopback.url, cookie: await enter(loopback) }
  const seen: ChangeNotice[] = []
  for (let round = 0; round < 12; round += 1) {
    await readSome(at, seen, from, { count: (round % 3) + 1, cut: round % 2 === 0 })
  }
  const { notices } = await writing
  expect(notices.length).toBeGreaterThanOrEqual(comments)
  const count = notices.length - seen.length
  if (count > 0) await readSome(at, seen, from, { count, cut: true })
  expect(seen).toEqual(notices)
  await approve(bob.client, asked)
})

it('a release goes on to its end when the window that started it is gone', async () => {
  const loopback = await serve(alice)
  const { client, socket, ended } = await connect(loopback.url, await enter(loopback))
  const events = await client.releases.start({ release: 'web-1' })
  expect(await events.next()).toMatchObject({ done: false, value: { kind: 'state' } })
  socket.terminate()
  await ended
  expect(loopback.runs.running()).toBe(1)
  await loopback.close()
  await loopback.runs.settled()
  expect(await alice.client.releases.get({ release: 'web-1' })).toMatchObject({
    lifecycle_state: 'applied',
    attempts: 1,
    created_by: alice.login,
  })
})

it('a release that is due is carried out by a window that was told to, and by no other', async () => {
  const file = team.file({ delivery: { start: 'on_approval' } })
  await alice.client.config.apply({ command_id: anew(), file, directory: team.folder })
  const asked = await planAndRequest(alice.client, '2')
  await approve(bob.client, asked)
  await serve(alice)
  const [due] = await alice.client.releases.due({})
  expect(due).toMatchObject({ label: 'web-2', lifecycle_state: 'approved' })
  const carried = await new Promise<Carried>((resolve, reject) => {
    serve(alice, resolve).catch(reject)
  })
  expect(carried).toMatchObject({ kind: 'ended', release: { label: 'web-2', lifecycle_state: 'applied' } })
  expect(await alice.client.releases.executors({})).toMatchObject([{ runtimes: ['compose'] }])
})
