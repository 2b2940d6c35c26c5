import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src-preload/contract/vocabulary.ts'
import type { ContainerRecord } from '../../../src-main/runtimes/compose/container.ts'
import { judge, judgeHttp, startWatch } from '../../../src-main/runtimes/compose/verdict.ts'
import type { Judgement, Look, Watch } from '../../../src-main/runtimes/compose/verdict.ts'
import { checked, container, documentOf, ended } from './composeParts.ts'

const rules = { timeout_seconds: 60, window_seconds: 5, max_restarts: 1 }
const document = documentOf({ web: { image: 'a:1', restart: 'always' } })

function look(containers: readonly ContainerRecord[], elapsed_seconds = 0, more: Partial<Look> = {}): Look {
  return { document, containers, rules, elapsed_seconds, ...more }
}

function once(containers: readonly ContainerRecord[], more: Partial<Look> = {}, watch = startWatch(null)) {
  return judge(watch, look(containers, 0, more)).judgement
}

/** Judges looks one after the other, each with its time, until one isn't waiting. */
function watchAll(
  looks: readonly (readonly [number, readonly ContainerRecord[]])[],
  start: Watch = startWatch(null),
) {
  let watch = start
  const states: Judgement['state'][] = []
  for (const [elapsed, containers] of looks) {
    const next = judge(watch, look(containers, elapsed))
    watch = next.watch
    states.push(next.judgement.state)
  }
  return states
}

function keysOf(judgement: Judgement): string[] {
  return judgement.checks.map(({ key, severity }) => `${key} ${severity}`)
}

describe('one look at the containers', () => {
  it.each<[string, ContainerRecord, Judgement['state'], string]>([
    ['running', container('web'), 'waiting', 'service_running info'],
    ['healthy', checked('web', 'healthy'), 'waiting', 'service_healthy info'],
    ['not healthy yet', checked('web', 'starting'), 'waiting', 'service_starting warning'],
    ['unhealthy', checked('web', 'unhealthy', 'no'), 'failed', 'service_unhealthy error'],
    ['ended otherwise', ended('web', 3), 'failed', 'service_exited error'],
    ['ended, though it always restarts', ended('web', 0), 'failed', 'service_stopped error'],
    ['killed for memory', ended('web', 137, { state: { OOMKilled: true } }), 'failed', 'service_oom error'],
    ['created', container('web', { state: { Status: 'created' } }), 'waiting', 'service_created warning'],
    [
      'created and refused',
      container('web', { state: { Status: 'created', Error: 'port is already allocated' } }),
      'failed',
      'service_not_created error',
    ],
    [
      'restarting',
      container('web', { state: { Status: 'restarting' } }),
      'waiting',
      'service_restarting warning',
    ],
    ['paused', container('web', { state: { Status: 'paused' } }), 'waiting', 'service_paused warning'],
    ['being removed', container('web', { state: { Status: 'removing' } }), 'failed', 'service_dead error'],
    ['dead', container('web', { state: { Status: 'dead' } }), 'failed', 'service_dead error'],
    ['without a state', container('web', { state: null }), 'waiting', 'service_unknown warning'],
  ])('%s', (_, found, state, check) => {
    const judgement = once([found])
    expect([judgement.state, keysOf(judgement)]).toEqual([state, [check]])
  })

  it.each<[JsonObject, string]>([
    [{}, 'service_done info'],
    [{ restart: 'no' }, 'service_done info'],
    [{ restart: false }, 'service_done info'],
    [{ restart: 'on-failure:3' }, 'service_done info'],
    [{ restart: 'unless-stopped' }, 'service_stopped error'],
    [{ deploy: { restart_policy: { condition: 'none' } } }, 'service_done info'],
    [{ deploy: { restart_policy: { condition: 'on-failure' } } }, 'service_done info'],
    [{ deploy: { restart_policy: {} } }, 'service_stopped error'],
  ])('an end with 0 under %j is %s', (service, check) => {
    const job = documentOf({ web: { image: 'a:1', ...service } })
    expect(keysOf(once([ended('web', 0)], { document: job }))).toEqual([check])
  })

  it('asks for each started service, with all its replicas, and for none with a profile', () => {
    const several = documentOf({
      api: { image: 'a:1', deploy: { replicas: 2 } },
      job: { image: 'a:1', profiles: ['debug'] },
      none: { image: 'a:1', scale: 0 },
      web: { image: 'a:1' },
    })
    const judgement = once([container('api')], { document: several })
    expect(judgement.checks.map(({ key, message }) => [key, message.params])).toEqual([
      ['service_missing', { service: 'api', running: 1, expected: 2 }],
      ['service_none', { service: 'none' }],
      ['service_missing', { service: 'web', running: 0, expected: 1 }],
    ])
  })

  it('does not ask Compose v1 for replicas, which it does not know', () => {
    const several = documentOf({ web: { image: 'a:1', deploy: { replicas: 2 } } })
    const old = container('web', { labels: { 'com.docker.compose.version': '1.29.2' } })
    expect(keysOf(once([old], { document: several }))).toEqual(['service_running info'])
  })

  it('is as bad as the worst replica, whatever their order', () => {
    const replicas = [container('web'), ended('web', 2, { name: 'shop-web-2' })]
    for (const containers of [replicas, replicas.toReversed()]) {
      const judgement = once(containers)
      expect(judgement).toMatchObject({
        state: 'failed',
        error: { code: 'compose_unhealthy', data: { services: 'web', reason: 'web: exited' } },
        checks: [{ message: { params: { service: 'web', container: 'shop-web-2', exit_code: 2 } } }],
      })
    }
  })

  it('leaves one-off containers alone', () => {
    const oneoff = ended('web', 1, { labels: { 'com.docker.compose.oneoff': 'True' } })
    expect(once([oneoff, container('web')]).state).toBe('waiting')
  })
})

describe('watching', () => {
  const good = [checked('web', 'healthy')]
  const starting = [checked('web', 'starting')]

  it('is over once everything stayed good for the window', () => {
    expect(
      watchAll([
        [0, starting],
        [2, good],
        [6, good],
        [7, good],
      ]),
    ).toEqual(['waiting', 'waiting', 'waiting', 'healthy'])
  })

  it('is over at once where there is no window', () => {
    expect(once(good, { rules: { ...rules, window_seconds: 0 } }).state).toBe('healthy')
  })

  it('starts the window anew after a break', () => {
    expect(
      watchAll([
        [0, good],
        [4, starting],
        [6, good],
        [10, good],
        [11, good],
      ]).at(-1),
    ).toBe('healthy')
    expect(
      watchAll([
        [0, good],
        [4, starting],
        [6, good],
        [10, good],
      ]).at(-1),
    ).toBe('waiting')
  })

  it('may finish its window after the timeout, which is for getting ready', () => {
    expect(
      watchAll([
        [58, good],
        [61, good],
        [63, good],
      ]),
    ).toEqual(['waiting', 'waiting', 'healthy'])
  })

  it('fails after the timeout, naming what was not ready', () => {
    const { judgement } = judge(startWatch(null), look(starting, 60))
    expect(judgement).toMatchObject({
      state: 'failed',
      checks: [{ key: 'service_starting', severity: 'error' }],
      error: {
        code: 'verify_failed',
        data: { services: 'web', reason: 'web: starting', timeout_seconds: 60 },
      },
    })
    expect(
      watchAll([
        [59, starting],
        [60, []],
      ]),
    ).toEqual(['waiting', 'failed'])
  })

  it('counts restarts from the first sight, or from 0 for containers made since', () => {
    const after = (restarts: number) => [container('web', { restarts })]
    expect(
      watchAll([
        [0, after(7)],
        [1, after(8)],
        [2, after(9)],
      ]),
    ).toEqual(['waiting', 'waiting', 'failed'])
    expect(
      watchAll(
        [
          [0, after(1)],
          [1, after(2)],
        ],
        startWatch([]),
      ),
    ).toEqual(['waiting', 'failed'])
    expect(
      watchAll(
        [
          [0, after(4)],
          [1, after(5)],
          [2, after(6)],
        ],
        startWatch(after(4)),
      ),
    ).toEqual(['waiting', 'waiting', 'failed'])
  })

  it('sees a restart loop between two runs as one', () => {
    const loop = [container('web', { restarts: 2, state: { Status: 'running' } })]
    expect(judge(startWatch([]), look(loop)).judgement).toMatchObject({
      state: 'failed',
      error: { code: 'compose_unhealthy', data: { reason: 'web: restarting' } },
    })
  })
})

describe('the HTTP check', () => {
  const rule = { url: 'http://localhost:8080/ready', status: 200, contains: 'ok' }

  it('passes with the status and the text', () => {
    expect(judgeHttp(rule, { status: 200, body: 'all ok' })).toEqual({
      check: {
        key: 'http_ok',
        severity: 'info',
        message: { text: 'check.http_ok', params: { url: rule.url, status: 200 } },
      },
      error: null,
    })
  })

  it.each([
    [{ status: 503, body: 'ok' }, 'status 503 instead of 200'],
    [{ status: 200, body: 'no' }, 'the answer does not contain "ok"'],
    [{ problem: 'connection refused' }, 'connection refused'],
  ])('fails with %j and says why', (answer, reason) => {
    expect(judgeHttp(rule, answer)).toMatchObject({
      check: { key: 'http_failed', severity: 'error', message: { params: { url: rule.url, reason } } },
      error: { code: 'verify_failed', data: { url: rule.url, reason } },
    })
  })
})
