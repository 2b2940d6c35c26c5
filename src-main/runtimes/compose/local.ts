import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import type { ExecOptions, Executed } from '../../ssh/connection.ts'
import type { HostCommands } from './commands.ts'

const name = 'local'
const defaults = { maxBytes: 16 * 1024 * 1024, timeoutMs: 120_000 }

/**
 * This machine as a host: the same argvs, as child processes without a shell in between. Throws `aborted`, and
 * `preflight_failed` where the program can't be started or gives no answer in time.
 */
export function localCommands(): HostCommands {
  return { name, run, close: async () => undefined }
}

async function run(argv: readonly string[], options: ExecOptions = {}): Promise<Executed> {
  const [program = '', ...args] = argv
  if (options.signal?.aborted) throw aborted(options.signal)
  const child = spawn(program, args, { stdio: 'pipe', cwd: '/' })
  return collect(child, options)
}

function aborted(signal: AbortSignal): PilothouseError {
  return new PilothouseError('aborted', { host: name }, { cause: signal.reason })
}

function unanswered(reason: string, cause?: unknown): PilothouseError {
  return new PilothouseError('preflight_failed', { host: name, reason }, { cause })
}

function collect(child: ChildProcessWithoutNullStreams, options: ExecOptions): Promise<Executed> {
  const { stdin, signal, maxBytes = defaults.maxBytes, timeoutMs = defaults.timeoutMs } = options
  return new Promise((resolve, reject) => {
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    let size = 0
    const give = (error: PilothouseError): void => {
      child.kill('SIGTERM')
      settle(() => reject(error))
    }
    const settle = (end: () => void): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      end()
    }
    const onAbort = (): void => give(new PilothouseError('aborted', { host: name }))
    const timer = setTimeout(() => give(unanswered(`no answer within ${timeoutMs} ms`)), timeoutMs)
    signal?.addEventListener('abort', onAbort, { once: true })
    child.stdout.on('data', (bytes: Buffer) => {
      size += bytes.length
      if (size > maxBytes)
        give(new PilothouseError('internal_error', { host: name, problem: 'too much output' }))
      else stdout.push(bytes)
    })
    child.stderr.on('data', (bytes: Buffer) => stderr.push(bytes))
    child.on('error', (error) => give(unanswered(error.message, error)))
    child.on('close', (code) => {
      const said = Buffer.concat(stderr).toString('utf8')
      settle(() => resolve({ code, stdout: Buffer.concat(stdout), stderr: said }))
    })
    // A command may end without reading its stdin; what it says of itself is its exit code.
    child.stdin.on('error', (error) => {
      if (!('code' in error) || error.code !== 'EPIPE') give(unanswered(error.message, error))
    })
    child.stdin.end(stdin)
  })
}
