import { rm } from 'node:fs/promises'
import path from 'node:path'
import { serveLoopback } from '../../src-main/entry/loopback.ts'
import { aClock } from '../entry/loopback/aClock.ts'
import { aWindowFolder } from '../entry/loopback/serving.ts'
import { connect, enter } from '../entry/loopback/visitor.ts'
import { declaredTeam } from '../support/desks.ts'
import type { Desk, Team } from '../support/desks.ts'

/** The ways in which the contract is reached: the same procedures, and the same answers and refusals, through each. */
export const surfaces = ['in process', 'through the loopback entry point'] as const
export type Surface = (typeof surfaces)[number]

interface Closing {
  close(): Promise<void>
}

/** The same desk, reached by a browser: a one-time link, a cookie, and the contract over a WebSocket. */
async function served(desk: Desk): Promise<{ desk: Desk } & Closing> {
  const windowFolder = aWindowFolder()
  const said: unknown[] = []
  const note = (...words: unknown[]) => said.push(words)
  const loopback = await serveLoopback({
    context: desk.context,
    windowFolder,
    clock: aClock(Date.now()),
    told: { defect: note, trouble: note, carried: note },
  })
  const { client } = await connect(loopback.url, await enter(loopback))
  return {
    desk: { ...desk, client },
    close: async () => {
      await loopback.close()
      await rm(path.dirname(windowFolder), { recursive: true })
      if (said.length > 0) throw new AggregateError(said, 'the server reported defects')
    },
  }
}

/** A declared team (desks.ts), everybody in it reached through that surface. */
export async function declaredTeamOver(surface: Surface): Promise<{ team: Team; alice: Desk; bob: Desk }> {
  const declared = await declaredTeam()
  if (surface === 'in process') return declared
  const open: Closing[] = []
  const reach = async (desk: Desk) => {
    const reached = await served(desk)
    open.push(reached)
    return reached.desk
  }
  const team: Team = {
    ...declared.team,
    desk: async (...asked) => reach(await declared.team.desk(...asked)),
    close: async () => {
      const closed = await Promise.allSettled(open.map((each) => each.close()))
      await declared.team.close()
      for (const each of closed) if (each.status === 'rejected') throw each.reason
    },
  }
  return { team, alice: await reach(declared.alice), bob: await reach(declared.bob) }
}
