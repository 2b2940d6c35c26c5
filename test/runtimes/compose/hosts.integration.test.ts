import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { isPilothouseError } from '../../../src-preload/contract/errors.ts'
import type { PilothouseError } from '../../../src-preload/contract/errors.ts'
import type { JsonObject } from '../../../src-preload/contract/vocabulary.ts'
import { createComposeRuntime } from '../../../src-main/runtimes/compose/compose.ts'
import { createPlaces } from '../../../src-main/runtimes/compose/places.ts'
import { removeProjects, startDockerHost } from '../../support/composeHost.ts'
import type { DockerHost } from '../../support/composeHost.ts'
import { clock, planned, releaseTo, targetOn } from '../../support/composeRelease.ts'
import { dockerConfigWithComposeV2 } from '../../support/composeV2.ts'
import { dockerEngine, importBusybox } from '../../support/docker.ts'
import type { DockerEngine } from '../../support/docker.ts'
import { describeWith } from '../../support/parts.ts'
import { freePort } from '../../support/sshd.ts'

const image = `pilothouse-test/${process.pid}-hosts:1`
const web: JsonObject = { services: { web: { image, restart: 'always' } } }

function importWeb(engine: DockerEngine): Promise<string> {
  return importBusybox(engine, image, {
    files: { '/www/index.html': 'from the old Compose\n' },
    instructions: ['CMD ["httpd", "-f", "-p", "8080", "-h", "/www"]'],
  })
}

async function errorOf(work: Promise<unknown>): Promise<PilothouseError> {
  const error: unknown = await work.then(
    () => new TypeError('it went well'),
    (reason: unknown) => reason,
  )
  if (isPilothouseError(error)) return error
  throw error
}

describeWith(['sshd', 'docker', 'busybox-static', 'compose-v1'], 'Compose v1 on a host over SSH', () => {
  let host: DockerHost
  const projects = ['ok', 'bad'].map((name) => `ph${process.pid}-v1-${name}`)
  beforeAll(async () => {
    host = await startDockerHost('v1')
    await importWeb(host.engine)
  })
  afterAll(async () => {
    await removeProjects(host.engine, projects)
    await host.engine.docker('image', 'rm', '--force', image)
    await host[Symbol.asyncDispose]()
  })

  test('a release runs, answers HTTP, and is found again; its age is told', async () => {
    const runtime = host.runtime()
    const on = targetOn(host.host, projects[0] ?? '')
    const port = await freePort()
    const document = { services: { web: { image, restart: 'always', ports: [`127.0.0.1:${port}:8080`] } } }
    const http = { url: `http://127.0.0.1:${port}/`, status: 200, contains: 'from the old Compose' }
    const { verdict, run } = await releaseTo(runtime, on, document, { rules: { http } })
    expect(verdict).toMatchObject({ passed: true, error: null })
    const { live } = await planned(runtime, on, document)
    expect(live.base).toMatchObject({ services: { web: { image_id: run.images[0]?.image_id } } })
    expect(live.detail).toMatchObject({ compose: 'v1' })
    expect(live.checks.map(({ key }) => key)).toContain('host_compose_v1')
    const again = await releaseTo(runtime, on, document, { rules: { http } })
    expect(again.verdict).toMatchObject({ passed: true })
    expect(again.run.lines.join('\n')).toContain('is up-to-date')
  })

  test('a container that ends is found with its exit code and last lines', async () => {
    const runtime = host.runtime()
    const on = targetOn(host.host, projects[1] ?? '')
    const document = { services: { web: { image, command: ['sh', '-c', 'echo no configuration; exit 4'] } } }
    const { run, verdict } = await releaseTo(runtime, on, document)
    expect(verdict).toMatchObject({ passed: false, error: { code: 'compose_unhealthy' } })
    const error = verdict?.error
    if (!error) throw new TypeError('no error')
    const [finding] = await runtime.diagnose(run, { phase: 'verify', error, step: null })
    expect(finding?.evidence).toMatchObject({ exit_code: 4, last_log_lines: ['no configuration'] })
  })
})

describeWith(['sshd', 'docker'], 'a host that is not ready for Compose', () => {
  test.each([
    ['no-docker', 'docker_missing', { found: 'not_installed' }],
    ['none', 'compose_missing', {}],
  ] as const)('%s is told as %s', async (kind, code, data) => {
    await using host = await startDockerHost(kind)
    const error = await errorOf(planned(host.runtime(), targetOn(host.host, 'ph-none'), web))
    expect(error).toMatchObject({ code, data })
  })

  test('a Docker that does not answer is told as docker_missing, with its words', async () => {
    await using host = await startDockerHost('none')
    vi.stubEnv('DOCKER_HOST', 'unix:///nowhere/docker.sock')
    vi.stubEnv('PILOTHOUSE_HOST_ROOT', host.root)
    const local = createComposeRuntime({ identities: [], clock })
    const look = planned(local, targetOn({ kind: 'local', engine_id: 'none' }, 'ph-none'), web)
    expect(await errorOf(look)).toMatchObject({ code: 'docker_missing', data: { found: 'not_running' } })
    expect(await errorOf(createPlaces(clock).localEngineId())).toMatchObject({ code: 'docker_missing' })
    vi.unstubAllEnvs()
  })
})

describeWith(['docker', 'busybox-static', 'compose-v2'], 'this machine as a host', () => {
  const project = `ph${process.pid}-local`
  let engine: DockerEngine
  let folder: string
  let config: Awaited<ReturnType<typeof dockerConfigWithComposeV2>>
  beforeAll(async () => {
    engine = await dockerEngine()
    config = await dockerConfigWithComposeV2()
    folder = await mkdtemp(path.join(tmpdir(), 'pilothouse-local-'))
    await importWeb(engine)
    vi.stubEnv('DOCKER_HOST', engine.address)
    vi.stubEnv('DOCKER_CONFIG', config.folder)
    vi.stubEnv('PILOTHOUSE_HOST_ROOT', path.join(folder, 'root'))
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await removeProjects(engine, [project])
    await engine.docker('image', 'rm', '--force', image)
    await config[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  test('a release runs without SSH', async () => {
    const engine_id = await createPlaces(clock).localEngineId()
    const on = targetOn({ kind: 'local', engine_id }, project)
    const { verdict } = await releaseTo(createComposeRuntime({ identities: [], clock }), on, web)
    expect(verdict).toMatchObject({ passed: true })
    expect(await engine.docker('ps', '-q', '--filter', `name=${project}-web-1`)).not.toBe('')
  })

  test('another Docker Engine than the target names is refused', async () => {
    const on = targetOn({ kind: 'local', engine_id: 'another' }, project)
    const error = await errorOf(planned(createComposeRuntime({ identities: [], clock }), on, web))
    expect(error).toMatchObject({ code: 'preflight_failed', data: { expected: 'another' } })
  })

  test('a root folder that can not be made is told before anything else', async () => {
    vi.stubEnv('PILOTHOUSE_HOST_ROOT', '/proc/nowhere')
    const on = targetOn({ kind: 'local', engine_id: 'any' }, project)
    const error = await errorOf(planned(createComposeRuntime({ identities: [], clock }), on, web))
    vi.stubEnv('PILOTHOUSE_HOST_ROOT', path.join(folder, 'root'))
    expect(error).toMatchObject({ code: 'preflight_failed' })
  })
})
