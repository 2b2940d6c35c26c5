import process from 'node:process'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { Sink } from './output.ts'
import type { Input } from './surroundings.ts'

/** A stream of this process; NO_COLOR counts whatever its value, as long as it isn't empty (no-color.org). */
export function sinkOf(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Sink {
  const colour = stream.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
  return { write: (chunk) => stream.write(chunk), colour }
}

/** stdin of this process; questions are asked on stderr, so that stdout holds answers only. */
export function terminalInput(): Input {
  return {
    interactive: process.stdin.isTTY === true && process.stderr.isTTY === true,
    ask: (question) => askOn(process.stderr, question),
    askSecretly: async (question) => {
      process.stderr.write(question)
      const answer = await askOn(new Writable({ write: (_chunk, _encoding, done) => done() }), '')
      process.stderr.write('\n')
      return answer
    },
    onEnter: (handler) => {
      process.stdin.on('data', handler)
      return () => {
        process.stdin.off('data', handler)
        process.stdin.pause()
      }
    },
    all: () => text(process.stdin),
  }
}

async function askOn(output: NodeJS.WritableStream, question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output, terminal: true })
  try {
    return await lines.question(question)
  } finally {
    lines.close()
  }
}

/** Calls `handler` at ^C, and at a polite request to end, instead of ending. */
export function onInterrupt(handler: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM'] as const
  for (const signal of signals) process.on(signal, handler)
  return () => {
    for (const signal of signals) process.off(signal, handler)
  }
}

/** A reader that went away (`| head`) is no failure: what it did not want to see is not written. */
export function endQuietlyWithoutReader(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: Error) => {
    if ('code' in error && error.code === 'EPIPE') process.exit(process.exitCode ?? 0)
    throw error
  })
}
