import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { stringify } from 'yaml'
import type { Announcement } from '../../simulator/serve.ts'

const composeFile = {
  services: {
    web: {
      image: 'shop/web:${TAG}',
      restart: 'unless-stopped',
      ports: ['8080:80'],
      environment: { DB_PASSWORD: '${DB_PASSWORD}', GREETING: '${GREETING}' },
      healthcheck: { test: ['CMD', 'wget', '-qO-', 'http://127.0.0.1/health'], interval: '1s', retries: 2 },
    },
  },
}

function configurationFor(host: Announcement) {
  return {
    version: 1,
    project: 'shop',
    stages: [{ name: 'dev' }, { name: 'production' }],
    targets: [
      {
        name: 'shop-production',
        stage: 'production',
        runtime: 'compose',
        host: `ssh://${host.user}@${host.address}:${host.port}`,
        host_key: host.host_key,
        project: 'shop',
      },
    ],
    services: [
      {
        name: 'web',
        source: { directory: './web' },
        variables: {
          TAG: { required: true },
          GREETING: { default: 'hello' },
          DB_PASSWORD: { required: true, secret: true },
        },
        releases_to: [
          {
            target: 'shop-production',
            verify: { timeout_seconds: 20, window_seconds: 1 },
            go_back_hours: 24,
          },
        ],
      },
    ],
  }
}

/** Writes the demo's service and its `pilothouse.yaml` into `folder`; returns the latter's path. */
export async function writeDemoFiles(folder: string, host: Announcement): Promise<string> {
  await mkdir(path.join(folder, 'web'), { recursive: true })
  await writeFile(path.join(folder, 'web', 'compose.yaml'), stringify(composeFile))
  const file = path.join(folder, 'pilothouse.yaml')
  await writeFile(file, stringify(configurationFor(host)))
  return file
}
