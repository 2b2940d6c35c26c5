import { describe, expect, it } from 'vitest'
import { PilothouseError } from '../../src-preload/contract/errors.ts'
import { aChangeTicket, aComparison, aReviewTicket, aTicket, contextHash, id } from './builders.ts'
import { aScene, inputsOf } from './engine.ts'
import { aTerminal } from './terminal.ts'
import { textWith } from './matchers.ts'

describe('inbox list', () => {
  it('shows what waits, and who may decide it', async () => {
    const { code, out } = await aTerminal().run('inbox', 'list', '--view', 'pending', '--risk', 'medium')
    expect(code).toBe(0)
    expect(out.split('\n')[1]).toMatch(
      /^0198c0de-\S+ {2}shop-7 {2}shop-prod \(production\) {2}release {2}medium {2}p2 {4}pending {2}ada .* you may decide$/,
    )
    expect(out).toContain('1 wait, 0 overdue, 0 run out within 15 min')
  })

  it('tells changes, emergencies and releases apart, and what is late', async () => {
    const terminal = aTerminal()
    for (const [ticket, row] of [
      [
        aChangeTicket({ overdue: true, escalated_at: '2026-03-04T08:00:00Z' }),
        /who has to approve releases to production of web .* {2}web +policy .* you may decide, overdue, escalated$/,
      ],
      [
        aChangeTicket({ project_id: null, project: null, scope_type: 'access' }),
        / {2}all projects {2}access /,
      ],
      [aReviewTicket(), / {2}the emergency of shop-7 {2}shop-prod \(production\) {2}review .* {2}never {4}/],
    ] as const) {
      terminal.scene.ticket = ticket
      expect((await terminal.run('inbox', 'list')).out.split('\n')[1]).toMatch(row)
    }
  })

  it('passes every filter on', async () => {
    const terminal = aTerminal()
    const asked = { scope: 'access', runtime: 'compose', priority: 'p1', assignee: 'grace', requester: 'Ada' }
    const more = { due: '1_hour', text: 'checkout', after: id(9), status: 'pending', project: 'web' }
    const flags = Object.entries({ ...asked, ...more }).flatMap(([name, value]) => [`--${name}`, value])
    expect((await terminal.run('inbox', 'list', ...flags)).code).toBe(0)
    expect(inputsOf(terminal.scene, 'inbox.list')).toMatchObject([{ ...asked, ...more }])
    expect((await terminal.run('inbox', 'list', '--due', 'soon')).code).toBe(2)
  })

  it('refuses a view that there is none of', async () => {
    const terminal = aTerminal()
    expect((await terminal.run('inbox', 'list', '--view', 'yours')).code).toBe(2)
    expect(terminal.scene.calls).toEqual([])
  })
})

describe('inbox show', () => {
  it('shows the ticket and the comparison made here, and names the release by the ticket', async () => {
    const terminal = aTerminal()
    const { code, out } = await terminal.run('inbox', 'show', 'shop-7')
    expect(code).toBe(0)
    expect(inputsOf(terminal.scene, 'releases.compare')).toEqual([{ release: id(1) }])
    expect(out).toContain('asked by  Ada Lovelace (ada)')
    expect(out).toContain('0 of 1: anybody who may approve, except who asked (grace)')
    expect(out).toContain('Compared on this desktop with what was last applied')
    expect(out).toContain('image: shop:1.4 → shop:1.5')
    expect(out).toContain('context hash  1a2b3c4d5e6f')
  })

  it('warns where the requester recorded another diff than the one made here', async () => {
    const terminal = aTerminal()
    terminal.scene.comparison = { ...aComparison, claim_differs: [{ kind: 'service', name: 'web' }] }
    const { out } = await terminal.run('inbox', 'show', 'shop-7')
    expect(out).toContain('The plan’s own diff says something else about: service web.')
    expect((await terminal.run('release', 'diff', 'shop-7')).out).toContain('says something else')
  })

  it('shows a change with what counts now and then, and compares no document', async () => {
    const terminal = aTerminal()
    terminal.scene.ticket = aChangeTicket()
    const { code, out } = await terminal.run('inbox', 'show', id(10))
    expect(code).toBe(0)
    expect(out).toContain('What counts now, and then\n  rules.1: 1 × anyone → 2 × anyone')
    expect(inputsOf(terminal.scene, 'releases.compare')).toEqual([])
    const asJson = await terminal.run('inbox', 'show', id(10), '--json')
    expect(JSON.parse(asJson.out)).toMatchObject({ ticket: { scope_type: 'policy' }, diff: null })
  })

  it('shows an emergency with its incident, its document compared like any other', async () => {
    const terminal = aTerminal()
    terminal.scene.ticket = aReviewTicket()
    const { out } = await terminal.run('inbox', 'show', 'shop-7')
    expect(out).toContain('incident  https://incidents.example/42')
    expect(out).toContain('image: shop:1.4 → shop:1.5')
  })

  it('names the team that a rule asks for, and says where there is none', async () => {
    const terminal = aTerminal()
    const rule = { role: null, minimum: 1, candidates: [], approved_by: [] }
    for (const [team, words] of [
      ['checkout', '0 of 1: team checkout (nobody)'],
      ['?', 'the service’s team (it has none: nobody can)'],
    ] as const) {
      terminal.scene.ticket = aTicket({ rules: [{ ...rule, team }] })
      expect((await terminal.run('inbox', 'show', 'shop-7')).out).toContain(words)
    }
  })

  it('shows a reason that would draw on the terminal as what it is', async () => {
    const scene = aScene()
    scene.ticket = aTicket({ reason: 'fine\n\u001b[1A\u001b[2Krisk: low' })
    const { out } = await aTerminal({ scene, colour: true }).run('inbox', 'show', 'shop-7')
    expect(out).toContain('reason    fine ⏎ \\u{1b}[1A\\u{1b}[2Krisk: low')
  })
})

const typedHash = '1a2b3c4d'

describe.each(['approve', 'reject', 'revoke'] as const)('inbox %s', (decision) => {
  const why = ['--comment', 'seen with Ada']

  it('decides what its digest names, and sends exactly what was seen', async () => {
    for (const digest of [typedHash, '1A2B3C4D5E6F', contextHash]) {
      const terminal = aTerminal()
      const { code, out } = await terminal.run('inbox', decision, 'shop-7', '--digest', digest, ...why)
      expect([code, out]).toEqual([0, 'shop-7  now pending\n'])
      expect(inputsOf(terminal.scene, `inbox.${decision}`)).toEqual([
        {
          ticket: id(9),
          command_id: textWith(/^[0-9a-f-]{36}$/),
          seen_revision: 3,
          seen_context_hash: contextHash,
          comment: 'seen with Ada',
        },
      ])
    }
  })

  it.each([
    ['1a2b3c4', 2, 'validation_error'],
    ['not-hex!', 2, 'validation_error'],
    ['ffffffff', 5, 'decision_stale'],
  ])('decides nothing with the digest %s', async (digest, code, error) => {
    const terminal = aTerminal()
    const ran = await terminal.run('inbox', decision, 'shop-7', '--digest', digest, ...why)
    expect([ran.code, ran.err]).toEqual([code, textWith(`error ${error}: `)])
    expect(inputsOf(terminal.scene, `inbox.${decision}`)).toEqual([])
  })

  it('asks the person for the hash after showing what is decided', async () => {
    const terminal = aTerminal({ typed: [' 1A2B3C4D '] })
    const { code, out, err } = await terminal.run('inbox', decision, 'shop-7', ...why)
    expect(code).toBe(0)
    expect(err).toContain('image: shop:1.4 → shop:1.5')
    expect(err).toContain('context hash  1a2b3c4d5e6f')
    expect(terminal.asked).toEqual([textWith(`type ${typedHash}:`)])
    expect(out).toBe('shop-7  now pending\n')
  })

  it.each(['y', 'yes', '', '1a2b3c4e'])('takes %j for a no', async (typed) => {
    const terminal = aTerminal({ typed: [typed] })
    const { code, err } = await terminal.run('inbox', decision, 'shop-7', ...why)
    expect([code, err]).toEqual([2, textWith('nothing was decided')])
    expect(inputsOf(terminal.scene, `inbox.${decision}`)).toEqual([])
  })

  it('needs the digest where nobody can be asked: in a pipe, and with --json', async () => {
    const piped = aTerminal()
    expect((await piped.run('inbox', decision, 'shop-7', ...why)).code).toBe(2)
    const terminal = aTerminal({ typed: [typedHash] })
    expect((await terminal.run('inbox', decision, 'shop-7', '--json', ...why)).code).toBe(2)
    expect(terminal.asked).toEqual([])
    expect([...piped.scene.calls, ...terminal.scene.calls].map(({ procedure }) => procedure)).toEqual([
      'inbox.get',
      'inbox.get',
    ])
  })
})

describe('a decision', () => {
  it.each(['reject', 'revoke'])('to %s says why, or is not sent', async (decision) => {
    const terminal = aTerminal()
    for (const comment of [[], ['--comment', '  ']]) {
      const { code, err } = await terminal.run('inbox', decision, 'shop-7', '--digest', typedHash, ...comment)
      expect([code, err]).toEqual([2, textWith('error comment_required: ')])
    }
    expect(terminal.scene.calls).toEqual([])
  })

  it('on one’s own release is refused by the ledger, with 3 and who else can', async () => {
    const terminal = aTerminal()
    terminal.scene.refuses.set(
      'inbox.approve',
      new PilothouseError('self_approval_denied', { person: 'Ada' }),
    )
    const { code, err } = await terminal.run('inbox', 'approve', 'shop-7', '--digest', typedHash)
    expect([code, err]).toEqual([3, textWith('pilothouse inbox show shop-7')])
  })
})

it('decides a change after showing what it changes, and names it by its words', async () => {
  const terminal = aTerminal({ typed: [typedHash] })
  terminal.scene.ticket = aChangeTicket()
  const { code, out, err } = await terminal.run('inbox', 'approve', id(10))
  expect(code).toBe(0)
  expect(err).toContain('rules.1: 1 × anyone → 2 × anyone')
  expect(terminal.asked).toEqual([textWith('To approve who has to approve releases to production of web')])
  expect(out).toMatch(/^who has to approve releases .* now pending\n$/)
})

it('announces what time has decided, and says what this desktop carries out', async () => {
  const terminal = aTerminal()
  const { code, out } = await terminal.run('inbox', 'tend', '--executes', 'compose')
  expect([code, out]).toEqual([0, '2 ran out, 1 are overdue and were escalated\n'])
  expect(inputsOf(terminal.scene, 'inbox.tend')).toEqual([{ executes: ['compose'] }])
})

describe('handling a ticket', () => {
  it('assigns it to somebody or to nobody, and to one of them', async () => {
    const terminal = aTerminal()
    expect((await terminal.run('inbox', 'assign', 'shop-7', '--to', 'grace')).code).toBe(0)
    expect((await terminal.run('inbox', 'assign', 'shop-7', '--nobody')).code).toBe(0)
    expect((await terminal.run('inbox', 'assign', 'shop-7')).code).toBe(2)
    expect((await terminal.run('inbox', 'assign', 'shop-7', '--to', 'grace', '--nobody')).code).toBe(2)
    expect(inputsOf(terminal.scene, 'inbox.assign')).toMatchObject([{ to: 'grace' }, { to: null }])
  })

  it('comments on it', async () => {
    const terminal = aTerminal()
    const { out } = await terminal.run('inbox', 'comment', 'shop-7', 'waiting for the backup')
    expect(inputsOf(terminal.scene, 'inbox.comment')).toMatchObject([{ comment: 'waiting for the backup' }])
    expect(out).toBe('shop-7: pending, assigned to nobody\n')
  })
})
