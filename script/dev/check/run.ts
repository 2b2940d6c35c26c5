import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { chooseStages, stages } from './stages.ts'
import type { Stage } from './stages.ts'
import { summarize } from './summary.ts'
import type { StageResult } from './summary.ts'
import { readTestReport } from './testReport.ts'
import type { Outcome } from './testReport.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const usage = `npm test -- [--stage <name>]… [--long]

  --stage   only this stage; may be given several times
  --long    also what takes long: *.long.test.ts, and ten times as many runs of property tests

${stages.map(({ name, does }) => `  ${name.padEnd(14)}${does}`).join('\n')}
`

let interrupted = false
let current: ChildProcess | undefined

/** @returns the exit code, null if a signal ended the command */
async function execute(program: string, args: string[]): Promise<number | null> {
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  current = child
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', resolve)
  })
}

async function runCommands(stage: Extract<Stage, { kind: 'commands' }>): Promise<Outcome> {
  const failed: string[] = []
  for (const [program, ...args] of stage.commands) {
    const exitCode = await execute(program, args)
    if (exitCode !== 0) failed.push([program, ...args].join(' '))
  }
  if (failed.length === 0) return { passed: 1, failed: [], skipped: [] }
  return { passed: 0, failed: [failed.join(', ')], skipped: [] }
}

async function runTests({ select }: Extract<Stage, { kind: 'tests' }>): Promise<Outcome> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pilothouse-report-'))
  const file = path.join(folder, 'report.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  try {
    const exitCode = await execute('vitest', ['run', '--allowOnly=false', ...reporters, ...select])
    return readTestReport(await readIfThere(file), exitCode, root)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

async function runStage(stage: Stage): Promise<StageResult> {
  if (interrupted)
    return { stage: stage.name, durationMs: 0, passed: 0, failed: ['interrupted'], skipped: [] }
  process.stdout.write(`\n── ${stage.name}: ${stage.does}\n`)
  const start = performance.now()
  const outcome = stage.kind === 'commands' ? await runCommands(stage) : await runTests(stage)
  return { stage: stage.name, durationMs: performance.now() - start, ...outcome }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      stage: { type: 'string', multiple: true },
      long: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  })
  const choice = chooseStages(values.stage ?? [])
  if (values.help || 'unknown' in choice) {
    process.stdout.write('unknown' in choice ? `There is no stage ${choice.unknown}.\n\n${usage}` : usage)
    return 'unknown' in choice ? 2 : 0
  }
  if (values.long) process.env['PILOTHOUSE_LONG'] = '1'
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      interrupted = true
      current?.kill(signal)
    })
  }
  const results: StageResult[] = []
  for (const stage of choice.chosen) results.push(await runStage(stage))
  process.stdout.write(summarize(results))
  return results.some(({ failed }) => failed.length > 0) ? 1 : 0
}

process.exitCode = await main()
