import { describe, expect, it } from 'vitest'
import { PilothouseError } from '../../src-preload/contract/errors.ts'
import type { Executor } from '../../src-preload/contract/releases.ts'
import { aRelease, at, id } from './builders.ts'
import { aScene, inputsOf } from './engine.ts'
import type { Scene } from './engine.ts'
import { textWith } from './matchers.ts'
import { aTerminal } from './terminal.ts'

/** The terminal's clock stands at the beginning of 1970. */
const dueLater = { rule: { time: '02:00', time_zone: 'Europe/Berlin' }, due_at: '2026-03-04T01:00:00Z' }
const dueNow = { rule: 'on_approval', due_at: '1970-01-01T00:00:00Z' }
const apply = ['release', 'apply', 'shop-7', '--wait'] as const

/** A scene whose release is another one at each look, the last one staying. */
function stages(...releases: Readonly<Record<string, unknown>>[]): Scene {
  const scene = aScene()
  const left = releases.map((more) => aRelease(more))
  scene.before = (procedure) => {
    if (procedure === 'releases.get') scene.release = left.shift() ?? scene.release
  }
  return scene
}

function grace(online: boolean): Executor {
  return { login: 'grace', person: 'Grace Hopper', runtimes: ['compose'], seen_at: at, online }
}

describe('release apply --wait', () => {
  it('waits for the time that the rule names, and carries the release out then', async () => {
    const approved = { lifecycle_state: 'approved' }
    const scene = stages(
      { ...approved, start: dueLater },
      { ...approved, start: dueLater },
      { ...approved, start: dueNow },
    )
    scene.progress = [{ kind: 'state', release: aRelease({ lifecycle_state: 'applied' }) }]
    const { code, out, err } = await aTerminal({ scene }).run(...apply)
    expect([code, out]).toEqual([0, 'shop-7 applied\n'])
    expect(err).toMatch(/^Approved\. It starts at 2026-03-04 01:00:00Z, carried out by .*\n$/)
    expect(inputsOf(scene, 'releases.start')).toHaveLength(1)
  })

  it('follows a run that another desktop began, to its end', async () => {
    const running = { lifecycle_state: 'applying', run: 'running', lease_holder: 'grace', fence: 5 }
    const scene = stages({ lifecycle_state: 'approved', start: dueNow }, running, running, {
      lifecycle_state: 'applied',
    })
    const state = { state: 'applying', command: 'take_lease' }
    scene.refuses.set('releases.start', new PilothouseError('release_state_invalid', state))
    const { code, out, err } = await aTerminal({ scene }).run(...apply)
    expect([code, err]).toEqual([0, 'shop-7 is being carried out by grace …\n'])
    expect(out).toContain('shop-7  applied')
  })

  it('ends as that run does', async () => {
    const failure = { code: 'compose_unhealthy', message: 'web is unhealthy' }
    const scene = stages({ lifecycle_state: 'pending_approval' }, { lifecycle_state: 'failed', failure })
    const { code, err } = await aTerminal({ scene }).run(...apply)
    expect([code, err]).toEqual([6, textWith('error compose_unhealthy')])
  })

  it('does not wait where it is refused for another reason', async () => {
    const scene = stages({ lifecycle_state: 'approved', start: dueNow })
    const frozen = { stage: 'production', reason: 'holidays', until: '2026-03-05T00:00:00Z' }
    scene.refuses.set('releases.start', new PilothouseError('target_frozen', frozen))
    const { code, err } = await aTerminal({ scene }).run(...apply)
    expect([code, err]).toEqual([
      3,
      textWith('Nothing may be released to production until 2026-03-05T00:00:00Z: holidays'),
    ])
    expect(err).toContain('pilothouse access freezes')
  })

  it('takes over a run that was lost', async () => {
    const scene = stages(
      { lifecycle_state: 'pending_approval' },
      { lifecycle_state: 'applying', run: 'unknown' },
    )
    scene.progress = [{ kind: 'state', release: aRelease({ lifecycle_state: 'applied' }) }]
    expect((await aTerminal({ scene }).run(...apply)).code).toBe(0)
    expect(inputsOf(scene, 'releases.start')).toHaveLength(1)
  })
})

describe('a release that starts by its rule', () => {
  it('needs no more than being asked for: its time is said, and nothing is started', async () => {
    const scene = aScene()
    scene.before = (procedure) => {
      if (procedure !== 'releases.request_apply') return
      scene.release = aRelease({ lifecycle_state: 'approved', start: dueLater })
    }
    const { code, out } = await aTerminal({ scene }).run('release', 'apply', 'shop-7', '--preview', id(6))
    expect([code, out]).toEqual([0, textWith('It starts at 2026-03-04 01:00:00Z')])
    expect(inputsOf(scene, 'releases.start')).toEqual([])
  })

  it('is refused before its time, with when that is', async () => {
    const scene = aScene()
    scene.release = aRelease({ lifecycle_state: 'approved', start: dueLater })
    const data = { state: 'approved', command: 'take_lease', start_due_at: '2026-03-04T01:00:00Z' }
    const refused = new PilothouseError('release_state_invalid', data, { hint: 'not_due' })
    scene.refuses.set('releases.start', refused)
    const { code, err } = await aTerminal({ scene }).run('release', 'apply', 'shop-7')
    expect([code, err]).toEqual([
      5,
      textWith('hint: Its rule lets it start at 2026-03-04T01:00:00Z, not earlier.'),
    ])
  })

  it('shows when, and who will carry it out, or that nobody is there', async () => {
    const terminal = aTerminal()
    terminal.scene.release = aRelease({ lifecycle_state: 'approved', start: dueLater })
    const status = async () => (await terminal.run('release', 'status', 'shop-7')).out
    expect(await status()).toContain('at 02:00 (Europe/Berlin): 2026-03-04 01:00:00Z')
    expect(await status()).toContain('nobody who carries out releases is online')
    terminal.scene.executors = [grace(false), { ...grace(true), runtimes: ['k8s'] }]
    expect(await status()).toContain('nobody who carries out releases is online')
    terminal.scene.executors = [grace(true)]
    expect(await status()).toContain('carried out then by: Grace Hopper')
    terminal.scene.release = aRelease({ lifecycle_state: 'approved' })
    expect(await status()).toMatch(/starts +by hand/)
    expect(await status()).not.toContain('carried out')
  })

  it('is listed when it is due, beside those who execute', async () => {
    const terminal = aTerminal()
    terminal.scene.release = aRelease({ lifecycle_state: 'approved', start: dueNow })
    const due = await terminal.run('release', 'due')
    expect(due.out).toContain('as soon as it is approved: 1970-01-01 00:00:00Z  –')
    terminal.scene.executors = [grace(true)]
    const executors = await terminal.run('release', 'executors')
    expect(executors.out).toContain('grace  Grace Hopper  compose   online  2026-03-04 05:06:07Z')
    terminal.scene.executors = []
    expect((await terminal.run('release', 'executors')).out).toContain('pilothouse serve does')
  })
})

describe('release break-glass', () => {
  const line = ['release', 'break-glass', 'shop-7', '--reason', 'checkout is down'] as const
  const incident = 'https://incidents.example/42'

  it('sends reason and incident, and says who has to be told and which review is open', async () => {
    const terminal = aTerminal()
    const emergency = {
      reason: 'checkout is down',
      incident_link: incident,
      by: 'ada',
      at,
      review_ticket: id(9),
    }
    terminal.scene.release = aRelease({ lifecycle_state: 'approved', break_glass: emergency })
    const { code, out } = await terminal.run(...line, '--incident', incident)
    expect(code).toBe(0)
    expect(out).toContain(`ada, 2026-03-04 05:06:07Z: checkout is down (${incident})`)
    expect(out).toContain(`Another person has to close the review: pilothouse inbox show ${id(9)}`)
    expect(inputsOf(terminal.scene, 'releases.break_glass')).toMatchObject([
      { release: 'shop-7', reason: 'checkout is down', incident_link: incident },
    ])
  })

  it('needs both, and a link that is one', async () => {
    const terminal = aTerminal()
    expect((await terminal.run(...line)).code).toBe(2)
    expect((await terminal.run('release', 'break-glass', 'shop-7', '--incident', incident)).code).toBe(2)
    expect((await terminal.run(...line, '--incident', 'ticket 42')).code).toBe(2)
    expect(inputsOf(terminal.scene, 'releases.break_glass')).toEqual([])
  })

  it('puts the review beside the approval into the evidence', async () => {
    const terminal = aTerminal()
    const emergency = { reason: 'down', incident_link: incident, by: 'ada', at, review_ticket: id(9) }
    terminal.scene.release = aRelease({ lifecycle_state: 'applied', break_glass: emergency })
    const { out } = await terminal.run('release', 'export', 'shop-7', '--json')
    expect(JSON.parse(out)).toMatchObject({ ticket: null, review: { id: id(9) } })
  })
})

describe('release list', () => {
  it('passes every filter on, times from now or as they stand', async () => {
    const terminal = aTerminal()
    const asked = {
      project: 'web',
      service: 'shop',
      stage: 'production',
      runtime: 'compose',
      requester: 'ada',
    }
    const flags = Object.entries({ ...asked, text: 'checkout' }).flatMap(([name, value]) => [
      `--${name}`,
      value,
    ])
    const times = ['--since', '-2h', '--until', '2026-03-04T05:06:07+01:00']
    expect((await terminal.run('release', 'list', ...flags, ...times)).code).toBe(0)
    expect(inputsOf(terminal.scene, 'releases.list')).toMatchObject([
      { ...asked, text: 'checkout', since: '1969-12-31T22:00:00.000Z', until: '2026-03-04T05:06:07+01:00' },
    ])
    const { code, err } = await terminal.run('release', 'list', '--since', 'yesterday')
    expect([code, err]).toEqual([2, textWith('--since: expected')])
  })
})
