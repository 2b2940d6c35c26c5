import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    composeV2: string | undefined
  }
}

/** A folder for DOCKER_CONFIG with which `docker compose` is version 2; removed when it is disposed of. */
export async function dockerConfigWithComposeV2(): Promise<AsyncDisposable & { folder: string }> {
  const plugin = inject('composeV2')
  if (plugin === undefined) throw new Error('ask for the part compose-v2 before using it')
  const folder = await mkdtemp(path.join(tmpdir(), 'pilothouse-docker-config-'))
  await mkdir(path.join(folder, 'cli-plugins'))
  await symlink(plugin, path.join(folder, 'cli-plugins', 'docker-compose'))
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}
