import { Buffer } from 'node:buffer'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import type { DockerEngine } from '../support/docker.ts'
import type { Said, Visitor } from './visitor.ts'

/** The real script on this machine, run as sshd runs a line: by a shell, with a root folder of its own. */
export async function realHost(
  engine: DockerEngine,
  dockerConfig: string | undefined,
): Promise<Visitor & AsyncDisposable> {
  const root = await mkdtemp(path.join(tmpdir(), 'pilothouse-conformance-'))
  const env = {
    ...process.env,
    DOCKER_HOST: engine.address,
    PILOTHOUSE_HOST_ROOT: root,
    ...(dockerConfig === undefined ? {} : { DOCKER_CONFIG: dockerConfig }),
  }
  return {
    run: (line, stdin = '') => runLine(line, stdin, env),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  }
}

async function runLine(line: string, stdin: string | Buffer, env: NodeJS.ProcessEnv): Promise<Said> {
  const shell = spawn('/bin/sh', ['-c', line], { env })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  shell.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  shell.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  // A verb that reads nothing may have ended before all is written; what it said is what counts.
  shell.stdin.on('error', () => shell.stdin.destroy())
  shell.stdin.end(stdin)
  const closed: unknown[] = await once(shell, 'close')
  const code = typeof closed[0] === 'number' ? closed[0] : null
  return { code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() }
}
