import { readFile, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PilothouseError, isPilothouseError } from '../../../src-preload/contract/errors.ts'
import type { JsonObject } from '../../../src-preload/contract/vocabulary.ts'
import type { Run } from '../../../src-main/ports/runtime.ts'
import { removeProjects, startDockerHost } from '../../support/composeHost.ts'
import type { DockerHost } from '../../support/composeHost.ts'
import { planned, releaseTo, targetOn } from '../../support/composeRelease.ts'
import { importBusybox } from '../../support/docker.ts'
import { describeWith } from '../../support/parts.ts'
import { freePort } from '../../support/sshd.ts'

const tag = `pilothouse-test/${process.pid}`
const images = { web: `${tag}-web:1`, next: `${tag}-web:2` }
const secret = 'hunter2-and-more'
const token = `pilothouse-sealed:PASSWORD:${'5'.repeat(64)}`
const loop = 'while :; do sleep 1; done'

function service(image: string, more: JsonObject = {}): JsonObject {
  return { services: { web: { image, restart: 'always', ...more } } }
}

/** A container that takes its time to stop, so that replacing it takes seconds. */
function slow(image: string): JsonObject {
  return service(image, { command: ['sh', '-c', `trap "" TERM; ${loop}`], stop_grace_period: '4s' })
}

async function errorOf(work: Promise<unknown>): Promise<PilothouseError> {
  const error: unknown = await work.then(
    () => new TypeError('it went well'),
    (reason: unknown) => reason,
  )
  if (isPilothouseError(error)) return error
  throw error
}

async function answers(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/`)
  return (await response.text()).trim()
}

describeWith(['sshd', 'docker', 'busybox-static', 'compose-v2'], 'Compose v2 on a host over SSH', () => {
  let host: DockerHost
  const projects: string[] = []
  const newTarget = () => {
    const project = `ph${process.pid}-${projects.length}`
    projects.push(project)
    return targetOn(host.host, project)
  }
  const containersOf = async (project: string): Promise<string[]> => {
    const ids = await host.engine.docker(
      'ps',
      '-aq',
      '--filter',
      `label=com.docker.compose.project=${project}`,
    )
    return ids.split('\n').filter(Boolean).sort()
  }
  beforeAll(async () => {
    host = await startDockerHost('v2')
    for (const [version, image] of Object.entries(images)) {
      await importBusybox(host.engine, image, {
        files: { '/www/index.html': `${version}\n` },
        instructions: ['CMD ["httpd", "-f", "-p", "8080", "-h", "/www"]'],
      })
    }
  })
  afterAll(async () => {
    await removeProjects(host.engine, projects)
    await host.engine.docker('image', 'rm', '--force', ...Object.values(images))
    await host[Symbol.asyncDispose]()
  })

  test('a release runs, answers HTTP, and is found again by what runs', async () => {
    const runtime = host.runtime()
    const on = newTarget()
    const port = await freePort()
    const document = service(images.web, { ports: [`127.0.0.1:${port}:8080`] })
    const http = { url: `http://127.0.0.1:${port}/`, status: 200, contains: 'web' }
    const { outcomes, verdict, run } = await releaseTo(runtime, on, document, { rules: { http } })
    expect(outcomes.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'succeeded'])
    expect(verdict).toMatchObject({ passed: true, error: null })
    expect(await answers(port)).toBe('web')
    expect(run.lines.join('\n')).toContain('Started')
    const { live } = await planned(runtime, on, document)
    expect(live.fence).toBe(1)
    expect(live.base).toMatchObject({ services: { web: { image_id: run.images[0]?.image_id } } })
    expect(live.detail).toMatchObject({ compose: 'v2', root: host.root, job: null })
    const next = service(images.next, { ports: [`127.0.0.1:${port}:8080`] })
    const second = await releaseTo(runtime, on, next, {
      fence: 2,
      rules: { http: { ...http, contains: 'next' } },
    })
    expect(second.verdict).toMatchObject({ passed: true })
    expect(await answers(port)).toBe('next')
  })

  test('a failing healthcheck fails the release, and the diagnosis tells container, output and last lines', async () => {
    const runtime = host.runtime()
    const document = service(images.web, {
      command: ['sh', '-c', `echo opening the database; ${loop}`],
      healthcheck: { test: ['CMD-SHELL', 'echo no database here; exit 1'], interval: '1s', retries: 1 },
    })
    const on = newTarget()
    const { run, verdict } = await releaseTo(runtime, on, document)
    expect(verdict).toMatchObject({ passed: false, error: { code: 'compose_unhealthy' } })
    const error = verdict?.error
    if (!error) throw new TypeError('no error')
    const findings = await runtime.diagnose(run, { phase: 'verify', error, step: null })
    expect(findings).toHaveLength(1)
    expect(findings[0]).toMatchObject({
      phase: 'verify',
      code: 'compose_unhealthy',
      resource: { kind: 'container', container: `${on.place.project}-web-1`, host: '127.0.0.1' },
      evidence: { health_output: 'no database here', last_log_lines: ['opening the database'] },
    })
  })

  test('a crash loop is found with its exit code and last lines', async () => {
    const runtime = host.runtime()
    const document = service(images.web, { command: ['sh', '-c', 'echo can not open /etc/app.conf; exit 3'] })
    const { run, verdict } = await releaseTo(runtime, newTarget(), document, { rules: { window_seconds: 5 } })
    expect(verdict).toMatchObject({ passed: false, error: { code: 'compose_unhealthy' } })
    const error = verdict?.error
    if (!error) throw new TypeError('no error')
    const [finding] = await runtime.diagnose(run, { phase: 'verify', error, step: null })
    expect(finding?.evidence).toMatchObject({ exit_code: 3 })
    expect(finding?.evidence.last_log_lines).toContain('can not open /etc/app.conf')
  })

  test('an older holder is refused and changes nothing', async () => {
    const runtime = host.runtime()
    const on = newTarget()
    await releaseTo(runtime, on, service(images.web), { fence: 7 })
    const before = await containersOf(on.place.project)
    const stale = await planned(host.runtime(), on, service(images.next), { fence: 6 })
    for (const step of stale.steps) {
      expect(await errorOf(runtime.execute(step, stale.run))).toMatchObject({ code: 'lease_lost' })
    }
    expect(await containersOf(on.place.project)).toEqual(before)
    expect(stale.live.fence).toBe(7)
  })

  test('a target of another ledger is locked, for a look and for a step', async () => {
    const runtime = host.runtime()
    const on = newTarget()
    const { steps, run } = await planned(runtime, on, service(images.web))
    await releaseTo(runtime, on, service(images.web))
    const stranger: Run = { ...run, ledger_id: '0190a000-0000-7000-8000-0000000000ff', fence: 99 }
    const holder = `ledger ${run.ledger_id}`
    for (const step of steps) {
      expect(await errorOf(runtime.execute(step, stranger))).toMatchObject({
        code: 'target_locked',
        data: { holder },
      })
    }
    const look = planned(runtime, on, service(images.web), { ledger: stranger.ledger_id })
    expect(await errorOf(look)).toMatchObject({ code: 'target_locked', data: { holder } })
  })

  test('a connection cut in the middle of up loses nothing and starts nothing twice', async () => {
    const runtime = host.runtime()
    const on = newTarget()
    await releaseTo(runtime, on, slow(images.web))
    const before = await containersOf(on.place.project)
    const { run, steps } = await planned(runtime, on, slow(images.next))
    const up = steps.at(-1)
    if (up?.key !== 'up') throw new TypeError('no step up')
    for (const step of steps.slice(0, -1)) await runtime.execute(step, run)
    const working = runtime.execute(up, run)
    while (!run.lines.some((line) => line.includes('Recreate'))) await sleep(20)
    expect(await host.sshd.cut()).toBeGreaterThan(0)
    const outcome = await working
    expect(outcome).toMatchObject({ status: 'succeeded', detail: { end: 'ended', exit_code: 0 } })
    expect(run.lines.filter((line) => / Recreated/.test(line))).toHaveLength(1)
    expect(run.lines.some((line) => / Started/.test(line))).toBe(true)
    expect(await containersOf(on.place.project)).not.toEqual(before)
    const jobs = await readdir(path.join(host.root, 'projects', on.place.project, 'jobs'))
    expect(jobs.filter((job) => job.startsWith(run.release_id) && job.endsWith('up'))).toHaveLength(1)
  })

  test('another desktop that takes the same run over attaches to the job that works', async () => {
    const on = newTarget()
    const [first, second] = [host.runtime(), host.runtime()]
    await releaseTo(first, on, slow(images.web))
    const { run, steps } = await planned(first, on, slow(images.next))
    for (const step of steps.slice(0, -1)) await first.execute(step, run)
    const [up] = steps.slice(-1)
    if (!up) throw new TypeError('no step')
    const working = first.execute(up, run)
    while (!run.lines.some((line) => line.includes('Recreate'))) await sleep(20)
    const lines: string[] = []
    const taken = { ...run, fence: run.fence + 1, log: (line: string) => lines.push(line) }
    expect(await second.execute(up, taken)).toMatchObject({ status: 'succeeded' })
    expect(await working).toMatchObject({ status: 'succeeded' })
    expect(lines).toEqual(run.lines.slice(-lines.length))
  })

  test('an abort ends the job and everything that it started', async () => {
    const runtime = host.runtime()
    const on = newTarget()
    await releaseTo(runtime, on, slow(images.web))
    const stop = new AbortController()
    const { run, steps } = await planned(runtime, on, slow(images.next), { signal: stop.signal })
    for (const step of steps.slice(0, -1)) await runtime.execute(step, run)
    const [up] = steps.slice(-1)
    if (!up) throw new TypeError('no step')
    const working = errorOf(runtime.execute(up, run))
    while (!run.lines.some((line) => line.includes('Recreate'))) await sleep(20)
    stop.abort()
    expect(await working).toMatchObject({ code: 'aborted' })
    const group = await readFile(
      path.join(host.root, 'projects', on.place.project, 'jobs', `${run.release_id}-1-${up.index}-up`, 'pid'),
      'utf8',
    )
    expect(await groupMembers(Number(group))).toEqual([])
    const { live } = await planned(host.runtime(), on, slow(images.next))
    expect(live.detail).toMatchObject({ job: null })
  })

  test('a secret is in its document and its container, and nowhere else', async () => {
    const runtime = host.runtime()
    const on = newTarget()
    const document = service(images.web, {
      environment: { PASSWORD: token },
      command: ['sh', '-c', `echo the password is $$PASSWORD; ${loop}`],
      healthcheck: { test: ['CMD-SHELL', 'echo "wrong: $$PASSWORD"; exit 1'], interval: '1s', retries: 1 },
    })
    const watching = new AbortController()
    const seen = argvWith(secret, watching.signal)
    const { run, verdict } = await releaseTo(runtime, on, document, { secrets: new Map([[token, secret]]) })
    const error = verdict?.error
    if (!error) throw new TypeError('no error')
    const findings = await runtime.diagnose(run, { phase: 'verify', error, step: null })
    watching.abort()
    expect(await seen).toEqual([])
    expect(findings[0]?.evidence.last_log_lines).toEqual(['the password is ••••••'])
    expect(findings[0]?.evidence.health_output).toBe('wrong: ••••••')
    expect(JSON.stringify([run.lines, findings, verdict])).not.toContain(secret)
    const holding = await filesWith(secret, host.root)
    expect(holding).toHaveLength(1)
    expect((await stat(holding[0] ?? '')).mode & 0o777).toBe(0o600)
    const name = `${on.place.project}-web-1`
    const hash = await host.engine.docker(
      'inspect',
      '-f',
      '{{index .Config.Labels "com.docker.compose.config-hash"}}',
      name,
    )
    const { live } = await planned(runtime, on, document)
    expect(hash).toMatch(/^[0-9a-f]{64}$/)
    expect(JSON.stringify(live)).not.toContain(hash)
    const environment = await host.engine.docker(
      'inspect',
      '-f',
      '{{.Config.Env}}',
      `${on.place.project}-web-1`,
    )
    expect(environment).toContain(`PASSWORD=${secret}`)
  })

  test('a project name that something else has taken is a conflict', async () => {
    const on = newTarget()
    const { project } = on.place
    const label = `com.docker.compose.project=${project}`
    await host.engine.docker('run', '-d', '--name', `${project}-other`, '--label', label, images.web)
    const error = await errorOf(planned(host.runtime(), on, service(images.web)))
    expect(error).toMatchObject({
      code: 'compose_project_conflict',
      data: { project, containers: [`${project}-other`] },
    })
  })

  test('what Compose does not accept fails before anything is brought up', async () => {
    const on = newTarget()
    const document = service(images.web, { ports: ['none:at:all:here'] })
    const { outcomes } = await releaseTo(host.runtime(), on, document)
    expect(outcomes.at(-1)).toMatchObject({ status: 'failed', error: { code: 'compose_config_invalid' } })
    expect(await containersOf(on.place.project)).toEqual([])
  })

  test('an image that is another one than approved is not started', async () => {
    const runtime = host.runtime()
    const on = newTarget()
    const moving = `${tag}-moving:1`
    await host.engine.docker('tag', images.web, moving)
    const { run, steps } = await planned(runtime, on, service(moving))
    await host.engine.docker('tag', images.next, moving)
    const outcomes = []
    for (const step of steps) outcomes.push(await runtime.execute(step, run))
    const [wanted, found] = await Promise.all(
      [images.web, moving].map((image) => host.engine.docker('image', 'inspect', '-f', '{{.Id}}', image)),
    )
    await host.engine.docker('image', 'rm', moving)
    expect(outcomes.at(-1)).toMatchObject({
      status: 'failed',
      error: { code: 'digest_mismatch', data: { image: moving, expected: wanted, actual: found } },
    })
    expect(await containersOf(on.place.project)).toEqual([])
  })

  test('an image that is nowhere fails in the step pull, with the words of Docker', async () => {
    const on = newTarget()
    const { outcomes, steps, run } = await releaseTo(host.runtime(), on, service('127.0.0.1:9/nothing:1'))
    expect(steps[outcomes.length - 1]?.key).toBe('pull')
    expect(outcomes.at(-1)).toMatchObject({ status: 'failed', error: { code: 'apply_failed' } })
    expect(run.lines.join('\n')).toContain('127.0.0.1:9')
    expect(await containersOf(on.place.project)).toEqual([])
  })

  test('a port that is taken fails in the step up', async () => {
    const document = service(images.web, { ports: [`127.0.0.1:${host.sshd.port}:8080`] })
    const { outcomes } = await releaseTo(host.runtime(), newTarget(), document)
    expect(outcomes.at(-1)).toMatchObject({ status: 'failed', error: { code: 'compose_up_failed' } })
  })

  test('a host that went down is a finding of its own', async () => {
    const runtime = host.runtime()
    const { run } = await planned(runtime, newTarget(), service(images.web))
    await runtime.close()
    await host.sshd.pause()
    await host.sshd.cut()
    const error = new PilothouseError('apply_failed', { reason: 'an example' })
    const findings = await runtime.diagnose(run, { phase: 'apply', error, step: null })
    await host.sshd.resume()
    expect(findings.map(({ code }) => code)).toContain('ssh_unreachable')
  })
})

async function groupMembers(group: number): Promise<number[]> {
  const found: number[] = []
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const fields = await readFile(`/proc/${pid}/stat`, 'utf8').catch(gone)
    const [state, , member] = fields.slice(fields.lastIndexOf(')') + 2).split(' ')
    if (state !== 'Z' && Number(member) === group) found.push(Number(pid))
  }
  return found
}

/** Command lines that held a text while this looked. */
async function argvWith(text: string, signal: AbortSignal): Promise<string[]> {
  const seen: string[] = []
  while (!signal.aborted) {
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      const argv = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(gone)
      // What runs inside of the container is the container's own business.
      if (argv.includes(text)) seen.push(argv.replaceAll('\0', ' '))
    }
    await sleep(10)
  }
  return seen
}

async function filesWith(text: string, folder: string): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = path.join(entry.parentPath, entry.name)
    if ((await readFile(file, 'utf8')).includes(text)) found.push(file)
  }
  return found
}

/** A process may end while it is looked at. */
function gone(error: unknown): string {
  if (error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH'].includes(String(error.code))) return ''
  throw error
}
