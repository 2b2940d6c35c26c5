import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { createAdministration } from './administration.ts'
import { exitCodes } from './exitCodes.ts'
import { openKeystore } from './keystore.ts'
import { preparePaths, resolvePaths } from './paths.ts'
import { openProfiles } from './profiles.ts'
import { run } from './program.ts'
import { say } from './say.ts'
import type { Surroundings } from './surroundings.ts'
import { endQuietlyWithoutReader, onInterrupt, sinkOf, terminalInput } from './terminal.ts'

function thisMachine(): Surroundings {
  const paths = resolvePaths({ platform: process.platform, home: homedir(), env: process.env })
  preparePaths(paths)
  const stderr = sinkOf(process.stderr, process.env)
  const keystore = openKeystore(paths, process.env, () => stderr.write(`${say('say.keystore_announce')}\n`))
  return {
    env: process.env,
    stdout: sinkOf(process.stdout, process.env),
    stderr,
    input: terminalInput(),
    paths,
    profiles: openProfiles(paths.config),
    keystore,
    administration: createAdministration(paths, keystore),
    clock: {
      now: () => Date.now(),
      sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
    },
    onInterrupt,
    leave: (code) => process.exit(code),
    // Loaded when they are needed: most commands need neither a host nor a simulation.
    assemble: async (options) => (await import('./assemble.ts')).assemble(options),
    scanHostKey: async (address, port) => (await import('../ssh/scan.ts')).scanHostKey(address, port),
    simulate: async (ready, signal) => (await import('./simulate.ts')).simulate(paths, ready, signal),
    serve: async (options) => (await import('./loopback/serving.ts')).serveProfile(options),
    demonstrate,
  }
}

/** The demo is an entry point of its own: it reads argv, runs while it is imported, and leaves the exit code. */
async function demonstrate(args: readonly string[]): Promise<void> {
  process.argv = [process.execPath, path.join(import.meta.dirname, 'demo.ts'), ...args]
  await import('./demo.ts')
}

const manifest = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(path.join(import.meta.dirname, '..', '..', 'package.json'), 'utf8')))

endQuietlyWithoutReader(process.stdout)
const code = await run(process.argv.slice(2), thisMachine(), manifest.version)
if (code !== exitCodes.ok) process.exitCode = code
