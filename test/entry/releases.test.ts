import { readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { PilothouseError } from '../../src-preload/contract/errors.ts'
import { aDiagnostic, anEvent, aPreview, aRelease, aStep, aTicket, contextHash, id } from './builders.ts'
import { aScene, inputsOf } from './engine.ts'
import { aTerminal, temporaryFolder } from './terminal.ts'
import { anyText, textWith } from './matchers.ts'

describe('release preview', () => {
  it('sends what was given, secrets from where they are, and shows the plan', async () => {
    const file = path.join(temporaryFolder(), 'token')
    writeFileSync(file, 'from-file\n')
    const terminal = aTerminal({ env: { PASSWORD: 'from-env' }, piped: 'from-stdin\n' })
    const { code, out, err } = await terminal.run(
      ...['release', 'preview', 'shop', '--target', 'shop-prod', '--set', 'TAG=1.5', '--set', 'URL=a=b'],
      ...['--secret', 'DB_PASSWORD=env:PASSWORD', '--secret', `TOKEN=file:${file}`, '--secret', 'KEY=-'],
      ...['--reason', 'new checkout', '--version-label', '1.5', '--change-link', 'https://example.org/7'],
    )
    expect([code, err]).toEqual([0, ''])
    expect(inputsOf(terminal.scene, 'releases.preview')).toEqual([
      {
        command_id: textWith(/^[0-9a-f-]{36}$/),
        service: 'shop',
        target: 'shop-prod',
        version_label: '1.5',
        variables: { TAG: '1.5', URL: 'a=b' },
        secrets: { DB_PASSWORD: 'from-env', TOKEN: 'from-file', KEY: 'from-stdin' },
        reason: 'new checkout',
        change_link: 'https://example.org/7',
      },
    ])
    expect(out).toBe(planText)
    expect(terminal.open()).toBe(0)
  })

  it('answers as one JSON object with --json, before or after the command', async () => {
    const terminal = aTerminal()
    const args = ['release', 'preview', 'shop', '--target', 'shop-prod']
    const after = await terminal.run(...args, '--json')
    const before = await terminal.run('--json', ...args)
    expect(before.out).toBe(after.out)
    expect(after.out.split('\n')).toHaveLength(2)
    expect(JSON.parse(after.out)).toMatchObject({
      preview: { preview_ref: id(6) },
      release: { label: 'shop-7' },
    })
  })

  it.each([
    [['--secret', 'DB_PASSWORD=hunter2'], '--secret: DB_PASSWORD: expected env:VARIABLE, file:PATH or -'],
    [['--secret', 'X=env:NOT_SET'], '--secret: X: no such environment variable'],
    [['--secret', 'X=file:/nowhere/at/all'], '--secret: ENOENT'],
    [['--secret', 'A=-', '--secret', 'B=-'], '--secret: only one value can come from stdin'],
    [['--set', 'TAG'], '--set: expected NAME=…'],
    [['--set', '=x'], '--set: expected NAME=…'],
    [['--set', 'A=1', '--set', 'A=2'], '--set: A is given twice'],
    [['--strategy', 'yolo'], 'strategy: Invalid option'],
    [['--wat'], "command line: unknown option '--wat'"],
  ])('refuses %j and calls nothing', async (more, problem) => {
    const terminal = aTerminal()
    const { code, out, err } = await terminal.run('release', 'preview', 'shop', '--target', 't', ...more)
    expect([code, out, terminal.scene.calls]).toEqual([2, '', []])
    expect(err).toContain('error validation_error: ')
    expect(err).toContain(problem)
    expect(err).toContain('\nhint: ')
    expect(err).not.toContain('hunter2')
  })

  it('needs a target', async () => {
    const { code, err } = await aTerminal().run('release', 'preview', 'shop')
    expect([code, err]).toEqual([2, textWith("required option '--target <name>'")])
  })
})

const planText = `shop-7  preview  shop → shop-prod (production)

What changes
  image 1.4 → 1.5

Objects
  0 created, 1 changed, 0 replaced, 0 deleted, 1 unchanged
  ~ service web
      image: shop:1.4 → shop:1.5
      environment.DB_PASSWORD: changed (secret)

Checks
  warning little disk space

Risk
  medium
  - production stage

Images
  shop:1.5  shop@sha256:${'e'.repeat(64)}

Steps
  h1: bring it up

Way back
  To shop-6, by hand, covered by this approval for 24 h.
  Changes to data are not undone by going back.

Approval
  1 of: anybody who may approve, except who asked (grace)

preview_ref   ${id(6)}
context_hash  1a2b3c4d5e6f
document      dddddddddddd
expires       2026-03-04 05:36:07Z
Diff with what runs, checks and risk are the word of ada; compare for yourself: pilothouse release diff
`

describe('release apply', () => {
  it('names no plan by itself: without --preview the ledger is asked and refuses', async () => {
    const terminal = aTerminal()
    terminal.scene.refuses.set('releases.request_apply', new PilothouseError('preview_required', {}))
    const { code, err } = await terminal.run('release', 'apply', 'shop-7')
    expect(inputsOf(terminal.scene, 'releases.request_apply')).toMatchObject([
      { release: id(1), preview_ref: null, source: 'cli' },
    ])
    expect(code).toBe(5)
    expect(err).toContain('error preview_required: ')
    expect(err).toContain('pilothouse release apply shop-7 --preview <preview_ref>')
    expect(terminal.open()).toBe(0)
  })

  it('prints the ticket and ends well when somebody else has to decide', async () => {
    const terminal = aTerminal()
    terminal.scene.before = (procedure) => {
      if (procedure === 'releases.request_apply') {
        terminal.scene.release = aRelease({ lifecycle_state: 'pending_approval', approval_ticket: id(9) })
      }
    }
    const { code, out } = await terminal.run('release', 'apply', 'shop-7', '--preview', id(6))
    expect(code).toBe(0)
    expect(out).toContain(`ticket    ${id(9)}`)
    expect(out).toContain('context hash  1a2b3c4d5e6f')
    expect(out).toContain('Once approved: pilothouse release apply shop-7')
    expect(inputsOf(terminal.scene, 'releases.start')).toEqual([])
  })

  it('carries it out at once where nobody has to decide, and shows it as it happens', async () => {
    const terminal = aTerminal()
    terminal.scene.before = (procedure) => {
      if (procedure === 'releases.request_apply')
        terminal.scene.release = aRelease({ lifecycle_state: 'approved' })
    }
    terminal.scene.progress = [
      { kind: 'state', release: aRelease({ lifecycle_state: 'applying' }) },
      { kind: 'step', step: aStep() },
      { kind: 'log', step: 'up', host: 'h1', line: 'Container web started' },
      { kind: 'check', check: { key: 'up', severity: 'info', message: { text: 'all up', params: {} } } },
      { kind: 'state', release: aRelease({ lifecycle_state: 'applied' }) },
    ]
    const { code, out } = await terminal.run('release', 'apply', 'shop-7', '--preview', id(6))
    expect([code, out]).toEqual([
      0,
      'shop-7 applying\n  h1  succeeded  bring it up\n  h1  Container web started\n  info    all up\nshop-7 applied\n',
    ])
    const asJson = await terminal.run('release', 'apply', 'shop-7', '--preview', id(6), '--json')
    const kinds = asJson.out
      .trim()
      .split('\n')
      .map((line) => String(Reflect.get(JSON.parse(line), 'kind')))
    expect(kinds).toEqual(['state', 'step', 'log', 'check', 'state'])
  })

  it('waits with --wait until the other person has decided', async () => {
    const scene = aScene()
    scene.release = aRelease({ lifecycle_state: 'pending_approval', approval_ticket: id(9) })
    scene.progress = [{ kind: 'state', release: aRelease({ lifecycle_state: 'applied' }) }]
    let looks = 0
    scene.before = (procedure) => {
      if (procedure === 'inbox.get') looks += 1
      if (looks === 3) scene.release = aRelease({ lifecycle_state: 'approved', approval_ticket: id(9) })
    }
    const { code, out, err } = await aTerminal({ scene }).run('release', 'apply', 'shop-7', '--wait')
    expect([code, looks, err]).toEqual([0, 3, 'Waiting for the decision on shop-7 …\n'])
    expect(out).toBe('shop-7 applied\n')
  })

  it.each([
    ['rejected', 'pending', 'release_state_invalid'],
    ['pending_approval', 'expired', 'ticket_expired'],
  ])('stops waiting when it ends %s with a ticket that is %s', async (state, status, code) => {
    const scene = aScene()
    scene.release = aRelease({ lifecycle_state: 'pending_approval', approval_ticket: id(9) })
    scene.before = (procedure) => {
      if (procedure !== 'inbox.get') return
      scene.release = aRelease({ lifecycle_state: state, approval_ticket: id(9) })
      scene.ticket = aTicket({ status })
    }
    const ran = await aTerminal({ scene }).run('release', 'apply', 'shop-7', '--wait')
    expect([ran.code, ran.err]).toEqual([5, textWith(`error ${code}: `)])
  })

  it.each(['approved', 'failed', 'applying'])(
    'starts a release that is %s without asking again',
    async (state) => {
      const scene = aScene()
      scene.release = aRelease({ lifecycle_state: state })
      scene.progress = [{ kind: 'state', release: aRelease({ lifecycle_state: 'applied' }) }]
      const { code } = await aTerminal({ scene }).run('release', 'apply', 'shop-7')
      expect(code).toBe(0)
      expect(scene.calls.map(({ procedure }) => procedure)).toEqual(['releases.get', 'releases.start'])
    },
  )

  it('ends with 6, the cause and the next step when the release failed', async () => {
    const scene = aScene()
    scene.release = aRelease({ lifecycle_state: 'approved' })
    const failure = { code: 'compose_unhealthy', message: 'web is unhealthy' }
    scene.progress = [
      { kind: 'diagnosis', diagnostic: aDiagnostic() },
      { kind: 'state', release: aRelease({ lifecycle_state: 'failed', failure }) },
    ]
    const { code, out, err } = await aTerminal({ scene }).run('release', 'apply', 'shop-7')
    expect(code).toBe(6)
    expect(out).toContain('exit code  1')
    expect(out).toContain('    | boom')
    expect(err).toContain('error compose_unhealthy: A service came up and is not healthy.\n')
    expect(err).toContain('  detail: web is unhealthy')
    expect(err).toContain('pilothouse release diagnose shop-7')
  })

  it('asks the run to stop at the first ^C, and leaves it at the second', async () => {
    const scene = aScene()
    scene.release = aRelease({ lifecycle_state: 'approved' })
    const failure = { code: 'aborted', message: 'stopped by ada' }
    scene.progress = [{ kind: 'state', release: aRelease({ lifecycle_state: 'failed', failure }) }]
    const left: number[] = []
    const terminal = aTerminal({
      scene,
      more: {
        leave: (code) => {
          left.push(code)
          throw new TypeError('left')
        },
      },
    })
    scene.before = (procedure) => {
      if (procedure !== 'releases.start') return
      terminal.interrupt()
      expect(() => terminal.interrupt()).toThrow('left')
    }
    const { code, err } = await terminal.run('release', 'apply', 'shop-7')
    expect([code, left]).toEqual([6, [130]])
    expect(inputsOf(scene, 'releases.abort')).toMatchObject([{ release: id(1) }])
    expect(err).toContain('Stopping shop-7 at the next safe point.')
  })
})

describe('release rollback', () => {
  it('plans only, and with --apply asks for exactly the plan that it showed', async () => {
    const terminal = aTerminal()
    terminal.scene.preview = aPreview({ way_back: { ...aPreview().way_back, release: null } })
    const planned = await terminal.run(
      'release',
      'rollback',
      'shop-8',
      '--to',
      'shop-6',
      '--reason',
      'broken',
    )
    expect(planned.code).toBe(0)
    expect(planned.out).toContain('Nothing was applied there before.')
    expect(inputsOf(terminal.scene, 'releases.rollback')).toMatchObject([
      { release: 'shop-8', to: 'shop-6', reason: 'broken' },
    ])
    expect(inputsOf(terminal.scene, 'releases.request_apply')).toEqual([])
    terminal.scene.progress = [{ kind: 'state', release: aRelease({ lifecycle_state: 'applied' }) }]
    terminal.scene.before = (procedure) => {
      if (procedure === 'releases.request_apply')
        terminal.scene.release = aRelease({ lifecycle_state: 'approved' })
    }
    const applied = await terminal.run('release', 'rollback', 'shop-8', '--apply')
    expect(applied.code).toBe(0)
    expect(applied.out).toMatch(/shop-7 applied\n$/)
    expect(inputsOf(terminal.scene, 'releases.request_apply')).toMatchObject([
      { preview_ref: id(6), context_hash: contextHash },
    ])
  })
})

describe('looking at releases', () => {
  it('lists them with filters, refusing a state that there is none of', async () => {
    const terminal = aTerminal()
    const listed = await terminal.run('release', 'list', '--state', 'preview', '--limit', '5')
    expect(listed.out).toBe(
      'RELEASE  STATE    SERVICE  TARGET     STAGE       VERSION  BY   CHANGED\n' +
        'shop-7   preview  shop     shop-prod  production  1.5      ada  2026-03-04 05:06:07Z\n',
    )
    expect(inputsOf(terminal.scene, 'releases.list')).toEqual([{ state: 'preview', limit: 5 }])
    expect((await terminal.run('release', 'list', '--state', 'done')).code).toBe(2)
    expect((await terminal.run('release', 'list', '--limit', 'x')).code).toBe(2)
    expect((await terminal.run('release', 'list', '--limit', '5000')).code).toBe(2)
  })

  it('says that one is not there, with 4', async () => {
    const terminal = aTerminal()
    terminal.scene.refuses.set(
      'releases.get',
      new PilothouseError('release_not_found', { release: 'shop-99' }),
    )
    const { code, err } = await terminal.run('release', 'status', 'shop-99', '--json')
    expect(code).toBe(4)
    expect(JSON.parse(err)).toEqual({
      error: {
        code: 'release_not_found',
        message: anyText,
        hint: textWith('pilothouse release list'),
        data: { release: 'shop-99' },
        causes: [],
      },
    })
  })

  it.each([
    ['status', 'service      shop (web)'],
    ['plan', 'What changes'],
    ['diff', 'image: shop:1.4 → shop:1.5'],
    ['document', '{"a":1}'],
    ['steps', 'succeeded  2026-03-04 05:06:07Z  bring it up'],
    ['logs', 'h1 up | two'],
    ['diagnose', 'hint: look at the log'],
    ['timeline', 'release.applied  is applied and verified  abc123abc123'],
  ])('shows its %s', async (command, expected) => {
    const { code, out, err } = await aTerminal().run('release', command, 'shop-7')
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain(expected)
  })

  it('tells in the timeline which step, which comment and which refusal', async () => {
    const terminal = aTerminal()
    terminal.scene.events = [
      anEvent({ action: 'release.step_failed', detail: { key: 'up', message: { text: 'bring it up' } } }),
      anEvent({ action: 'approval.rejected', detail: { comment: 'wrong tag' } }),
      anEvent({ action: 'approval.denied', detail: { code: 'self_approval_denied', message: 7 } }),
    ]
    const { out } = await terminal.run('release', 'timeline', 'shop-7')
    expect(out).toContain('failed at a step: bring it up')
    expect(out).toContain('rejected the ticket: wrong tag')
    expect(out).toContain('was refused a decision: self_approval_denied')
  })

  it.each(['withdraw', 'abort'] as const)('can %s one with a comment', async (command) => {
    const terminal = aTerminal()
    expect((await terminal.run('release', command, 'shop-7', '--comment', 'why')).code).toBe(0)
    expect(inputsOf(terminal.scene, `releases.${command}`)).toMatchObject([
      { release: 'shop-7', comment: 'why' },
    ])
  })

  it('exports the evidence to a new file of the owner alone', async () => {
    const file = path.join(temporaryFolder(), 'evidence.json')
    const terminal = aTerminal()
    terminal.scene.release = aRelease({ approval_ticket: id(9) })
    const grace = { actor: 'grace', person: 'Grace Hopper', comment: 'ok', at: aTicket().created_at }
    terminal.scene.ticket = aTicket({ actions: [...aTicket().actions, { ...grace, action: 'approved' }] })
    const { code, out } = await terminal.run('release', 'export', 'shop-7', '--out', file)
    expect([code, out]).toEqual([0, `Wrote ${file}: 1 events of shop-7.\n`])
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      release: { label: 'shop-7' },
      preview: { context_hash: contextHash },
      document: '{"a":1}',
      decisions: [{ actor: 'grace', action: 'approved' }],
      steps: [{ key: 'up' }],
      timeline: [{ action: 'release.applied', hash: anyText }],
    })
    const again = await terminal.run('release', 'export', 'shop-7', '--out', file)
    expect([again.code, again.err]).toEqual([5, textWith('error conflict: ')])
  })
})
