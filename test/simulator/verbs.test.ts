import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseContainer } from '../../src-main/runtimes/compose/container.ts'
import {
  exitCodes,
  parseFacts,
  parseFence,
  parseFollow,
  parseHealth,
  parseImages,
  parseMismatch,
} from '../../src-main/runtimes/compose/protocol.ts'
import { startSimulatedHost } from '../../src-main/simulator/simulatedHost.ts'
import type { SimulatedHost } from '../../src-main/simulator/simulatedHost.ts'
import {
  compose,
  install,
  ledger,
  project,
  quick,
  release,
  sha256,
  store,
  toTheEnd,
  until,
  visit,
  work,
} from './visitor.ts'
import type { Ask } from './visitor.ts'

let host: SimulatedHost
let visitor: Awaited<ReturnType<typeof visit>>
let ask: Ask

beforeEach(async () => {
  host = await startSimulatedHost({ tempo: quick })
  visitor = await visit(host)
  ask = (await install(visitor)).ask
})
afterEach(async () => {
  await visitor[Symbol.asyncDispose]()
  await host.close()
})

const web = compose({ web: { image: 'shop/web:1.5', port: 18080 } })
const containers = async () => {
  const said = await ask({ verb: 'ps', project })
  return said.stdout.toString().split('\n').filter(Boolean).map(parseContainer)
}

describe('a look at a simulated host', () => {
  test('facts say that it is simulated wherever a name shows', async () => {
    const facts = parseFacts((await ask({ verb: 'facts' })).stdout.toString())
    expect(facts).toMatchObject({
      os: 'simulated',
      docker: 'ok',
      compose: 'v2',
      docker_version: '20.10.0-simulated',
    })
    expect(facts.engine_id).toBe(host.engineId)
    expect(facts.engine_id).toMatch(/^simulated-[0-9a-f]+$/)
  })

  test('images are told by id and digest once they are pulled, and a pinned reference is the same image', async () => {
    const before = await ask({ verb: 'images', references: ['shop/web:1.5'] })
    expect(before.stdout.toString()).toBe('shop/web:1.5 - -\n')
    await release(ask, web)
    const tagged = parseImages(
      (await ask({ verb: 'images', references: ['shop/web:1.5'] })).stdout.toString(),
    )[0]
    const pinned = tagged?.repo_digests[0] ?? ''
    expect(pinned).toMatch(/^shop\/web@sha256:[0-9a-f]{64}$/)
    const references = [pinned, `shop/web:1.5@${pinned.split('@')[1]}`, 'shop/web:1.4']
    const found = parseImages((await ask({ verb: 'images', references })).stdout.toString())
    expect(found.map(({ image_id }) => image_id)).toEqual([tagged?.image_id, tagged?.image_id, null])
  })
})

describe('a release to a simulated host', () => {
  test('brings a document up, healthy, with labels as Compose writes them, and says what it did', async () => {
    const { code, log } = await release(ask, web)
    expect({ code, log }).toMatchObject({ code: 0 })
    expect(log).toBe(
      ' Network shop_default  Creating\n Network shop_default  Created\n' +
        ' Container shop-web-1  Creating\n Container shop-web-1  Created\n' +
        ' Container shop-web-1  Starting\n Container shop-web-1  Started\n',
    )
    const [found] = await until(containers, ([first]) => first?.state?.health?.status === 'healthy')
    expect(found).toMatchObject({
      name: 'shop-web-1',
      image: 'shop/web:1.5',
      service: 'web',
      project,
      oneoff: false,
      restart_count: 0,
      working_dir: `/simulated/pilothouse/projects/shop`,
      state: { status: 'running', exit_code: 0 },
    })
    expect(found?.config_hash).toMatch(/^[0-9a-f]{64}$/)
  })

  test('its health is answered from the container on that port, with the tag of its image', async () => {
    await release(ask, web)
    const at = (url: string) => ask({ verb: 'health', url, timeout: 2 })
    const answer = parseHealth((await at('http://127.0.0.1:18080/healthz')).stdout.toString())
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.body)).toEqual({
      simulated: true,
      service: 'web',
      image: 'shop/web:1.5',
      tag: '1.5',
    })
    const closed = parseHealth((await at('http://127.0.0.1:18081/')).stdout.toString())
    expect(closed.status).toBe(0)
    expect(closed.body).toContain('Connection refused')
    expect(parseHealth((await at('http://example.org/')).stdout.toString()).status).toBe(0)
  })

  test('what is unchanged keeps running, what changed is replaced, what is left out goes away', async () => {
    await release(
      ask,
      compose({ web: { image: 'shop/web:1.4' }, db: { image: 'shop/db:9' }, old: { image: 'shop/old:1' } }),
    )
    const before = await containers()
    await release(ask, compose({ web: { image: 'shop/web:1.5' }, db: { image: 'shop/db:9' } }))
    const after = await containers()
    const id = (all: typeof before, service: string) => all.find((each) => each.service === service)?.id
    expect(after.map(({ name, image }) => `${name} ${image}`)).toEqual([
      'shop-db-1 shop/db:9',
      'shop-web-1 shop/web:1.5',
    ])
    expect(id(after, 'db')).toBe(id(before, 'db'))
    expect(id(after, 'web')).not.toBe(id(before, 'web'))
  })

  test('a service waits for those it depends on, and fails where they do', async () => {
    const needs = {
      migrate: { condition: 'service_completed_successfully' },
      db: { condition: 'service_healthy' },
    }
    const services = (job: string) =>
      compose({
        web: { image: 'shop/web:1', depends_on: needs },
        migrate: { image: `shop/migrate:1-${job}` },
        db: { image: 'shop/db:9' },
      })
    expect((await release(ask, services('exit-0'))).code).toBe(0)
    expect(host.state().containers.find(({ service }) => service === 'migrate')).toMatchObject({
      status: 'exited',
      exit_code: 0,
    })
    const failed = await release(ask, services('crash-loop'))
    expect(failed.code).toBe(exitCodes.tool_failed)
    expect(failed.log).toContain(`service "migrate" didn't complete successfully: exit 1`)
  })

  test('a service of a profile is not started', async () => {
    const debug = { image: 'shop/debug:1', profiles: ['debug'] }
    await release(ask, compose({ web: { image: 'shop/web:1' }, debug }))
    expect(host.state().containers.map(({ service }) => service)).toEqual(['web'])
  })

  test('never shows an environment', async () => {
    await release(
      ask,
      compose({ web: { image: 'shop/web:1.5', environment: { PASSWORD: 'correct-horse' } } }),
    )
    const [found] = await containers()
    const shown = [
      (await ask({ verb: 'ps', project })).stdout.toString(),
      (await ask({ verb: 'logs', container: found?.id ?? '', lines: 100 })).stdout.toString(),
      JSON.stringify(host.state()),
    ]
    expect(shown.join()).not.toContain('correct-horse')
  })

  test('an image that is not the approved one stops it before anything is touched', async () => {
    await release(ask, web)
    const before = await containers()
    const document = await store(ask, compose({ web: { image: 'shop/web:1.5', restart: 'always' } }))
    const images = await store(ask, `shop/web:1.5=sha256:${'0'.repeat(64)}\n`)
    const ended = await work(ask, {
      verb: 'up',
      project,
      job: 'other-image',
      ledger,
      fence: 1,
      document,
      images,
    })
    expect(ended.code).toBe(exitCodes.image_mismatch)
    expect(parseMismatch(ended.log.trim())).toMatchObject({
      reference: 'shop/web:1.5',
      actual: before[0]?.image_id,
    })
    expect((await containers()).map(({ id }) => id)).toEqual(before.map(({ id }) => id))
  })

  test('config refuses what Compose would refuse', async () => {
    const judged = async (document: string, job: string) => {
      const digest = await store(ask, document)
      return work(ask, { verb: 'config', project, job, ledger, fence: 1, document: digest })
    }
    expect(await judged(web, 'good')).toEqual({ code: 0, log: '' })
    const bad = await judged(compose({ web: { image: 'shop/web:1', depends_on: ['db'] } }), 'bad')
    expect(bad).toEqual({
      code: exitCodes.tool_failed,
      log: 'service "web" depends on undefined service "db"\n',
    })
  })
})

describe('files and jobs', () => {
  test('a file is kept under the name it was given, checked against its own digest', async () => {
    const digest = sha256('the approved document')
    const check = async () => (await ask({ verb: 'put', project, digest, check: true })).stdout.toString()
    expect(await check()).toBe('absent\n')
    const wrong = await ask({ verb: 'put', project, digest, check: false }, `${sha256('a')}\nb`)
    expect(wrong.code).toBe(exitCodes.content_mismatch)
    expect(await check()).toBe('absent\n')
    await ask({ verb: 'put', project, digest, check: false }, `${sha256('filled in')}\nfilled in`)
    expect(await check()).toBe('present\n')
  })

  test('a job goes on without its visitor and is found again, by byte offset', async () => {
    const images = await store(ask, 'shop/web:1.5=\n')
    const document = await store(ask, web)
    const request = { verb: 'pull', project, job: 'pull', ledger, fence: 1, images } as const
    expect((await ask(request)).stdout.toString()).toBe('started\n')
    await visitor[Symbol.asyncDispose]()
    await using again = await visit(host)
    const { ask: askAgain } = await install(again)
    expect((await askAgain(request)).stdout.toString()).toBe('attached\n')
    const whole = await toTheEnd(askAgain, 'pull')
    expect(whole.log).toMatch(/^pulling shop\/web:1\.5\nshop\/web@sha256:[0-9a-f]{64}\n$/)
    const rest = parseFollow(
      (await askAgain({ verb: 'follow', project, job: 'pull', offset: 8, wait: 0 })).stdout,
    )
    expect(rest).toMatchObject({ state: { kind: 'done', exit_code: 0 }, next: whole.log.length })
    expect(new TextDecoder().decode(rest.log)).toBe(whole.log.slice(8))
    const other = await askAgain({ ...request, verb: 'up', document })
    expect(other.code).toBe(exitCodes.usage)
    expect(other.stderr).toContain('was started as something else')
  })

  test('a running job can be stopped, and until then keeps others out', async () => {
    await host.close()
    host = await startSimulatedHost({ tempo: { ...quick, pull: 60_000 } })
    await using slow = await visit(host)
    const { ask: askSlow } = await install(slow)
    const images = await store(askSlow, 'shop/web:1.5=\n')
    const request = { verb: 'pull', project, job: 'long', ledger, fence: 1, images } as const
    await askSlow(request)
    const fence = async () =>
      parseFence((await askSlow({ verb: 'fence', project, claim: null })).stdout.toString())
    expect(await fence()).toEqual({ held: { ledger, fence: 1 }, job: 'long' })
    const other = await askSlow({ ...request, job: 'second', fence: 2 })
    expect(other).toMatchObject({ code: exitCodes.busy, stderr: 'busy long\n' })
    expect((await askSlow({ verb: 'gc', project })).code).toBe(exitCodes.busy)
    const stop = async (job: string) => (await askSlow({ verb: 'stop', project, job })).stdout.toString()
    expect([await stop('long'), await stop('long'), await stop('never')]).toEqual([
      'stopped\n',
      'ended 143\n',
      'absent\n',
    ])
    expect(await fence()).toEqual({ held: { ledger, fence: 1 }, job: null })
  })

  test('a job whose file is not there does not start', async () => {
    const said = await ask({
      verb: 'pull',
      project,
      job: 'pull',
      ledger,
      fence: 1,
      images: sha256('nothing'),
    })
    expect(said).toMatchObject({ code: exitCodes.file_absent, stderr: `absent ${sha256('nothing')}\n` })
    const followed = await ask({ verb: 'follow', project, job: 'pull', offset: 0, wait: 0 })
    expect(parseFollow(followed.stdout)).toMatchObject({ state: { kind: 'absent' }, next: 0 })
  })

  test('gc keeps what the current and the previous document need', async () => {
    for (const [index, tag] of ['1', '2', '3'].entries())
      await release(ask, compose({ web: { image: `shop/web:${tag}` } }), index + 1)
    expect((await ask({ verb: 'gc', project })).stdout.toString()).toBe('removed 4\n')
    expect(host.state().projects[0]?.files).toHaveLength(4)
  })
})

describe('the fence', () => {
  test('a lower number and another ledger are refused, an equal or higher one counts', async () => {
    const claim = async (by: string, fence: number) => {
      const said = await ask({ verb: 'fence', project, claim: { ledger: by, fence } })
      return said.code === 0 ? parseFence(said.stdout.toString()).held?.fence : `${said.code} ${said.stderr}`
    }
    expect(await claim(ledger, 5)).toBe(5)
    expect(await claim(ledger, 5)).toBe(5)
    expect(await claim(ledger, 4)).toBe('75 held ledger-a 5\n')
    expect(await claim('ledger-b', 9)).toBe('76 held ledger-a 5\n')
    expect(await claim(ledger, 6)).toBe(6)
    const images = await store(ask, 'shop/web:1.5=\n')
    const stale = await ask({ verb: 'pull', project, job: 'stale', ledger, fence: 5, images })
    expect(stale).toMatchObject({ code: exitCodes.fence_lower, stderr: 'held ledger-a 6\n' })
  })

  test('each project has a fence of its own', async () => {
    await ask({ verb: 'fence', project, claim: { ledger, fence: 5 } })
    const other = await ask({ verb: 'fence', project: 'other', claim: { ledger: 'ledger-b', fence: 1 } })
    expect(parseFence(other.stdout.toString())).toEqual({ held: { ledger: 'ledger-b', fence: 1 }, job: null })
  })
})
