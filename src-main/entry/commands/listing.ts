import { z } from 'zod'
import { lifecycleState, runtime } from '../../../src-preload/contract/vocabulary.ts'
import { addCommand } from '../command.ts'
import type { Parent } from '../command.ts'
import { dueTable, releaseLines, releaseTable } from '../show/release.ts'
import { executionLine, executorTable, startsByItself } from '../show/executors.ts'
import { instantGiven } from './given.ts'

/** The commands that look at releases, several or one. */
export function addListing(parent: Parent): void {
  addList(parent)
  addStatus(parent)
  addDue(parent)
}

function addList(parent: Parent): void {
  addCommand(parent, {
    usage: 'list',
    text: 'release.list',
    flags: [
      { flags: '--project <name>', text: 'flag.project' },
      { flags: '--service <name>', text: 'flag.service' },
      { flags: '--target <name>', text: 'flag.target_filter' },
      { flags: '--stage <name>', text: 'flag.stage_filter' },
      { flags: '--runtime <name>', text: 'flag.runtime' },
      { flags: '--state <state>', text: 'flag.state' },
      { flags: '--requester <who>', text: 'flag.requester' },
      { flags: '--since <time>', text: 'flag.since' },
      { flags: '--until <time>', text: 'flag.before_time' },
      { flags: '--text <text>', text: 'flag.text_filter' },
      { flags: '--limit <number>', text: 'flag.limit' },
      { flags: '--before <id>', text: 'flag.before' },
    ],
    options: z.object({
      project: z.string().optional(),
      service: z.string().optional(),
      target: z.string().optional(),
      stage: z.string().optional(),
      runtime: runtime.optional(),
      state: lifecycleState.optional(),
      requester: z.string().optional(),
      since: z.string().optional(),
      until: z.string().optional(),
      text: z.string().optional(),
      limit: z.coerce.number().int().optional(),
      before: z.string().optional(),
    }),
    run: async ({ client, output, around }, { since, until, ...filter }) => {
      const now = around.clock.now()
      const made = {
        since: since === undefined ? undefined : instantGiven('--since', since, now),
        until: until === undefined ? undefined : instantGiven('--until', until, now),
      }
      const releases = await (await client()).releases.list({ ...filter, ...made })
      output.answer(releases, (paint) => releaseTable(paint, releases))
    },
  })
}

function addStatus(parent: Parent): void {
  addCommand(parent, {
    usage: 'status <release>',
    text: 'release.status',
    options: z.object({ release: z.string() }),
    run: async ({ client, output }, { release }) => {
      const { releases } = await client()
      const found = await releases.get({ release })
      const executors = startsByItself(found) ? await releases.executors({}) : null
      output.answer(found, (paint) => [
        ...releaseLines(paint, found),
        ...(executors === null ? [] : ['', executionLine(found, executors)]),
      ])
    },
  })
}

function addDue(parent: Parent): void {
  addCommand(parent, {
    usage: 'due',
    text: 'release.due',
    options: z.object({}),
    run: async ({ client, output }) => {
      const due = await (await client()).releases.due({})
      output.answer(due, (paint) => dueTable(paint, due))
    },
  })
  addCommand(parent, {
    usage: 'executors',
    text: 'release.executors',
    options: z.object({}),
    run: async ({ client, output }) => {
      const executors = await (await client()).releases.executors({})
      output.answer(executors, (paint) => executorTable(paint, executors))
    },
  })
}
