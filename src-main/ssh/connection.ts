import type { Client, ClientChannel } from 'ssh2'
import { PilothouseError, isPilothouseError } from '../../src-preload/contract/errors.ts'
import { connect, placeName } from './connect.ts'
import type { SshOptions } from './connect.ts'
import { createSlots } from './slots.ts'

/** What a command gave. `code` is null where a signal ended it. */
export interface Executed {
  readonly code: number | null
  readonly stdout: Uint8Array
  readonly stderr: string
}

export interface ExecOptions {
  readonly stdin?: Uint8Array | undefined
  /** More stdout than this is an error, in bytes. */
  readonly maxBytes?: number
  /** How long the command may take, in milliseconds. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal | undefined
}

/** One connection to one host, made when first used and made again after a cut. */
export interface SshConnection {
  /**
   * Runs a command line; at most eight at a time. Throws what `connect` throws, `ssh_unreachable` with
   * `{cut: true}` where the connection ended or fell silent while the command ran (it may have taken effect),
   * `aborted`, `internal_error` for more output than allowed.
   */
  exec(command: string, options?: ExecOptions): Promise<Executed>
  close(): Promise<void>
}

const channels = 8
const defaults = { maxBytes: 16 * 1024 * 1024, timeoutMs: 120_000 }
const stderrCap = 64 * 1024

/** Opens nothing yet: the first command connects. */
export function openConnection(options: SshOptions): SshConnection {
  const slots = createSlots(channels)
  const host = placeName(options.place)
  let current: Promise<Client> | null = null

  const connected = (): Promise<Client> => {
    current ??= dial()
    return current
  }
  const dial = (): Promise<Client> => {
    const made = connect(options).then(({ client }) => {
      const forget = (): void => {
        if (current === made) current = null
      }
      client.on('error', forget)
      client.on('close', forget)
      return client
    })
    made.catch(() => {
      if (current === made) current = null
    })
    return made
  }
  const exec = async (command: string, execOptions: ExecOptions = {}): Promise<Executed> => {
    const leave = await slots.enter(execOptions.signal).catch((error: unknown) => {
      throw aborted(host, error)
    })
    try {
      const client = await connected()
      return await execOn(client, host, command, execOptions)
    } finally {
      leave()
    }
  }
  const close = async (): Promise<void> => {
    const ending = current
    current = null
    if (!ending) return
    const [outcome] = await Promise.allSettled([ending])
    if (outcome.status === 'fulfilled') outcome.value.end()
  }
  return { exec, close }
}

/** Whether the connection ended while a command ran, so that what it did is not known. */
export function isCut(error: unknown): boolean {
  return isPilothouseError(error, 'ssh_unreachable') && 'cut' in error.data && error.data['cut'] === true
}

function cut(host: string, reason: string, cause?: unknown): PilothouseError {
  return new PilothouseError('ssh_unreachable', { host, reason, cut: true }, { cause })
}

function aborted(host: string, cause: unknown): PilothouseError {
  return new PilothouseError('aborted', { host }, { cause })
}

function execOn(client: Client, host: string, command: string, options: ExecOptions): Promise<Executed> {
  const { signal, timeoutMs = defaults.timeoutMs } = options
  return new Promise((resolve, reject) => {
    let channel: ClientChannel | null = null
    const settle = (end: () => void): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      client.removeListener('close', onClose)
      end()
    }
    const give = (error: PilothouseError): void =>
      settle(() => {
        channel?.close()
        reject(error)
      })
    const onAbort = (): void => give(aborted(host, signal?.reason))
    const onClose = (): void => give(cut(host, 'the connection ended'))
    const timer = setTimeout(() => give(cut(host, `no answer within ${timeoutMs} ms`)), timeoutMs)
    if (signal?.aborted) return onAbort()
    signal?.addEventListener('abort', onAbort, { once: true })
    client.once('close', onClose)
    const onOpen = (error: Error | undefined, opened: ClientChannel): void => {
      if (error) return give(cut(host, error.message, error))
      channel = opened
      collect(opened, host, options, (outcome) => {
        if (outcome instanceof PilothouseError) give(outcome)
        else settle(() => resolve(outcome))
      })
    }
    try {
      client.exec(command, onOpen)
    } catch (error) {
      give(cut(host, 'not connected', error))
    }
  })
}

function collect(
  channel: ClientChannel,
  host: string,
  { stdin, maxBytes = defaults.maxBytes }: ExecOptions,
  done: (outcome: Executed | PilothouseError) => void,
): void {
  const stdout: Buffer[] = []
  let size = 0
  let stderr = ''
  let code: number | null | undefined
  channel.on('data', (bytes: Buffer) => {
    size += bytes.length
    if (size > maxBytes) done(new PilothouseError('internal_error', { host, problem: 'too much output' }))
    else stdout.push(bytes)
  })
  channel.stderr.on('data', (bytes: Buffer) => {
    stderr = (stderr + bytes.toString('utf8')).slice(-stderrCap)
  })
  channel.on('exit', (exit: number | null) => (code = exit))
  channel.on('error', (error: Error) => done(cut(host, error.message, error)))
  channel.on('close', () => {
    if (code === undefined) done(cut(host, 'the connection ended before the command did'))
    else done({ code, stdout: Buffer.concat(stdout), stderr })
  })
  channel.end(stdin === undefined ? undefined : Buffer.from(stdin))
}
