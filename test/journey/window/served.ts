import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { ensureWindow } from '../../../script/dev/window.ts'

const program = path.resolve(import.meta.dirname, '../../../src-main/entry/cli.ts')
const announcement = z.object({ url: z.string(), port: z.int(), link: z.string() })

/** A running `pilothouse serve`. */
export interface ServedWindow {
  readonly port: number
  /** Good once. */
  readonly link: string
  /** Presses ^C and gives what it ended with. */
  close(): Promise<{ code: number | null; stderr: string }>
}

/**
 * Starts `pilothouse serve` in a home, as a process of its own; throws with what it said where it does not serve.
 *
 * @param profile the one that counts there, unless named
 */
export async function serveWindow(home: string, profile?: string): Promise<ServedWindow> {
  await ensureWindow()
  const named = profile === undefined ? [] : ['--profile', profile]
  const child = spawn(process.execPath, [program, '--json', ...named, 'serve'], {
    env: { ...process.env, PILOTHOUSE_HOME: home, PILOTHOUSE_KEYSTORE: 'file', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = text(child.stderr)
  const exit = once(child, 'close')
  const lines = createInterface(child.stdout)
  const first = await Promise.race([once(lines, 'line'), exit.then(() => null)])
  if (first === null) throw new Error(`pilothouse serve does not serve:\n${await said}`)
  const { port, link } = announcement.parse(JSON.parse(String(first[0])))
  return {
    port,
    link,
    close: async () => {
      child.kill('SIGINT')
      await exit
      return { code: child.exitCode, stderr: await said }
    },
  }
}
