import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dockerEngine, importBusybox } from '../support/docker.ts'
import type { DockerEngine } from '../support/docker.ts'
import { dockerdArguments, freeNetwork } from '../support/dockerd.ts'
import { dockerAddress, enginePing } from '../support/engineSocket.ts'
import { describeWith } from '../support/parts.ts'

describe('where an engine is', () => {
  test('DOCKER_HOST, else the usual socket', () => {
    expect(dockerAddress({ DOCKER_HOST: 'unix:///run/mine.sock' })).toBe('unix:///run/mine.sock')
    expect(dockerAddress({})).toBe('unix:///var/run/docker.sock')
    expect(dockerAddress({ DOCKER_HOST: '' })).toBe('unix:///var/run/docker.sock')
  })

  test('an engine elsewhere is none for tests, and a silent socket says so', async () => {
    expect(await enginePing('ssh://host')).toBe('ssh://host is not a socket of this machine')
    expect(await enginePing('unix:///nowhere/docker.sock')).toBe(
      'no engine answers at unix:///nowhere/docker.sock',
    )
  })

  test('a network that is routed already is passed over', () => {
    expect(freeNetwork('default via 172.17.0.1 dev eth0')).toBe(200)
    expect(freeNetwork('10.200.0.0/24 dev a\n10.201.3.0/24 dev b\n10.20.0.0/16 dev c')).toBe(202)
    const all = Array.from({ length: 55 }, (_, index) => `10.${200 + index}.0.0/16 dev x`).join('\n')
    expect(() => freeNetwork(all)).toThrow(RangeError)
  })

  test('an engine of ours keeps to its folder and leaves the firewall alone', () => {
    const place = { folder: '/tmp/x', address: 'unix:///tmp/x/docker.sock', bridge: 'ph7', network: 201 }
    expect(dockerdArguments(place)).toEqual([
      '--host=unix:///tmp/x/docker.sock',
      '--config-file=/tmp/x/daemon.json',
      '--data-root=/tmp/x/data',
      '--exec-root=/tmp/x/exec',
      '--pidfile=/tmp/x/dockerd.pid',
      '--bridge=ph7',
      '--default-address-pool=base=10.201.128.0/17,size=24',
      '--iptables=false',
      '--ip-forward=false',
      '--ip-masq=false',
      '--log-level=warn',
    ])
  })
})

describeWith(['docker', 'busybox-static'], 'the Docker Engine of tests', () => {
  const suffix = randomBytes(4).toString('hex')
  const image = `pilothouse-test/house-${suffix}:1`
  const network = `pilothouse-house-${suffix}`
  const containers: string[] = []
  let engine: DockerEngine

  beforeAll(async () => {
    engine = await dockerEngine()
    const instructions = ['CMD ["httpd", "-f", "-p", "80", "-h", "/www"]', 'EXPOSE 80']
    await importBusybox(engine, image, { files: { '/www/index.html': 'it works\n' }, instructions })
    await engine.docker('network', 'create', network)
  })

  afterAll(async () => {
    if (containers.length > 0) await engine.docker('rm', '--force', ...containers)
    await engine.docker('network', 'rm', network)
    await engine.docker('rmi', image)
  })

  async function runDetached(...args: string[]): Promise<string> {
    const id = await engine.docker('run', '--detach', ...args)
    containers.push(id)
    return id
  }

  async function fetchWhenUp(url: string): Promise<string> {
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const response = await fetch(url).catch((error: unknown) => {
        if (error instanceof TypeError) return undefined
        throw error
      })
      if (response?.ok) return response.text()
      await sleep(100)
    }
    throw new Error(`${url} never answered`)
  }

  test('a published port answers on loopback', async () => {
    const id = await runDetached('--publish', '127.0.0.1::80', image)
    const address = await engine.docker('port', id, '80/tcp')
    expect(await fetchWhenUp(`http://${address}/`)).toBe('it works\n')
  })

  test('containers of one network find each other by name', async () => {
    await runDetached('--network', network, '--network-alias', 'web', image)
    const fetched = ['run', '--rm', '--network', network, image, 'sh', '-c']
    const patient = 'for i in 1 2 3 4 5 6 7 8 9; do wget -q -O - http://web/ && exit; sleep 1; done; exit 1'
    expect(await engine.docker(...fetched, patient)).toBe('it works')
  })

  test('a command that fails says what docker said', async () => {
    await expect(engine.docker('inspect', 'no-such-container')).rejects.toThrow(/no such object/i)
  })
})
