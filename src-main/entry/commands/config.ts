import { v7 as newId } from 'uuid'
import path from 'node:path'
import { LineCounter, isNode, parseDocument } from 'yaml'
import { z } from 'zod'
import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import { configFile } from '../../../src-preload/contract/config.ts'
import type { ConfigChange, ConfigFile } from '../../../src-preload/contract/config.ts'
import { addCommand, addGroup } from '../command.ts'
import type { Parent } from '../command.ts'
import type { Paint, Tone } from '../output.ts'
import { say } from '../say.ts'
import { readGiven } from './given.ts'

const fileFlag = { flags: '-f, --file <path>', text: 'flag.config_file', mandatory: true } as const
const options = z.object({ file: z.string() })

/** A file larger than this is no configuration: bytes. */
const largest = 1024 * 1024

/** `pilothouse config …` */
export function addConfig(root: Parent): void {
  const parent = addGroup(root, 'config')
  addCommand(parent, {
    usage: 'diff',
    text: 'config.diff',
    flags: [fileFlag],
    options,
    run: async ({ client, output }, { file }) => {
      const changes = await (await client()).config.diff(await readConfig(file))
      output.answer(changes, (paint) => changeLines(paint, changes))
    },
  })
  addCommand(parent, {
    usage: 'apply',
    text: 'config.apply',
    flags: [fileFlag],
    options,
    run: async ({ client, output }, { file }) => {
      const input = { ...(await readConfig(file)), command_id: newId() }
      const answer = await (await client()).config.apply(input)
      output.answer(answer, (paint) => [
        ...changeLines(paint, answer.changes),
        say('say.config_applied'),
        ...answer.tickets.map((ticket) => say('say.config_waits', { ticket })),
      ])
    },
  })
}

async function readConfig(file: string): Promise<{ file: ConfigFile; directory: string }> {
  return {
    file: parseConfig(file, await readGiven('--file', file)),
    directory: path.dirname(path.resolve(file)),
  }
}

/**
 * The text of a `pilothouse.yaml`, parsed strictly: YAML 1.2, no key twice, few aliases, no field that the schema
 * doesn't know. Throws `validation_error` with the place of each problem, `<file>:<line>:<column> <path>`.
 */
export function parseConfig(file: string, text: string): ConfigFile {
  if (Buffer.byteLength(text) > largest) throw refused([{ path: file, problem: 'larger than 1 MiB' }])
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    strict: true,
    uniqueKeys: true,
    prettyErrors: false,
  })
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return `${file}:${line}:${col}`
  }
  if (document.errors.length > 0) {
    throw refused(document.errors.map((error) => ({ path: place(error.pos[0]), problem: error.message })))
  }
  const parsed = configFile.safeParse(contentOf(file, document))
  if (parsed.success) return parsed.data
  throw refused(
    parsed.error.issues.map((issue) => ({
      path: `${place(offsetOf(document, issue.path))} ${issue.path.map(String).join('.')}`.trim(),
      problem: issue.message,
    })),
  )
}

/** Aliases that would unfold into more than a hundred copies are refused by the parser. */
function contentOf(file: string, document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error
    throw refused([{ path: file, problem: error.message }], error)
  }
}

/** Where a path of the content stands in the text: its own node, or the nearest one around what is missing. */
function offsetOf(document: ReturnType<typeof parseDocument>, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return document.contents?.range?.[0] ?? 0
}

function refused(problems: { path: string; problem: string }[], cause?: unknown): PilothouseError {
  return new PilothouseError('validation_error', { problems }, { cause })
}

const signs: Record<ConfigChange['action'], { sign: string; tone: Tone }> = {
  create: { sign: '+', tone: 'good' },
  change: { sign: '~', tone: 'warning' },
  unchanged: { sign: ' ', tone: 'faint' },
}

function changeLines(paint: Paint, changes: readonly ConfigChange[]): string[] {
  const differing = changes.filter(({ action }) => action !== 'unchanged')
  if (differing.length === 0) return [paint('faint', say('say.config_unchanged'))]
  return differing.flatMap(({ noun, name, action, fields }) => [
    paint(signs[action].tone, `${signs[action].sign} ${noun} ${name}`),
    ...fields.map(({ path: field, before, after }) => `    ${field}: ${before ?? '–'} → ${after ?? '–'}`),
  ])
}
