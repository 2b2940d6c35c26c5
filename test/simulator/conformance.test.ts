import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { expect, inject, test } from 'vitest'
import { startSimulatedHost } from '../../src-main/simulator/simulatedHost.ts'
import { dockerConfigWithComposeV2 } from '../support/composeV2.ts'
import { dockerEngine, importBusybox } from '../support/docker.ts'
import type { DockerEngine } from '../support/docker.ts'
import { describeWith } from '../support/parts.ts'
import { shapesOf } from './conformance.ts'
import type { Ground } from './conformance.ts'
import { realHost } from './realHost.ts'
import { quick, visit } from './visitor.ts'

const script = path.join(import.meta.dirname, '../../script/host/pilothouse-host')

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new TypeError('a TCP listener has a port')
  return address.port
}

async function ground(): Promise<Ground> {
  return {
    image: `pilothouse-test/conformance-${process.pid}:1`,
    absentImage: '127.0.0.1:1/nobody/missing:missing',
    port: await freePort(),
    closedPort: await freePort(),
    project: `conformance-${process.pid}`,
    script: await readFile(script, 'utf8'),
  }
}

async function clear(engine: DockerEngine, { image, project }: Ground): Promise<void> {
  const label = `label=com.docker.compose.project=${project}`
  const containers = (await engine.docker('ps', '-aq', '--filter', label)).split('\n').filter(Boolean)
  if (containers.length > 0) await engine.docker('rm', '--force', '--volumes', ...containers)
  const networks = (await engine.docker('network', 'ls', '-q', '--filter', label)).split('\n').filter(Boolean)
  if (networks.length > 0) await engine.docker('network', 'rm', ...networks)
  await engine.docker('image', 'rm', '--force', image)
}

async function ofTheRealHost(site: Ground, dockerConfig: string | undefined) {
  const engine = await dockerEngine()
  await importBusybox(engine, site.image, {
    files: { '/www/index.html': 'here\n' },
    instructions: ['CMD ["/bin/httpd", "-f", "-p", "8080", "-h", "/www"]'],
  })
  try {
    await using real = await realHost(engine, dockerConfig)
    return await shapesOf(real, site)
  } finally {
    await clear(engine, site)
  }
}

async function ofTheSimulatedHost(site: Ground) {
  const host = await startSimulatedHost({ tempo: { ...quick, probe: 1000 }, images: [site.image] })
  try {
    await using visitor = await visit(host)
    return await shapesOf(visitor, site)
  } finally {
    await host.close()
  }
}

describeWith(
  ['docker', 'busybox-static', 'compose-v2'],
  'the simulated host beside a real one with Compose v2',
  () => {
    test('every verb answers in the same shape, with the same exit codes and words', async () => {
      const site = await ground()
      await using config = await dockerConfigWithComposeV2()
      const real = await ofTheRealHost(site, config.folder)
      expect(await ofTheSimulatedHost(site)).toEqual(real)
    })
  },
)

describeWith(
  ['docker', 'busybox-static', 'compose-v1'],
  'the simulated host beside a real one with Compose v1',
  () => {
    test('every verb answers in the same shape, with the same exit codes and words', async () => {
      expect(inject('machine')['compose-v1'].present).toBe(true)
      const site = await ground()
      const real = await ofTheRealHost(site, undefined)
      expect(await ofTheSimulatedHost(site)).toEqual(real)
    })
  },
)
