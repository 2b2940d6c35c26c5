import { describe, expect, it } from 'vitest'
import { parseContainer } from '../../../src-main/runtimes/compose/container.ts'
import { failureOf, inspectLine } from './composeParts.ts'

describe('a container as Docker prints it', () => {
  it('is read with its service, state, health and restarts', () => {
    const health = {
      Status: 'unhealthy',
      FailingStreak: 3,
      Log: [{ Start: 'x', ExitCode: 7, Output: 'no\n' }],
    }
    expect(parseContainer(inspectLine('web', { state: { Health: health }, restarts: 2 }))).toEqual({
      id: 'id-shop-web-1',
      name: 'shop-web-1',
      image: 'web:1.0',
      image_id: 'sha256:image-web',
      service: 'web',
      project: 'shop',
      config_hash: 'hash-web',
      config_files: '/srv/shop/compose.yaml',
      working_dir: '/srv/shop',
      oneoff: false,
      compose_version: '2.40.3',
      state: {
        status: 'running',
        exit_code: 0,
        error: '',
        oom_killed: false,
        started_at: '2026-01-02T03:04:05Z',
        finished_at: '0001-01-01T00:00:00Z',
        health: { status: 'unhealthy', failing_streak: 3, log: [{ exit_code: 7, output: 'no\n' }] },
      },
      restart_count: 2,
    })
  })

  it('is read without labels, state or a log of its health', () => {
    const line = JSON.stringify({
      Id: 'x',
      Name: 'n',
      Config: { Image: 'i', Labels: null },
      Image: 'sha256:1',
    })
    expect(parseContainer(line)).toMatchObject({ service: '', state: null, restart_count: 0, oneoff: false })
    const health = parseContainer(inspectLine('web', { state: { Health: { Status: '', Log: null } } })).state
      ?.health
    expect(health).toEqual({ status: 'none', failing_streak: 0, log: [] })
  })

  it('of a one-off run says so', () => {
    const labels = { 'com.docker.compose.oneoff': 'True' }
    expect(parseContainer(inspectLine('web', { labels })).oneoff).toBe(true)
  })

  it.each([
    ['no JSON', 'Cannot connect to the Docker daemon'],
    ['another shape', '[]'],
    ['a state that Docker does not know', inspectLine('web', { state: { Status: 'dreaming' } })],
  ])('is refused with %s', async (_, line) => {
    const failure = await failureOf(() => parseContainer(line))
    expect([failure.code, failure.data]).toEqual([
      'internal_error',
      expect.objectContaining({ what: 'container' }),
    ])
  })
})
