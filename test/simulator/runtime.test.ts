import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { verification } from '../../src-preload/contract/services.ts'
import { target as targetSchema } from '../../src-preload/contract/targets.ts'
import type { Target } from '../../src-preload/contract/targets.ts'
import { releaseId } from '../../src-preload/contract/vocabulary.ts'
import type { Run, Runtime, StepOutcome } from '../../src-main/ports/runtime.ts'
import { createComposeRuntime } from '../../src-main/runtimes/compose/compose.ts'
import { serveSimulator } from '../../src-main/simulator/serve.ts'
import type { ServedSimulator } from '../../src-main/simulator/serve.ts'
import { quick } from './visitor.ts'

const ledger = 'a0000000-0000-4000-8000-000000000000'
const rules = verification.parse({
  timeout_seconds: 20,
  window_seconds: 0,
  http: { url: 'http://127.0.0.1:18080/', contains: '"tag"' },
})
const composeFile = `services:
  web:
    image: shop/web:\${TAG}
    restart: unless-stopped
    ports: ["18080:80"]
    healthcheck: { test: [CMD, "true"], interval: 1s, retries: 2 }
`

let folder: string
let served: ServedSimulator
let runtime: Runtime
let target: Target

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'simulator-runtime-'))
  await writeFile(path.join(folder, 'compose.yaml'), composeFile)
  served = await serveSimulator(path.join(folder, 'keys'), { tempo: quick })
  const { address, port, user, host_key, identity_file } = served.announcement
  const clock = {
    now: () => Date.now(),
    sleep: (ms: number, signal?: AbortSignal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
  }
  runtime = createComposeRuntime({ identities: [identity_file], clock })
  target = targetSchema.parse({
    id: '00000000-0000-4000-8000-000000000001',
    project_id: '00000000-0000-4000-8000-000000000002',
    name: 'shop-staging',
    stage: { id: '00000000-0000-4000-8000-000000000003', name: 'staging', production: false },
    runtime: 'compose',
    place: { host: { kind: 'ssh', address, port, user, host_key }, project: 'shop', allow: [] },
    identity: `sha256:${'0'.repeat(64)}`,
    fence: 0,
    last_applied: null,
    locked_by: null,
    revision: 1,
  })
})
afterEach(async () => {
  await runtime.close()
  await served.close()
  await rm(folder, { recursive: true, force: true })
})

const observe = (images: readonly string[] = []) => runtime.observe({ target, ledger_id: ledger, images })

/** Renders, plans and carries out a tag as the engine does, up to the first step that fails. */
async function carryOut(
  tag: string,
  fence: number,
): Promise<{ run: Run; steps: string[]; failed: StepOutcome | null }> {
  const source = { kind: 'directory', path: folder, file: 'compose.yaml' } as const
  const rendered = await runtime.render({ source, target, variables: { TAG: tag }, sealed: {} })
  const live = await observe(rendered.images)
  const { bytes: document } = runtime.pin(rendered, live.images)
  const { steps } = runtime.plan({ target, document, previous: null, live, strategy: 'rolling' })
  const run: Run = {
    release_id: releaseId.parse(`b0000000-0000-4000-8000-00000000000${fence}`),
    label: `web-${fence}`,
    ...{ attempt: 1, ledger_id: ledger, fence, target, document, images: live.images, secrets: new Map() },
    signal: new AbortController().signal,
    log: () => undefined,
  }
  const done: string[] = []
  for (const step of steps) {
    const outcome = await runtime.execute(step, run)
    if (outcome.status === 'failed') return { run, steps: done, failed: outcome }
    done.push(step.key)
  }
  return { run, steps: done, failed: null }
}

describe("the Compose runtime's way through a simulated host", () => {
  test('a release is planned, applied and verified; the next one finds its images and its fence', async () => {
    const { run, steps, failed } = await carryOut('1.4', 1)
    expect({ steps, failed }).toEqual({ steps: ['put', 'config', 'pull', 'up'], failed: null })
    expect(await runtime.verify(run, rules)).toMatchObject({ passed: true, error: null })
    const live = await observe(['shop/web:1.4'])
    expect(live.fence).toBe(1)
    expect(live.images[0]?.repo_digest).toMatch(/^shop\/web@sha256:/)
    expect(live.detail).toMatchObject({ engine_id: served.host.engineId, os: 'simulated' })
    const again = await carryOut('1.4', 2)
    expect(again.failed).toBeNull()
    expect(again.steps).not.toContain('pull')
  })

  test('a release that never gets healthy is diagnosed, and the one before it brings it back', async () => {
    await carryOut('1.4', 1)
    served.host.switches.set({ kind: 'failing_health', image: 'web:1.5' })
    const { run, failed } = await carryOut('1.5', 2)
    expect(failed).toBeNull()
    const verdict = await runtime.verify(run, rules)
    expect(verdict.error?.code).toBe('compose_unhealthy')
    if (verdict.error === null) throw new TypeError('a failed verdict says why')
    const [finding] = await runtime.diagnose(run, { phase: 'verify', error: verdict.error, step: null })
    expect(finding).toMatchObject({ code: 'compose_unhealthy', resource: { name: 'shop-web-1' } })
    expect(finding?.evidence.health_output).toContain('HTTP 503')
    expect(finding?.evidence.last_log_lines.join()).toContain('answering 503')
    const back = await carryOut('1.4', 3)
    expect(await runtime.verify(back.run, rules)).toMatchObject({ passed: true })
  })

  test('a crash loop is found out', async () => {
    served.host.switches.set({ kind: 'crash_loop' })
    const { run } = await carryOut('1.4', 1)
    const verdict = await runtime.verify(run, rules)
    expect(verdict).toMatchObject({ passed: false, error: { code: 'compose_unhealthy' } })
  })

  test('a bad image fails the pull', async () => {
    served.host.switches.set({ kind: 'bad_image' })
    const { steps, failed } = await carryOut('1.4', 1)
    expect(steps).toEqual(['put', 'config'])
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'apply_failed' } })
  })

  test("a stranger's project, a dead host and a full disk each have their own code", async () => {
    await observe()
    served.host.switches.set({ kind: 'conflict', project: 'shop' })
    await expect(observe()).rejects.toMatchObject({ code: 'compose_project_conflict' })
    served.host.switches.clear()
    served.host.switches.set({ kind: 'full_disk' })
    expect((await observe()).checks).toContainEqual(expect.objectContaining({ key: 'host_disk_low' }))
    await expect(carryOut('1.4', 1)).rejects.toMatchObject({ code: 'preflight_failed' })
    served.host.switches.set({ kind: 'dead_host' })
    await expect(observe()).rejects.toMatchObject({ code: 'ssh_unreachable' })
  })

  test('a container that somebody removed by hand is seen in what runs', async () => {
    await carryOut('1.4', 1)
    const before = await observe()
    served.host.byHand.remove('shop-web-1')
    expect((await observe()).base).not.toEqual(before.base)
  })
})
