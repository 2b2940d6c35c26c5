import { describe, expect, it } from 'vitest'
import type { ServeOptions, Served } from '../../src-main/entry/loopback/serving.ts'
import { serveProfile } from '../../src-main/entry/loopback/serving.ts'
import { PilothouseError } from '../../src-preload/contract/errors.ts'
import { aRelease } from './builders.ts'
import { settle } from './loopback/aClock.ts'
import { aTerminal, temporaryFolder } from './terminal.ts'
import type { Given, Terminal } from './terminal.ts'

/** A terminal whose `serve` serves nothing and remembers what it was asked for. */
function aServingTerminal({ running = 0, ...given }: Given & { running?: number } = {}) {
  const asked: ServeOptions[] = []
  let links = 0
  const state: { closed: number; finish: () => void } = { closed: 0, finish: () => undefined }
  const served: Served = {
    url: 'http://127.0.0.1:7420',
    port: 7420,
    link: () => `http://127.0.0.1:7420/#enter=token${(links += 1)}`,
    running: () => running,
    close: () =>
      running === 0
        ? Promise.resolve(void (state.closed += 1))
        : new Promise((resolve) => (state.finish = () => resolve(void (state.closed += 1)))),
  }
  const serve = (options: ServeOptions) => {
    asked.push(options)
    return Promise.resolve(served)
  }
  const terminal: Terminal = aTerminal({ ...given, more: { ...given.more, serve } })
  return { terminal, asked, state }
}

describe('pilothouse serve', () => {
  it('prints a one-time link and how to use it, until it is interrupted', async () => {
    const { terminal, asked, state } = aServingTerminal()
    const running = terminal.run('serve')
    await settle()
    expect(state.closed).toBe(0)
    terminal.interrupt()
    const { code, out, err } = await running
    expect(code).toBe(0)
    expect(out).toContain('http://127.0.0.1:7420/#enter=token1\n')
    expect(out).toContain('ssh -L 7420:127.0.0.1:7420')
    expect(out).not.toContain('Enter')
    expect(err).toBe('No longer served.\n')
    expect(asked).toMatchObject([{ profile: { name: 'default', login: 'ada' }, port: 0, execute: false }])
    expect(state.closed).toBe(1)
  })

  it('prints a fresh link at each Enter, to somebody who sits there', async () => {
    const { terminal } = aServingTerminal({ typed: [] })
    const running = terminal.run('serve')
    await settle()
    terminal.pressEnter()
    terminal.pressEnter()
    terminal.interrupt()
    const { out } = await running
    expect(out.match(/#enter=token\d/g)).toEqual(['#enter=token1', '#enter=token2', '#enter=token3'])
    terminal.pressEnter()
    expect(out).toContain('Enter prints a fresh link')
  })

  it('says it as one object with --json', async () => {
    const { terminal, asked } = aServingTerminal({ typed: [] })
    const running = terminal.run('--json', 'serve', '--port', '7420', '--execute')
    await settle()
    terminal.pressEnter()
    terminal.interrupt()
    const { out, err } = await running
    expect(JSON.parse(out)).toEqual({
      profile: 'default',
      url: 'http://127.0.0.1:7420',
      port: 7420,
      link: 'http://127.0.0.1:7420/#enter=token1',
      executes: true,
    })
    expect(err).toBe('')
    expect(asked).toMatchObject([{ port: 7420, execute: true }])
  })

  it('waits for a release that it carries out; a second ^C leaves it', async () => {
    const left: number[] = []
    const leave = (code: number): never => {
      left.push(code)
      throw new TypeError('left')
    }
    const { terminal, state } = aServingTerminal({ running: 1, more: { leave } })
    const running = terminal.run('serve')
    await settle()
    terminal.interrupt()
    await settle()
    expect(() => terminal.interrupt()).toThrow('left')
    expect(left).toEqual([130])
    state.finish()
    const { err } = await running
    expect(err).toContain('Releases that are being carried out here: 1.')
  })

  it('says what the server has to say, on stderr', async () => {
    const { terminal, asked } = aServingTerminal({ env: { PILOTHOUSE_DEBUG: '1' } })
    const running = terminal.run('serve', '--execute')
    await settle()
    const told = asked[0]?.told
    const release = aRelease({ lifecycle_state: 'applied' })
    told?.defect('1f2e3d4c', new TypeError('not what was expected'))
    told?.carried({ kind: 'ended', release })
    told?.carried({ kind: 'refused', release, error: new PilothouseError('ssh_unreachable', {}) })
    terminal.interrupt()
    const { err } = await running
    expect(err).toContain(
      'error internal_error: Something went wrong that should not: not what was expected\n',
    )
    expect(err).toContain('  incident: 1f2e3d4c\n')
    expect(err).toContain('TypeError: not what was expected\n    at ')
    expect(err).toContain('shop-7 was due: applied.')
    expect(err).toContain('shop-7 is due and was not carried out.\nerror ssh_unreachable: ')
  })

  it.each([
    ['a port that is none', ['--port', '70000'], 2],
    ['a port of letters', ['--port', 'http'], 2],
    ['a profile that is not there', ['--profile', 'nobody'], 4],
  ])('refuses %s', async (_what, argv, expected) => {
    const { terminal, asked } = aServingTerminal()
    const { code, err } = await terminal.run('serve', ...argv)
    expect([code, asked]).toEqual([expected, []])
    expect(err).toContain('hint: ')
  })

  it('says what to do where no window was built, before it connects to anything', async () => {
    const windowFolder = temporaryFolder()
    const serve = (options: ServeOptions) => serveProfile({ ...options, windowFolder })
    const { code, err } = await aTerminal({ more: { serve } }).run('serve')
    expect(code).toBe(4)
    expect(err).toContain(`folder: ${windowFolder}`)
    expect(err).toContain('hint: The window is not built yet: npm run window')
  })
})
