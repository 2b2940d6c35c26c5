import { spawn } from 'node:child_process'
import type { ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import path from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import type { TestProject } from 'vitest/node'
import { dockerAddress } from './engineSocket.ts'
import { inspectMachine, judge } from './machine.ts'

type Keeper = ChildProcessByStdio<Writable, Readable, null>

function startKeeper(): Keeper {
  const program = path.join(import.meta.dirname, 'engineKeeper.ts')
  return spawn(process.execPath, [program], { detached: true, stdio: ['pipe', 'pipe', 'inherit'] })
}

/** The keeper's one line: where its engine is, or why there is none. */
async function firstLine(keeper: Keeper): Promise<string> {
  for await (const line of createInterface(keeper.stdout)) return line
  return JSON.stringify({ error: 'the process that keeps the Docker Engine ended at once' })
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port to listen on')
  return address.port
}

/**
 * Runs once a test run, in vitest's main process. It looks at the machine, and answers on a port of loopback
 * where the run's Docker Engine is, starting one for the first test that asks. So an engine is started only
 * when it is needed, once for all test files, and is gone when the run has ended.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { facts, composeV2 } = await inspectMachine()
  let keeper: Keeper | undefined
  let own: Promise<string> | undefined
  const answer = async (): Promise<string> => {
    if (facts.dockerSilence === undefined) return JSON.stringify({ address: dockerAddress(process.env) })
    keeper ??= startKeeper()
    own ??= firstLine(keeper)
    return own
  }
  const server = createServer((connection) => {
    connection.on('error', (error) => process.stderr.write(`A test stopped asking: ${error.message}\n`))
    answer().then(
      (line) => connection.end(line),
      (error: unknown) => connection.end(JSON.stringify({ error: String(error) })),
    )
  })
  project.provide('machine', judge(facts))
  project.provide('composeV2', composeV2)
  project.provide('enginePort', await listen(server))

  return async () => {
    server.close()
    if (keeper === undefined || keeper.exitCode !== null) return
    const exit = once(keeper, 'exit')
    keeper.stdin.end()
    await exit
    if (keeper.exitCode !== 0)
      throw new Error('the Docker Engine of this run was not cleared away: see above')
  }
}
