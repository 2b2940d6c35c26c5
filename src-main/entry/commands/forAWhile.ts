import { v7 as newId } from 'uuid'
import { z } from 'zod'
import { addCommand } from '../command.ts'
import type { Parent } from '../command.ts'
import { shortInstant } from '../output.ts'
import { say } from '../say.ts'
import { changedLines } from './accessChange.ts'
import { instantGiven } from './given.ts'

const period = [
  { flags: '--from <time>', text: 'flag.from' },
  { flags: '--until <time>', text: 'flag.until', mandatory: true },
] as const
const times = { from: z.string().default('now'), until: z.string() }

function periodGiven({ from, until }: { from: string; until: string }, now: number) {
  return { from: instantGiven('--from', from, now), until: instantGiven('--until', until, now) }
}

/** What counts for a while and then ends by itself: a freeze, and a delegate. */
export function addForAWhile(parent: Parent): void {
  addFreeze(parent)
  addDelegate(parent)
}

function addFreeze(parent: Parent): void {
  addCommand(parent, {
    usage: 'freeze',
    text: 'access.freeze',
    flags: [
      { flags: '--project <name>', text: 'flag.in_project', mandatory: true },
      { flags: '--stage <name>', text: 'flag.stage', mandatory: true },
      ...period,
      { flags: '--reason <text>', text: 'flag.reason', mandatory: true },
    ],
    options: z.object({ project: z.string(), stage: z.string(), reason: z.string(), ...times }),
    run: async ({ client, output, around }, { project, stage, reason, ...given }) => {
      const between = periodGiven(given, around.clock.now())
      const { access } = await client()
      const answer = await access.freeze({ command_id: newId(), project, stage, reason, ...between })
      const until = shortInstant(between.until)
      output.answer(answer, () => [say('say.frozen', { stage, until, freeze: answer.freeze })])
    },
  })
}

function addDelegate(parent: Parent): void {
  addCommand(parent, {
    usage: 'delegate <login>',
    text: 'access.delegate',
    flags: [...period, { flags: '--reason <text>', text: 'flag.reason' }],
    options: z.object({ login: z.string(), reason: z.string().optional(), ...times }),
    run: async ({ client, output, around }, { login, reason, ...given }) => {
      const between = periodGiven(given, around.clock.now())
      const { access } = await client()
      const answer = await access.delegate({ command_id: newId(), to: login, reason, ...between })
      output.answer(answer, () => changedLines(answer))
    },
  })
  addCommand(parent, {
    usage: 'end-delegation <id>',
    text: 'access.end-delegation',
    options: z.object({ id: z.string() }),
    run: async ({ client, output }, { id }) => {
      const { access } = await client()
      const answer = await access.end_delegation({ command_id: newId(), delegation: id })
      output.answer(answer, () => [say('say.delegation_ended')])
    },
  })
}
