import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'

const plugins = [
  path.resolve(import.meta.dirname, '../../.cache/compose-v2/docker-compose'),
  path.join(homedir(), '.docker/cli-plugins/docker-compose'),
  '/usr/local/lib/docker/cli-plugins/docker-compose',
  '/usr/local/libexec/docker/cli-plugins/docker-compose',
  '/usr/lib/docker/cli-plugins/docker-compose',
  '/usr/libexec/docker/cli-plugins/docker-compose',
]

/** The first Compose plugin of this repository's cache, this user or this machine. */
export function findComposeV2(): string | undefined {
  return plugins.find((file) => existsSync(file))
}

/** The version of a Compose plugin, such as `2.40.3`; undefined if it isn't one or can't run. */
export async function composeV2Version(plugin: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(plugin, ['version', '--short'], (_error, stdout) => {
      const version = /^v?(\d[\w.+~-]*)/.exec(stdout)?.[1]
      resolve(version !== undefined && !version.startsWith('1.') ? version : undefined)
    })
  })
}
