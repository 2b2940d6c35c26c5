import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { stringify } from 'yaml'
import type { Announcement } from '../../../src-main/simulator/serve.ts'

const health = { test: ['CMD', 'wget', '-qO-', 'http://127.0.0.1:8080/health'], interval: '1s', retries: 2 }

const composeFiles = {
  storefront: {
    services: {
      web: {
        image: 'registry.example/shop/storefront:${TAG}',
        restart: 'unless-stopped',
        ports: ['${PORT}:8443'],
        environment: { CURRENCY: '${CURRENCY}', CHECKOUT_URL: 'http://checkout:8080' },
        healthcheck: health,
      },
    },
  },
  checkout: {
    services: {
      api: {
        image: 'registry.example/shop/checkout:${TAG}',
        restart: 'unless-stopped',
        environment: { BASKET_TTL: '${BASKET_TTL}', QUEUE: 'amqp://queue' },
        healthcheck: health,
      },
      worker: {
        image: 'registry.example/shop/checkout:${TAG}',
        command: ['worker'],
        restart: 'unless-stopped',
        healthcheck: health,
      },
    },
  },
  payments: {
    services: {
      api: {
        image: 'registry.example/shop/payments:${TAG}',
        restart: 'unless-stopped',
        environment: { PROVIDER_KEY: '${PROVIDER_KEY}', TIMEOUT_MS: '3000' },
        volumes: ['receipts:/var/lib/receipts'],
        healthcheck: health,
      },
    },
    volumes: { receipts: {} },
  },
}
export type ServiceName = keyof typeof composeFiles

const stages = ['staging', 'production'] as const

function deliveries(service: ServiceName) {
  return stages.map((stage) => ({
    target: `${service}-${stage}`,
    verify: { timeout_seconds: 15, window_seconds: 1 },
    go_back_hours: 24,
    ...(service === 'payments' && stage === 'production'
      ? { start: { time: '22:00', time_zone: 'Asia/Shanghai' } }
      : {}),
  }))
}

function declared(name: ServiceName, variables: Record<string, unknown>) {
  return {
    name,
    source: { directory: `./${name}` },
    variables: { TAG: { required: true }, ...variables },
    releases_to: deliveries(name),
  }
}

function declaration({ user, address, port, host_key }: Announcement): unknown {
  const services: ServiceName[] = ['storefront', 'checkout', 'payments']
  return {
    version: 1,
    project: 'shop',
    stages: stages.map((name) => ({ name })),
    targets: services.flatMap((service) =>
      stages.map((stage) => ({
        name: `${service}-${stage}`,
        stage,
        runtime: 'compose',
        host: `ssh://${user}@${address}:${port}`,
        host_key,
        project: `${service}-${stage}`,
      })),
    ),
    services: [
      declared('storefront', { CURRENCY: { default: 'CNY' }, PORT: { default: '443' } }),
      declared('checkout', { BASKET_TTL: { default: '30m' } }),
      declared('payments', { PROVIDER_KEY: { required: true, secret: true } }),
    ],
  }
}

/** Writes the shop's Compose files and its `pilothouse.yaml` into a folder; returns the latter's path. */
export async function writeShop(folder: string, host: Announcement): Promise<string> {
  for (const [name, compose] of Object.entries(composeFiles)) {
    await mkdir(path.join(folder, name), { recursive: true })
    await writeFile(path.join(folder, name, 'compose.yaml'), stringify(compose))
  }
  const file = path.join(folder, 'pilothouse.yaml')
  await writeFile(file, stringify(declaration(host)))
  return file
}
