import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { exportedEvent } from '../../../src-preload/contract/audit.ts'
import type { AuditReport, ExportedEvent } from '../../../src-preload/contract/audit.ts'
import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import { checkChains } from '../../lifecycle/chain.ts'
import { addCommand, addGroup } from '../command.ts'
import type { Parent } from '../command.ts'
import type { Paint } from '../output.ts'
import { say } from '../say.ts'
import { timelineTable } from '../show/release.ts'
import { createFile, invalid } from './given.ts'

/** `pilothouse audit …` and `pilothouse events` */
export function addRecords(root: Parent): void {
  const parent = addGroup(root, 'audit')
  addAuditList(parent)
  addVerify(parent)
  addExport(parent)
  addEvents(root)
}

function addAuditList(parent: Parent): void {
  addCommand(parent, {
    usage: 'list',
    text: 'audit.list',
    flags: [
      { flags: '--project <name>', text: 'flag.project' },
      { flags: '--action <name>', text: 'flag.action' },
      { flags: '--actor <login>', text: 'flag.actor' },
      { flags: '--limit <number>', text: 'flag.limit' },
    ],
    options: z.object({
      project: z.string().optional(),
      action: z.string().optional(),
      actor: z.string().optional(),
      limit: z.coerce.number().int().optional(),
    }),
    run: async ({ client, output }, { project, action, actor, limit }) => {
      const events = await (await client()).audit.events({ project, action, actor, limit })
      output.answer(events, (paint) => timelineTable(paint, events))
    },
  })
}

function addVerify(parent: Parent): void {
  addCommand(parent, {
    usage: 'verify',
    text: 'audit.verify',
    flags: [{ flags: '--file <export>', text: 'flag.export_file' }],
    options: z.object({ file: z.string().optional() }),
    run: async ({ client, output }, { file }) => {
      const report =
        file === undefined ? await (await client()).audit.verify({}) : checkChains(await readExport(file))
      output.answer(report, (paint) => reportLines(paint, report))
      if (report.broken.length > 0) {
        throw new PilothouseError('conflict', { broken: report.broken.length }, { hint: 'chain_broken' })
      }
    },
  })
}

function reportLines(paint: Paint, report: AuditReport): string[] {
  const counted = say('say.chains_checked', { chains: report.chains, events: report.events })
  if (report.broken.length === 0) return [`${counted} ${paint('good', say('say.chains_whole'))}`]
  return [
    counted,
    ...report.broken.map(
      ({ resource_type, resource_id, seq, problem }) =>
        `${paint('bad', say('say.chain_broken'))} ${resource_type} ${resource_id} #${seq}: ${problem}`,
    ),
  ]
}

async function readExport(file: string): Promise<ExportedEvent[]> {
  const events: ExportedEvent[] = []
  let number = 0
  try {
    for await (const line of createInterface({
      input: createReadStream(file, 'utf8'),
      crlfDelay: Infinity,
    })) {
      number += 1
      if (line.trim() !== '') events.push(exportedEvent.parse(JSON.parse(line)))
    }
  } catch (error) {
    throw invalid(number === 0 ? file : `${file}:${number}`, unreadable(error), error)
  }
  return events
}

function unreadable(error: unknown): string {
  if (error instanceof z.ZodError || error instanceof SyntaxError) return 'not a line of an export'
  return error instanceof Error ? error.message : 'can not be read'
}

function addExport(parent: Parent): void {
  addCommand(parent, {
    usage: 'export',
    text: 'audit.export',
    flags: [
      { flags: '--project <name>', text: 'flag.project' },
      { flags: '--out <file>', text: 'flag.out' },
    ],
    options: z.object({ project: z.string().optional(), out: z.string().optional() }),
    run: async ({ client, output, around }, { project, out }) => {
      const events = await (await client()).audit.export({ project })
      if (out === undefined) {
        // An export is NDJSON for people and scripts alike: its lines are what is verified later.
        for await (const event of events) around.stdout.write(`${JSON.stringify(event)}\n`)
        return
      }
      const written = { file: out, events: await writeLines(out, events) }
      output.answer(written, () => [say('say.export_written', written)])
    },
  })
}

async function writeLines(file: string, events: AsyncIterable<unknown>): Promise<number> {
  await using handle = await createFile('--out', file)
  let count = 0
  for await (const event of events) {
    await handle.write(`${JSON.stringify(event)}\n`)
    count += 1
  }
  return count
}

function addEvents(root: Parent): void {
  addCommand(root, {
    usage: 'events',
    text: 'events',
    flags: [{ flags: '--after <position>', text: 'flag.after' }],
    options: z.object({ after: z.string().optional() }),
    run: async ({ client, output }, { after }) => {
      for await (const notice of await (await client()).events.watch({ after })) {
        output.record(notice, (paint) => [
          `${paint('faint', notice.position)}  ${notice.entity}  ${notice.entity_id}`,
        ])
      }
    },
  })
}
