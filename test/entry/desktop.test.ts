import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { aTerminal, temporaryFolder } from './terminal.ts'

describe('profile', () => {
  it('shows where secrets are kept, and which profile counts', async () => {
    const terminal = aTerminal()
    expect((await terminal.run('profile', 'list')).out).toContain('*  default  ada    embedded')
    const { out } = await terminal.run('profile', 'show')
    expect(out).toContain('weaker than a keychain')
    expect(out).toContain('password   not known on this desktop')
  })

  it('remembers which SSH keys to offer, by where they are', async () => {
    const key = path.join(temporaryFolder(), 'key')
    writeFileSync(key, '')
    const terminal = aTerminal()
    expect((await terminal.run('profile', 'ssh', '--identity', key, '--no-agent')).code).toBe(0)
    expect(terminal.around.profiles.get('default').ssh).toEqual({ identities: [key], agent: false })
    expect((await terminal.run('profile', 'ssh', '--identity', `${key}.absent`)).code).toBe(2)
    expect(terminal.around.profiles.get('default').ssh.identities).toEqual([key])
  })

  it('is chosen by use, by environment and by option', async () => {
    const terminal = aTerminal({ env: {} })
    const { profiles } = terminal.around
    profiles.save({
      ...profiles.get('default'),
      name: 'work',
      ledger: { kind: 'external', host: 'db', port: 1, database: 'p', tls: 'insecure' },
    })
    expect((await terminal.run('profile', 'use', 'work')).code).toBe(0)
    expect((await terminal.run('profile', 'show')).out).toContain('identity is not verified')
    await terminal.run('release', 'list')
    await terminal.run('release', 'list', '--profile', 'default')
    expect(terminal.assembled.map(({ profile }) => profile.name)).toEqual(['work', 'default'])
    expect((await terminal.run('release', 'list', '--profile', 'nobody')).code).toBe(4)
  })
})

describe('rehearsals', () => {
  it('the simulator says where it is and runs until ^C', async () => {
    const stopped: boolean[] = []
    const terminal = aTerminal({
      profile: false,
      more: {
        simulate: async (ready, signal) => {
          ready({ simulated: true, port: 2222 })
          stopped.push(signal.aborted)
          terminal.interrupt()
          stopped.push(signal.aborted)
        },
      },
    })
    const { code, out } = await terminal.run('simulator', '--json')
    expect([code, stopped]).toEqual([0, [false, true]])
    expect(JSON.parse(out)).toEqual({ simulated: true, port: 2222 })
  })

  it('the demo gets its own arguments', async () => {
    const given: (readonly string[])[] = []
    const demonstrate = (args: readonly string[]) => {
      given.push(args)
      return Promise.resolve()
    }
    await aTerminal({ profile: false, more: { demonstrate } }).run('demo', '--exit', '--json')
    expect(given).toEqual([['--exit', '--json']])
  })
})
