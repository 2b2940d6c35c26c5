import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { text } from 'node:stream/consumers'
import pg from 'pg'
import { embeddedPasswords } from '../../src-main/entry/administration.ts'
import { fileKeystore } from '../../src-main/entry/keystore.ts'
import { removeEmbedded, startEmbedded } from '../../src-main/ledger/embedded/embedded.ts'

const program = path.resolve(import.meta.dirname, '../../src-main/entry/cli.ts')

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A home of its own and the real command line over it, a process a call. */
export interface CommandLine {
  readonly home: string
  /** Runs `pilothouse <argv>`. */
  run(argv: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>
  /** Runs it with --json and parses every line of its stdout; fails where it does not end with `code`. */
  records(argv: readonly string[], code?: number, env?: Readonly<Record<string, string>>): Promise<unknown[]>
  /** Stops the embedded ledger and removes the home. */
  close(): Promise<void>
}

async function ended(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...argv], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const left = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), left])
  return { code, stdout, stderr }
}

/** Opens a home; `env` is added to every call. */
export async function openCommandLine(env: Readonly<Record<string, string>> = {}): Promise<CommandLine> {
  const home = await mkdtemp(path.join(tmpdir(), 'pilothouse-journey-'))
  const base = { ...process.env, ...env, PILOTHOUSE_HOME: home, PILOTHOUSE_KEYSTORE: 'file', NO_COLOR: '1' }
  const run: CommandLine['run'] = (argv, more = {}) => ended(argv, { ...base, ...more })
  return {
    home,
    run,
    records: async (argv, code = 0, more = {}) => {
      const { stdout, stderr, code: actual } = await run(['--json', ...argv], more)
      if (actual !== code)
        throw new Error(`pilothouse ${argv.join(' ')} ended with ${actual}:\n${stdout}${stderr}`)
      const lines = stdout.split('\n').filter((line) => line !== '')
      return lines.map((line): unknown => JSON.parse(line))
    },
    close: async () => {
      await removeEmbedded(path.join(home, 'data', 'ledger'))
      await rm(home, { recursive: true, force: true })
    },
  }
}

/** Where a text stands in the embedded ledger: tables of its database that hold it, and files of its server. */
export async function embeddedSecretsOf(cli: CommandLine, text: string): Promise<string[]> {
  const home = path.join(cli.home, 'data', 'ledger')
  const keeper = fileKeystore(path.join(cli.home, 'data', 'secrets'))
  const { host, port, user, database, password, dataDir } = await startEmbedded(home, {
    passwords: embeddedPasswords(keeper),
  })
  const client = new pg.Client({ host, port, user, database, password })
  await client.connect()
  try {
    const { rows } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname LIKE 'pilothouse%'`,
    )
    const found: string[] = []
    for (const { name } of rows) {
      const { rowCount } = await client.query(
        `SELECT FROM ${name} t WHERE to_jsonb(t)::text LIKE '%' || $1 || '%' LIMIT 1`,
        [text],
      )
      if (rowCount !== 0) found.push(name)
    }
    await client.query('CHECKPOINT')
    return [...found, ...(await filesWith(dataDir, text))]
  } finally {
    await client.end()
  }
}

async function filesWith(folder: string, text: string): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name)
    if (entry.isFile() && (await readFile(file)).includes(text)) found.push(file)
  }
  return found
}
