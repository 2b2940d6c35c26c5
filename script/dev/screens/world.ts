import path from 'node:path'
import { serveSimulator } from '../../../src-main/simulator/serve.ts'
import type { ServedSimulator } from '../../../src-main/simulator/serve.ts'
import { openCommandLine } from '../../../test/support/commandLine.ts'

/** A home, the real command line over it, and a simulated host; everything that is shown was made through these. */
export interface World extends AsyncDisposable {
  readonly home: string
  readonly simulator: ServedSimulator
  /** Runs a command as a member and gives its records; throws where it does not end with one of `codes`. */
  as(member: string, argv: readonly string[], codes?: readonly number[]): Promise<unknown[]>
}

/** Starts an empty world; disposing of it ends and removes all of it. */
export async function openWorld(): Promise<World> {
  await using opening = new AsyncDisposableStack()
  const cli = await openCommandLine({ PAYMENTS_KEY: 'not-a-real-key', TZ: 'Asia/Shanghai' })
  opening.defer(() => cli.close())
  const simulator = await serveSimulator(path.join(cli.home, 'keys'))
  opening.defer(() => simulator.close())
  const closing = opening.move()
  return {
    home: cli.home,
    simulator,
    as: async (member, argv, codes = [0]) => {
      const { code, stdout, stderr } = await cli.run(['--json', '--profile', member, ...argv])
      if (code === null || !codes.includes(code)) {
        throw new Error(`pilothouse ${argv.join(' ')} ended with ${code ?? 'a signal'}:\n${stdout}${stderr}`)
      }
      return stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line): unknown => JSON.parse(line))
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}
