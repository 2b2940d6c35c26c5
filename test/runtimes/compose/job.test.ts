import { describe, expect, test } from 'vitest'
import { followJob, runJob } from '../../../src-main/runtimes/compose/job.ts'
import type { HostRequest, JobRequest } from '../../../src-main/runtimes/compose/protocol.ts'
import { cut, scriptedHost } from './scriptedHost.ts'
import type { Reply } from './scriptedHost.ts'

const hex = 'a'.repeat(64)
const request: JobRequest = {
  verb: 'config',
  project: 'web',
  job: 'r1-1-1-config',
  ledger: 'l',
  fence: 1,
  document: hex,
}

function setUp(reply: (request: HostRequest) => Reply, signal = new AbortController().signal) {
  const lines: string[] = []
  const uploads: string[] = []
  const scripted = scriptedHost(reply)
  const follower = { signal, line: (line: string) => lines.push(line) }
  const options = { release: 'r1', upload: async () => void uploads.push('sent'), follower }
  return { ...scripted, lines, uploads, run: () => runJob(scripted.host, request, options), follower }
}

const verbsOf = (asked: readonly (HostRequest | 'bootstrap')[]): string[] =>
  asked.map((each) => (each === 'bootstrap' ? each : 'job' in each ? `${each.verb} ${each.job}` : each.verb))

describe('a detached job', () => {
  test('is followed by offset to its end, over a cut, without losing or repeating a line', async () => {
    const replies = [{ stdout: 'running 6\none\ntw' }, cut(), { stdout: 'done 10 0\no\nx\n' }]
    const offsets: number[] = []
    const { run, lines } = setUp((asked) => {
      if (asked.verb !== 'follow') return { stdout: 'started\n' }
      offsets.push(asked.offset)
      return replies.shift() ?? { code: 1 }
    })
    expect(await run()).toEqual({ kind: 'ended', exit_code: 0 })
    expect(lines).toEqual(['one', 'two', 'x'])
    expect(offsets).toEqual([0, 6, 6])
  })

  test('whose log is longer than an answer is followed until all of it came', async () => {
    const rest = 'y'.repeat(262_144 - 1)
    const replies = [{ stdout: `done 262144 0\n${rest}\n` }, { stdout: 'done 262146 0\nz\n' }]
    const { run, lines } = setUp((asked) =>
      asked.verb === 'follow' ? (replies.shift() ?? { code: 1 }) : { stdout: 'started\n' },
    )
    expect(await run()).toEqual({ kind: 'ended', exit_code: 0 })
    expect(lines.at(-1)).toBe('z')
  })

  test('whose file is not there yet is started after an upload', async () => {
    const starts: Reply[] = [{ code: 66, stderr: 'absent\n' }, { stdout: 'started\n' }]
    const { run, uploads } = setUp((asked) =>
      asked.verb === 'follow' ? { stdout: 'done 0 0\n' } : (starts.shift() ?? { code: 1 }),
    )
    expect(await run()).toEqual({ kind: 'ended', exit_code: 0 })
    expect(uploads).toEqual(['sent'])
  })

  test('whose upload vanishes again is not tried for ever', async () => {
    const { run } = setUp(() => ({ code: 66, stderr: 'absent\n' }))
    await expect(run()).rejects.toMatchObject({ code: 'apply_failed' })
  })

  test('waits for an earlier job of the same release', async () => {
    const starts: Reply[] = [{ code: 77, stderr: 'busy r1-0-1-up\n' }, { stdout: 'started\n' }]
    const { run, asked } = setUp((each) =>
      each.verb === 'follow' ? { stdout: 'done 0 0\n' } : (starts.shift() ?? { code: 1 }),
    )
    expect(await run()).toEqual({ kind: 'ended', exit_code: 0 })
    expect(verbsOf(asked)).toEqual([
      'bootstrap',
      'config r1-1-1-config',
      'follow r1-0-1-up',
      'config r1-1-1-config',
      'follow r1-1-1-config',
    ])
  })

  test('does not wait for a job of another release', async () => {
    const { run } = setUp(() => ({ code: 77, stderr: 'busy r2-1-1-up\n' }))
    await expect(run()).rejects.toMatchObject({ code: 'target_locked', data: { holder: 'job r2-1-1-up' } })
  })

  test('that left no exit code is started again under another id, at most twice', async () => {
    const { run, asked } = setUp((each) =>
      each.verb === 'follow' ? { stdout: 'lost 0\n' } : { stdout: 'attached\n' },
    )
    expect(await run()).toEqual({ kind: 'lost' })
    expect(verbsOf(asked).filter((each) => each.startsWith('config'))).toEqual([
      'config r1-1-1-config',
      'config r1-1-1-config-again-1',
      'config r1-1-1-config-again-2',
    ])
  })

  test('is stopped on the host before an abort is told', async () => {
    const stop = new AbortController()
    const { host, asked, follower } = setUp((each) => {
      if (each.verb === 'stop') return { stdout: 'stopped\n' }
      stop.abort()
      return cut()
    }, stop.signal)
    const following = followJob(host, { project: 'web', job: 'j' }, follower)
    await expect(following).rejects.toMatchObject({ code: 'aborted' })
    expect(verbsOf(asked).at(-1)).toBe('stop j')
  })
})
