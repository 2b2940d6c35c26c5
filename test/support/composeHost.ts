import { chmod, mkdtemp, readlink, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { ComposeHost } from '../../src-preload/contract/targets.ts'
import { createComposeRuntime } from '../../src-main/runtimes/compose/compose.ts'
import type { Runtime } from '../../src-main/ports/runtime.ts'
import { dockerConfigWithComposeV2 } from './composeV2.ts'
import { clock } from './composeRelease.ts'
import { dockerEngine } from './docker.ts'
import type { DockerEngine } from './docker.ts'
import { programsWithout, startSshd } from './sshd.ts'
import type { Sshd } from './sshd.ts'

/** Which Compose a host has; `none` has Docker alone, `no-docker` not even that. */
export type HostKind = 'v2' | 'v1' | 'none' | 'no-docker'

/** A real sshd over the run's real Docker Engine, as a host that targets can name. */
export interface DockerHost extends AsyncDisposable {
  readonly sshd: Sshd
  readonly engine: DockerEngine
  readonly host: ComposeHost
  /** The folder of `pilothouse-host` on it. */
  readonly root: string
  /** A runtime of its own, as another desktop would have; closed with the host. */
  runtime(): Runtime
}

/** Docker without its plugins, wherever the machine keeps them: what a host without Compose v2 has. */
async function withoutPlugins(stack: AsyncDisposableStack, kind: HostKind): Promise<string> {
  const missing = kind === 'v1' ? [] : ['docker-compose']
  const programs = stack.use(await programsWithout(...missing))
  const docker = path.join(programs.folder, 'docker')
  const program = await readlink(docker)
  await unlink(docker)
  if (kind === 'no-docker') return programs.folder
  await writeFile(docker, `#!/bin/sh\n[ "$1" != compose ] || exit 1\nexec ${program} "$@"\n`)
  await chmod(docker, 0o755)
  return programs.folder
}

async function environmentOf(stack: AsyncDisposableStack, kind: HostKind): Promise<Record<string, string>> {
  if (kind === 'v2') {
    const config = stack.use(await dockerConfigWithComposeV2())
    return { DOCKER_CONFIG: config.folder }
  }
  return { PATH: await withoutPlugins(stack, kind) }
}

/** Starts a host of a kind; ask within a suite that needs sshd, docker and that Compose. */
export async function startDockerHost(kind: HostKind): Promise<DockerHost> {
  const stack = new AsyncDisposableStack()
  try {
    const engine = await dockerEngine()
    const folder = await mkdtemp(path.join(tmpdir(), 'pilothouse-compose-'))
    stack.defer(() => rm(folder, { recursive: true, force: true }))
    const root = path.join(folder, 'root')
    const environment = {
      ...(await environmentOf(stack, kind)),
      DOCKER_HOST: engine.address,
      PILOTHOUSE_HOST_ROOT: root,
    }
    const sshd = stack.use(await startSshd({ environment }))
    const { port, user, hostKeys, identity } = sshd
    const runtime = (): Runtime => {
      const made = createComposeRuntime({ identities: [identity], clock })
      stack.defer(() => made.close())
      return made
    }
    const host = { kind: 'ssh', address: '127.0.0.1', port, user, host_key: hostKeys.ed25519 } as const
    return { sshd, engine, host, root, runtime, [Symbol.asyncDispose]: () => stack.disposeAsync() }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

/** Removes what Compose made for projects: containers and networks. */
export async function removeProjects(engine: DockerEngine, projects: readonly string[]): Promise<void> {
  for (const project of projects) {
    const filter = `label=com.docker.compose.project=${project}`
    const containers = (await engine.docker('ps', '-aq', '--filter', filter)).split('\n').filter(Boolean)
    if (containers.length > 0) await engine.docker('rm', '--force', '--volumes', ...containers)
    const networks = (await engine.docker('network', 'ls', '-q', '--filter', filter))
      .split('\n')
      .filter(Boolean)
    if (networks.length > 0) await engine.docker('network', 'rm', ...networks)
  }
}
