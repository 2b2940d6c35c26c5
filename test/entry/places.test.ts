import { describe, expect, it } from 'vitest'
import { parseHost } from '../../src-main/entry/commands/places.ts'
import { PilothouseError } from '../../src-preload/contract/errors.ts'
import { inputsOf } from './engine.ts'
import { aTerminal } from './terminal.ts'
import { textWith } from './matchers.ts'

describe('services and targets', () => {
  it.each([
    [['service', 'list'], 'shop     compose  /srv/shop/compose.yaml  shop-prod'],
    [['service', 'show', 'shop'], '  DB_PASSWORD  secret'],
    [['service', 'show', 'shop'], '  → shop-prod  rolling  stops when it fails  starts by hand'],
    [['target', 'list'], 'deploy@h1.example:22 (shop)'],
    [['target', 'show', 'shop-prod'], `pinned    SHA256:${'A'.repeat(43)}`],
    [['target', 'observe', 'shop-prod'], 'shop-prod  as it was last applied'],
  ])('%j shows them', async (args, expected) => {
    const terminal = aTerminal()
    const { code, out, err } = await terminal.run(...args, '--project', 'web')
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain(expected)
    expect(terminal.scene.calls[0]?.input).toMatchObject({ project: 'web' })
  })

  it('says that a target was changed by others', async () => {
    const terminal = aTerminal()
    terminal.scene.drifted = true
    expect((await terminal.run('target', 'observe', 'shop-prod')).out).toContain('changed by others')
    expect(inputsOf(terminal.scene, 'targets.observe')).toEqual([{ target: 'shop-prod' }])
  })

  it('refuses a name that is none, and says which', async () => {
    const { code, err } = await aTerminal().run('target', 'show', 'Shop Prod')
    expect([code, err]).toEqual([2, textWith('  target: ')])
  })

  it.each([
    [
      'ssh_host_key_mismatch',
      { expected: 'SHA256:a', actual: 'SHA256:b' },
      'expected SHA256:a, got SHA256:b',
    ],
    ['ssh_unreachable', { host: 'h1' }, '  host: h1'],
    ['docker_missing', {}, 'docker version must work'],
  ] as const)('ends with 7 at %s', async (code, data, expected) => {
    const terminal = aTerminal()
    terminal.scene.refuses.set('targets.observe', new PilothouseError(code, data))
    const ran = await terminal.run('target', 'observe', 'shop-prod')
    expect([ran.code, ran.err]).toEqual([7, textWith(expected)])
  })
})

describe('target scan', () => {
  it('prints the key that the host shows, to be compared there', async () => {
    const asked: unknown[] = []
    const scanHostKey = (address: string, port: number) => {
      asked.push([address, port])
      return Promise.resolve(`SHA256:${'B'.repeat(43)}`)
    }
    const terminal = aTerminal({ profile: false, more: { scanHostKey } })
    const { code, out } = await terminal.run('target', 'scan', 'deploy@h1.example:2222')
    expect([code, asked]).toEqual([0, [['h1.example', 2222]]])
    expect(out).toContain(`SHA256:${'B'.repeat(43)}\nCompare it on h1.example itself`)
  })

  it.each([
    ['h1', 'h1', 22],
    ['deploy@h1:2222', 'h1', 2222],
    ['ssh://deploy@10.0.0.1', '10.0.0.1', 22],
    ['deploy@[::1]:2222', '::1', 2222],
    ['[fe80::1]', 'fe80::1', 22],
  ])('reads %s', (place, address, port) => {
    expect(parseHost(place)).toEqual({ address, port })
  })

  it.each(['', 'a b', 'h1:0', 'h1:99999', 'h1:x', '::1', 'u@v@h1'])('refuses %j', (place) => {
    expect(() => parseHost(place)).toThrow(/validation_error/)
  })
})
