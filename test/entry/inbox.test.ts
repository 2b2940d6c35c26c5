import { describe, expect, it } from 'vitest'
import { PilothouseError } from '../../src-preload/contract/errors.ts'
import { aTicket, contextHash, id } from './builders.ts'
import { aScene, inputsOf } from './engine.ts'
import { aTerminal } from './terminal.ts'
import { textWith } from './matchers.ts'

describe('inbox list', () => {
  it('shows what waits, and who may decide it', async () => {
    const { code, out } = await aTerminal().run('inbox', 'list', '--view', 'pending', '--risk', 'medium')
    expect(code).toBe(0)
    expect(out.split('\n')[1]).toMatch(
      /^0198c0de-\S+ {2}shop-7 {3}shop-prod \(production\) {2}medium {2}p2 {4}pending {2}ada .* you may decide$/,
    )
    expect(out).toContain('1 wait, 0 overdue, 0 run out within 15 min')
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
