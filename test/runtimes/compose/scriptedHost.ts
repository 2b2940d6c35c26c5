import { createHash } from 'node:crypto'
import type { ExecOptions, Executed } from '../../../src-main/ssh/connection.ts'
import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import type { Clock } from '../../../src-main/ports/clock.ts'
import type { HostCommands } from '../../../src-main/runtimes/compose/commands.ts'
import { ComposeHost } from '../../../src-main/runtimes/compose/host.ts'
import { bootstrap, requestOf } from '../../../src-main/runtimes/compose/protocol.ts'
import type { HostRequest } from '../../../src-main/runtimes/compose/protocol.ts'

export type Reply =
  { readonly code?: number; readonly stdout?: string; readonly stderr?: string } | PilothouseError

export interface ScriptedHost {
  readonly host: ComposeHost
  /** Every request in order, and `bootstrap`. */
  readonly asked: (HostRequest | 'bootstrap')[]
  /** Milliseconds that were waited, one entry a wait. */
  readonly waited: number[]
}

export function cut(): PilothouseError {
  return new PilothouseError('ssh_unreachable', { host: 'h', reason: 'the connection ended', cut: true })
}

/** A host that answers as a test says; the clock doesn't wait. */
export function scriptedHost(reply: (request: HostRequest, options: ExecOptions) => Reply): ScriptedHost {
  const bytes = Buffer.from('#!/bin/sh\n')
  const digest = createHash('sha256').update(bytes).digest('hex')
  const asked: (HostRequest | 'bootstrap')[] = []
  const waited: number[] = []
  const answer = (argv: readonly string[], options: ExecOptions): Reply => {
    if (argv[2] === bootstrap) {
      asked.push('bootstrap')
      return { stdout: `present /root/bin/pilothouse-host-${digest}\n` }
    }
    const request = requestOf(argv.slice(1))
    if (request === null) return { code: 64 }
    asked.push(request)
    return reply(request, options)
  }
  const commands: HostCommands = {
    name: 'h',
    run: async (argv, options = {}): Promise<Executed> => {
      const given = answer(argv, options)
      if (given instanceof PilothouseError) throw given
      return { code: given.code ?? 0, stdout: Buffer.from(given.stdout ?? ''), stderr: given.stderr ?? '' }
    },
    close: async () => undefined,
  }
  const clock: Clock = {
    now: () => 0,
    sleep: async (ms) => {
      waited.push(ms)
    },
  }
  return { host: new ComposeHost({ commands, script: { bytes, digest }, clock }), asked, waited }
}
