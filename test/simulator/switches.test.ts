import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isPilothouseError } from '../../src-preload/contract/errors.ts'
import { parseContainer } from '../../src-main/runtimes/compose/container.ts'
import { exitCodes, parseFacts, parseHealth } from '../../src-main/runtimes/compose/protocol.ts'
import { startSimulatedHost } from '../../src-main/simulator/simulatedHost.ts'
import type { SimulatedHost, SimulatedHostOptions } from '../../src-main/simulator/simulatedHost.ts'
import {
  compose,
  gatedClock,
  install,
  ledger,
  project,
  quick,
  release,
  sha256,
  until,
  visit,
} from './visitor.ts'
import type { Ask } from './visitor.ts'

let host: SimulatedHost
let visitor: Awaited<ReturnType<typeof visit>>
let ask: Ask

async function start(options: SimulatedHostOptions = {}) {
  host = await startSimulatedHost({ tempo: quick, ...options })
  visitor = await visit(host)
  ask = (await install(visitor)).ask
}
async function end() {
  await visitor[Symbol.asyncDispose]()
  await host.close()
}
async function restart(options: SimulatedHostOptions) {
  await end()
  await start(options)
}
beforeEach(() => start())
afterEach(end)

const web = compose({ web: { image: 'shop/web:1.5', port: 18080, restart: 'always' } })

async function container() {
  const lines = (await ask({ verb: 'ps', project })).stdout.toString().split('\n')
  return parseContainer(lines[0] ?? '')
}
const logsOf = async (id: string) =>
  (await ask({ verb: 'logs', container: id, lines: 50 })).stdout.toString().split('\n').filter(Boolean)
const answer = async () =>
  parseHealth((await ask({ verb: 'health', url: 'http://127.0.0.1:18080/', timeout: 2 })).stdout.toString())

describe('what can be made to go wrong', () => {
  test('bad image: the pull fails with the words of a registry, and what runs is left alone', async () => {
    await release(ask, compose({ web: { image: 'shop/web:1.4' } }))
    host.switches.set({ kind: 'bad_image', image: 'web:1.5' })
    const failed = await release(ask, web, 2)
    expect(failed.code).toBe(exitCodes.tool_failed)
    expect(failed.log).toContain('manifest for shop/web:1.5 not found')
    expect(await container()).toMatchObject({ image: 'shop/web:1.4', state: { status: 'running' } })
    host.switches.clear('bad_image')
    expect((await release(ask, web, 3)).code).toBe(0)
  })

  test('crash loop: it restarts again and again, and its log says why', async () => {
    host.switches.set({ kind: 'crash_loop' })
    expect((await release(ask, web)).code).toBe(0)
    const crashed = await until(container, ({ restart_count }) => restart_count >= 2)
    expect(crashed.state?.exit_code).toBe(1)
    const lines = await logsOf(crashed.id)
    expect(lines.filter((line) => line.endsWith('exiting with code 1')).length).toBeGreaterThanOrEqual(2)
  })

  test('crash loop of one image: going back to the image before it is healthy', async () => {
    host.switches.set({ kind: 'crash_loop', image: 'web:1.5' })
    await release(ask, web)
    await release(ask, compose({ web: { image: 'shop/web:1.4' } }), 2)
    const back = await until(container, ({ state }) => state?.health?.status === 'healthy')
    expect(back).toMatchObject({ image: 'shop/web:1.4', restart_count: 0 })
  })

  test('failing health: it runs, becomes unhealthy with the reason, and answers 503', async () => {
    host.switches.set({ kind: 'failing_health', service: 'web' })
    await release(ask, web)
    const sick = await until(container, ({ state }) => state?.health?.status === 'unhealthy')
    expect(sick.state).toMatchObject({ status: 'running', health: { status: 'unhealthy' } })
    expect(sick.state?.health?.log.at(-1)?.output).toContain('HTTP 503')
    expect((await answer()).status).toBe(503)
  })

  test('slow rollout: it is still starting at first, and gets there', async () => {
    host.switches.set({ kind: 'slow_rollout' })
    await release(ask, web)
    const first = await until(container, ({ state }) => (state?.health?.log.length ?? 0) > 0)
    expect(first.state?.health).toMatchObject({ status: 'starting', failing_streak: 0 })
    await until(container, ({ state }) => state?.health?.status === 'healthy')
    expect((await answer()).status).toBe(200)
  })

  test('full disk: facts show it, and neither files nor images fit', async () => {
    await ask({ verb: 'fence', project, claim: { ledger, fence: 1 } })
    host.switches.set({ kind: 'full_disk' })
    const facts = parseFacts((await ask({ verb: 'facts' })).stdout.toString())
    expect(facts).toMatchObject({ root_free_kib: 0, docker_free_kib: 0 })
    const digest = sha256('x')
    const put = await ask({ verb: 'put', project, digest, check: false }, `${digest}\nx`)
    expect(put.code).toBe(exitCodes.io)
    expect(put.stderr).toContain('No space left on device')
    host.switches.clear()
    expect((await release(ask, web, 2)).code).toBe(0)
  })

  test('full disk in the middle of a pull: the job fails with the words of Docker', async () => {
    const { clock, letGo } = gatedClock(quick.pull)
    await restart({ clock })
    const released = release(ask, web)
    await until(
      async () => host.state().projects[0]?.jobs ?? [],
      (jobs) => jobs.length > 0,
    )
    host.switches.set({ kind: 'full_disk' })
    letGo()
    const { code, log } = await released
    expect(code).toBe(exitCodes.tool_failed)
    expect(log).toContain('no space left on device')
  })

  test('dead host: who is there is cut off, nobody gets in, until it lives again', async () => {
    const { clock, letGo } = gatedClock(quick.pull)
    await restart({ clock })
    const cut = release(ask, web).catch((error: unknown) => error)
    await until(
      async () => host.state().projects[0]?.jobs ?? [],
      (jobs) => jobs.length > 0,
    )
    host.switches.set({ kind: 'dead_host' })
    expect(isPilothouseError(await cut, 'ssh_unreachable')).toBe(true)
    await expect(ask({ verb: 'facts' })).rejects.toMatchObject({ code: 'ssh_unreachable' })
    host.switches.clear('dead_host')
    expect((await ask({ verb: 'facts' })).code).toBe(0)
    letGo()
  })

  test('dead host: the work goes on behind a cut cable', async () => {
    const { clock, letGo } = gatedClock(quick.start)
    await restart({ clock, tempo: { ...quick, pull: 1 } })
    const cut = release(ask, web).catch((error: unknown) => error)
    await until(
      async () => host.state().containers,
      (containers) => containers.length === 1,
    )
    host.switches.set({ kind: 'dead_host' })
    expect(isPilothouseError(await cut, 'ssh_unreachable')).toBe(true)
    letGo()
    await until(
      async () => host.state().projects[0]?.jobs.at(-1),
      (job) => job?.exit_code === 0,
    )
    expect(host.state().containers[0]?.status).toBe('running')
  })

  test("conflict: a stranger's containers stand under the project's name while it is on", async () => {
    host.switches.set({ kind: 'conflict', project })
    expect(await container()).toMatchObject({
      project,
      service: 'stranger',
      working_dir: '/home/stranger/shop',
      state: { status: 'running' },
    })
    host.switches.clear('conflict')
    expect((await ask({ verb: 'ps', project })).stdout).toHaveLength(0)
  })

  test('a port that another project holds can not be published twice', async () => {
    await host.byHand.composeUp('other', compose({ app: { image: 'other/app:1', port: 18080 } }))
    const failed = await release(ask, web)
    expect(failed.code).toBe(exitCodes.tool_failed)
    expect(failed.log).toContain('Bind for 0.0.0.0:18080 failed: port is already allocated')
  })
})

test('what somebody started by hand is found by its labels, and differs from what a release left', async () => {
  await release(ask, web)
  const released = await container()
  await host.byHand.composeUp(
    project,
    compose({ web: { image: 'shop/web:1.5', port: 18080, command: 'sleep 1' } }),
  )
  const changed = await container()
  expect(changed.working_dir).toBe('/home/simulated/shop')
  expect(changed.config_hash).not.toBe(released.config_hash)
  expect(changed.image_id).toBe(released.image_id)
  await host.byHand.stop('shop-web-1')
  expect((await container()).state).toMatchObject({ status: 'exited', exit_code: 143 })
  host.byHand.remove('shop-web-1')
  expect(host.state().containers).toEqual([])
  expect(() => host.byHand.remove('shop-web-1')).toThrow('No such container: shop-web-1')
})
