import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { serveSimulator } from '../../simulator/serve.ts'
import type { ServedSimulator } from '../../simulator/serve.ts'
import { removeEmbedded } from '../../ledger/embedded/embedded.ts'
import { createAdministration } from '../administration.ts'
import { assemble, machineClock } from '../assemble.ts'
import { fileKeystore, keystoreOf } from '../keystore.ts'
import type { LoopbackOptions } from '../loopback.ts'
import { serveProfile } from '../loopback/serving.ts'
import type { Served } from '../loopback/serving.ts'
import { embeddedHome, preparePaths, resolvePaths } from '../paths.ts'
import type { Paths } from '../paths.ts'
import { openProfiles } from '../profiles.ts'
import { run } from '../program.ts'
import type { Surroundings } from '../surroundings.ts'
import type { Narrator } from './narrator.ts'

export interface Ran {
  readonly exit_code: number
  /** stdout and stderr in the order in which they were written. */
  readonly output: string
}

/** A home of the demo's own, its embedded ledger and a simulated host, and the command line over them. */
export interface Stage {
  readonly home: string
  readonly simulator: ServedSimulator
  /** Runs one command line as `pilothouse` would. */
  command(argv: readonly string[]): Promise<Ran>
  /** Lets a profile use the simulated host's key, as its owner would in their settings. */
  giveKey(profile: string): void
  /** Serves a member's window, on a port of its own. */
  serve(profile: string, told: LoopbackOptions['told']): Promise<Served>
  close(): Promise<void>
}

const secretForTheDemo = 'correct-horse-battery'

function surroundingsOf(paths: Paths, write: (text: string) => void): Surroundings {
  const keystore = fileKeystore(path.join(paths.data, 'secrets'))
  const sink = { write, colour: false }
  const nobody = () => Promise.reject(new TypeError('nobody is at the terminal of the demo'))
  return {
    env: { DEMO_DB_PASSWORD: secretForTheDemo },
    stdout: sink,
    stderr: sink,
    input: {
      interactive: false,
      ask: nobody,
      askSecretly: nobody,
      onEnter: () => () => undefined,
      all: nobody,
    },
    paths,
    profiles: openProfiles(paths.config),
    keystore,
    administration: createAdministration(paths, keystore),
    clock: machineClock,
    onInterrupt: () => () => undefined,
    leave: (code) => process.exit(code),
    assemble,
    scanHostKey: nobody,
    simulate: nobody,
    serve: nobody,
    demonstrate: nobody,
  }
}

function giveKey(paths: Paths, profile: string, identity: string): void {
  const profiles = openProfiles(paths.config)
  profiles.save({ ...profiles.get(profile), ssh: { identities: [identity], agent: false } })
}

/** Starts everything that the demo needs in a temporary folder; `close` ends and removes all of it. */
export async function openStage(narrator: Narrator): Promise<Stage> {
  const home = await mkdtemp(path.join(tmpdir(), 'pilothouse-demo-'))
  // The assembled engine opens the keystore by these too.
  process.env['PILOTHOUSE_HOME'] = home
  process.env['PILOTHOUSE_KEYSTORE'] = 'file'
  const paths = resolvePaths({ platform: process.platform, home, env: { PILOTHOUSE_HOME: home } })
  preparePaths(paths)
  // As root the server runs as another account, which has to get to its folder in here.
  if (process.getuid?.() === 0) for (const folder of [home, paths.data]) await chmod(folder, 0o711)
  const simulator = await serveSimulator(path.join(paths.state, 'simulator'))
  const { address, port, user } = simulator.announcement
  narrator.fact('A simulated host listens for SSH (simulated: no real Docker behind it)', {
    user,
    address,
    port,
  })
  return {
    home,
    simulator,
    command: async (argv) => {
      let output = ''
      const around = surroundingsOf(paths, (text) => {
        output += text
      })
      const exitCode = await run(argv, around, 'demo')
      return { exit_code: exitCode, output }
    },
    giveKey: (profile) => {
      giveKey(paths, profile, simulator.announcement.identity_file)
    },
    serve: (profile, told) =>
      serveProfile({
        profile: openProfiles(paths.config).get(profile),
        paths,
        keystore: keystoreOf(fileKeystore(path.join(paths.data, 'secrets')), profile),
        clock: machineClock,
        told,
      }),
    close: async () => {
      await simulator.close()
      await removeEmbedded(embeddedHome(paths))
      await rm(home, { recursive: true, force: true })
    },
  }
}
