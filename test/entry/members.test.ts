import { readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Administration, InvitationFile, LedgerPlace } from '../../src-main/entry/administration.ts'
import { loginOf } from '../../src-main/entry/commands/ledger.ts'
import { parseRole } from '../../src-main/entry/commands/members.ts'
import { keystoreOf, ledgerPassword } from '../../src-main/entry/keystore.ts'
import { PilothouseError } from '../../src-preload/contract/errors.ts'
import type { NewMember } from '../../src-main/ledger/members.ts'
import { aTerminal, noAdministration, temporaryFolder } from './terminal.ts'
import type { Given } from './terminal.ts'
import { anyText, textWith } from './matchers.ts'

function anInvitation(more: Partial<InvitationFile> = {}): InvitationFile {
  return {
    version: 1,
    ledger: { host: 'db.example', port: 5432, database: 'pilothouse', tls: null, ca: null },
    login: 'grace',
    one_time_password: 'one-time',
    embedded: false,
    ...more,
  }
}

/** Administration that notes what it was asked for. */
function noted(embedded: boolean) {
  const places: LedgerPlace[] = []
  const added: NewMember[] = []
  const accepted: { given: InvitationFile; password: string }[] = []
  const disabled: string[] = []
  const invite = (place: LedgerPlace, login: string) => {
    places.push(place)
    const address = place.kind === 'external' ? place.address : anInvitation().ledger
    return Promise.resolve(anInvitation({ login, embedded, ledger: address }))
  }
  const administration: Administration = {
    ...noAdministration,
    migrate: (place) => {
      places.push(place)
      return Promise.resolve(['0001_tables'])
    },
    addMember: (place, member) => {
      added.push(member)
      return invite(place, member.login)
    },
    renewMember: (place, login) => invite(place, login),
    disableMember: (place, login) => {
      places.push(place)
      disabled.push(login)
      return Promise.resolve()
    },
    accept: (given, password) => {
      accepted.push({ given, password })
      return Promise.resolve()
    },
    stop: () => Promise.resolve(true),
    start: () => Promise.resolve({ pid: 7, port: 5433 }),
    embedded: () => Promise.resolve({ state: 'running', dataDir: '/d', pid: 7, port: 5433 }),
    status: (place) => {
      places.push(place)
      return Promise.resolve({
        schema_version: '0001_tables',
        applied: [],
        pending: [{ name: '0002_more', breaking: false }],
      })
    },
  }
  return { administration, places, added, accepted, disabled }
}

function withNoted(embedded: boolean, given: Given = {}) {
  const admin = noted(embedded)
  return { ...admin, terminal: aTerminal({ ...given, more: { administration: admin.administration } }) }
}

describe('ledger init', () => {
  it('sets the embedded ledger up, with a password of its own that nobody sees', async () => {
    const { terminal, places, added, accepted } = withNoted(true, { profile: false })
    const ran = await terminal.run('ledger', 'init', '--login', 'ada', '--person', 'Ada Lovelace')
    expect([ran.code, ran.out]).toEqual([0, 'The ledger is ready. You are ada; profile default.\n'])
    expect(places).toEqual([{ kind: 'embedded' }, { kind: 'embedded' }])
    expect(added).toEqual([
      {
        login: 'ada',
        person: 'Ada Lovelace',
        roles: ['admin', 'operator-compose', 'approver', 'auditor'].map((role) => ({ role })),
      },
    ])
    const kept = await keystoreOf(terminal.around.keystore, 'default').get(ledgerPassword)
    expect(kept).toMatch(/^[\w-]{32}$/)
    expect(accepted.map(({ password }) => password)).toEqual([kept])
    expect(ran.out + ran.err).not.toContain(kept)
    expect(terminal.around.profiles.get('default')).toEqual({
      name: 'default',
      ledger: { kind: 'embedded' },
      login: 'ada',
      ssh: { identities: [], agent: true },
    })
  })

  it('sets a server up as its administrator, with the password from the environment', async () => {
    const { terminal, places } = withNoted(false, { profile: false, env: { PGPASSWORD: 'admin-pw' } })
    const url = 'postgres://postgres@db.example:5433/pilot'
    const ran = await terminal.run(
      'ledger',
      'init',
      '--url',
      url,
      '--login',
      'ada',
      '--profile',
      'work',
      '--json',
    )
    expect(JSON.parse(ran.out)).toEqual({ profile: 'work', login: 'ada', migrations: ['0001_tables'] })
    const address = { host: 'db.example', port: 5433, database: 'pilot', tls: null, ca: null }
    expect(places[0]).toMatchObject({ kind: 'external', address, connection: { password: 'admin-pw' } })
    expect(terminal.around.profiles.get('work').ledger).toEqual({
      kind: 'external',
      host: 'db.example',
      port: 5433,
      database: 'pilot',
    })
  })

  it('asks for the administrator’s password where somebody is there', async () => {
    const { terminal, places } = withNoted(false, {
      profile: false,
      typed: ['typed-pw'],
      env: { PGPASSFILE: '/nowhere' },
    })
    await terminal.run('ledger', 'init', '--url', 'postgres://postgres@127.0.0.1/pilot', '--login', 'ada')
    expect(terminal.asked).toEqual(['Password of postgres at 127.0.0.1: '])
    expect(places[0]).toMatchObject({ connection: { password: 'typed-pw' } })
  })

  it.each([
    [['--url', 'postgres://postgres:secret@db/pilot'], 'can be read by others'],
    [['--url', 'https://db/pilot'], 'not a postgres:// URL'],
    [['--login', 'Robert; DROP'], 'login: '],
  ])('refuses %j before anything is done', async (more, problem) => {
    const { terminal, places } = withNoted(false, { profile: false })
    const { code, err } = await terminal.run('ledger', 'init', ...more)
    expect([code, places]).toEqual([2, []])
    expect(err).toContain(problem)
    expect(err).not.toContain('secret')
  })

  it('leaves a profile alone that exists', async () => {
    const { terminal, places } = withNoted(true)
    const { code, err } = await terminal.run('ledger', 'init')
    expect([code, places, err]).toEqual([5, [], textWith('--profile')])
  })

  it('makes a login of any user name', () => {
    expect(['Ada', 'j.doe', '9lives', 'ünal'].map(loginOf)).toEqual(['ada', 'j_doe', 'u9lives', 'u_nal'])
  })
})

describe('ledger', () => {
  it('status says where the embedded one runs and what is pending, before any profile', async () => {
    const { terminal } = withNoted(true, { profile: false })
    const { code, out } = await terminal.run('ledger', 'status', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toEqual({
      ledger: 'embedded',
      state: 'running',
      pid: 7,
      port: 5433,
      schema: '0001_tables',
      pending: ['0002_more'],
    })
  })

  it('status of a server asks as the member, who needs no administrator', async () => {
    const { terminal, places } = withNoted(false, { profile: false })
    terminal.around.profiles.save({
      name: 'default',
      ledger: { kind: 'external', host: 'db', port: 5432, database: 'p' },
      login: 'ada',
      ssh: { identities: [], agent: true },
    })
    const { out } = await terminal.run('ledger', 'status')
    expect(out).toContain('schema  0003')
    expect(places).toEqual([])
    const refused = await terminal.run('ledger', 'migrate')
    expect([refused.code, refused.err]).toEqual([2, textWith('PGUSER')])
  })

  it('migrate, start and stop say what they did', async () => {
    const { terminal } = withNoted(true)
    expect((await terminal.run('ledger', 'migrate')).out).toBe('Applied: 0001_tables\n')
    expect((await terminal.run('ledger', 'start')).out).toContain('process 7, port 5433')
    expect((await terminal.run('ledger', 'stop')).out).toBe('The embedded ledger is stopped.\n')
  })
})

describe('member add', () => {
  it('writes the invitation to a new file of the owner alone, and its password nowhere else', async () => {
    const file = path.join(temporaryFolder(), 'grace.json')
    const { terminal, added } = withNoted(true)
    const args = [
      '--person',
      'Grace Hopper',
      '--role',
      'approver',
      '--role',
      'operator-compose@web',
      '--out',
      file,
    ]
    const ran = await terminal.run('member', 'add', 'grace', ...args)
    expect(ran.code).toBe(0)
    expect(added).toEqual([
      {
        login: 'grace',
        person: 'Grace Hopper',
        roles: [
          { role: 'approver', project: null },
          { role: 'operator-compose', project: 'web' },
        ],
      },
    ])
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      one_time_password: 'one-time',
      embedded: true,
    })
    expect(ran.out + ran.err).not.toContain('one-time"')
  })

  it('gives a second login to a person by their first', async () => {
    const { terminal, added } = withNoted(true)
    const out = path.join(temporaryFolder(), 'i.json')
    await terminal.run('member', 'add', 'grace2', '--same-person-as', 'grace', '--out', out)
    expect(added).toEqual([{ login: 'grace2', same_person_as: 'grace', roles: [] }])
  })

  it.each([
    [['--person', 'G'], /required option '--out/],
    [['--out', 'x.json'], /either --person or --same-person-as/],
    [['--person', 'G', '--same-person-as', 'ada', '--out', 'x.json'], /either --person or --same-person-as/],
    [['--person', 'G', '--role', '@web', '--out', 'x.json'], /expected <role>/],
  ])('refuses %j and adds nobody', async (args, problem) => {
    const { terminal, added } = withNoted(true)
    const { code, err } = await terminal.run('member', 'add', 'grace', ...args)
    expect([code, added]).toEqual([2, []])
    expect(err).toMatch(problem)
  })

  it('adds nobody where the invitation could not be written', async () => {
    const file = path.join(temporaryFolder(), 'grace.json')
    writeFileSync(file, 'mine')
    const { terminal, added } = withNoted(true)
    const { code } = await terminal.run('member', 'add', 'grace', '--person', 'G', '--out', file)
    expect([code, added, readFileSync(file, 'utf8')]).toEqual([5, [], 'mine'])
  })

  it('reads roles for all projects or one', () => {
    expect(parseRole('approver')).toEqual({ role: 'approver', project: null })
    expect(parseRole('approver@web')).toEqual({ role: 'approver', project: 'web' })
    expect(() => parseRole('a@b@c')).toThrow(/validation_error/)
  })
})

describe('members', () => {
  it('are renewed and disabled by the administrator', async () => {
    const { terminal, disabled } = withNoted(true)
    const file = path.join(temporaryFolder(), 'grace.json')
    expect((await terminal.run('member', 'renew', 'grace', '--out', file)).code).toBe(0)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ login: 'grace' })
    expect((await terminal.run('member', 'disable', 'grace')).out).toBe('grace can no longer log in.\n')
    expect(disabled).toEqual(['grace'])
  })

  it('are listed, and see who they are themselves', async () => {
    const terminal = aTerminal()
    expect((await terminal.run('member', 'list')).out).toContain(
      'ada    Ada Lovelace  human  yes     admin, approver@web',
    )
    const me = await terminal.run('member', 'me')
    expect(me.out).toContain('ledger  embedded: this account owns the database')
    expect(me.out).toContain('alone   Only one person works with this ledger')
  })
})

describe('join', () => {
  it('tells who is not the only one that there is a second person to ask from now on', async () => {
    const { terminal } = withNoted(false, { profile: false })
    terminal.scene.solo = false
    const { out } = await terminal.run('join', written(anInvitation()), '--profile', 'work')
    expect(out).toContain('releases to production, and changes of policy and access, need a second person')
  })

  function written(invitation: unknown): string {
    const file = path.join(temporaryFolder(), 'invitation.json')
    writeFileSync(file, typeof invitation === 'string' ? invitation : JSON.stringify(invitation))
    return file
  }

  it('keeps a new password, changes the ledger’s, writes the profile, and connects once', async () => {
    const { terminal, accepted } = withNoted(false, { profile: false })
    const { code, out } = await terminal.run('join', written(anInvitation()), '--profile', 'work')
    expect([code, out]).toEqual([0, 'Welcome, Ada Lovelace. You are ada; profile work.\n'])
    const kept = await keystoreOf(terminal.around.keystore, 'work').get(ledgerPassword)
    expect(accepted).toEqual([{ given: anInvitation(), password: kept }])
    expect(kept).not.toBe('one-time')
    expect(terminal.around.profiles.get('work').login).toBe('grace')
    expect(await terminal.assembled[0]?.keystore.get(ledgerPassword)).toBe(kept)
    expect(terminal.open()).toBe(0)
  })

  it('keeps the password before the ledger learns it, and writes no profile when that fails', async () => {
    const { terminal, administration } = withNoted(false, { profile: false })
    const kept: (string | null)[] = []
    administration.accept = async () => {
      kept.push(await keystoreOf(terminal.around.keystore, 'work').get(ledgerPassword))
      throw new TypeError('cut off')
    }
    const { code } = await terminal.run('join', written(anInvitation()), '--profile', 'work')
    expect([code, kept, terminal.around.profiles.has('work')]).toEqual([1, [anyText], false])
  })

  it('goes on after a join that broke off once the ledger had learned the password', async () => {
    const { terminal, administration, accepted } = withNoted(false, { profile: false })
    const before = { ...administration }
    const accept: Administration['accept'] = (...given) => before.accept(...given)
    const passwords: string[] = []
    administration.accept = async (_given, password) => {
      passwords.push(password)
      if (passwords.length === 1) throw new TypeError('cut off')
      throw new PilothouseError('permission_denied', { permission: 'ledger:connect', grantors: [] })
    }
    const file = written(anInvitation())
    expect((await terminal.run('join', file)).code).toBe(1)
    expect((await terminal.run('join', file)).code).toBe(0)
    expect(passwords[1]).toBe(passwords[0])
    administration.accept = accept
    expect((await terminal.run('join', file)).code).toBe(0)
    expect(accepted.map(({ password }) => password)).toEqual([passwords[0]])
  })

  it('refuses a used invitation where no password is kept', async () => {
    const { terminal, administration } = withNoted(false, { profile: false })
    administration.accept = () =>
      Promise.reject(new PilothouseError('permission_denied', { permission: 'ledger:connect', grantors: [] }))
    expect((await terminal.run('join', written(anInvitation()))).code).toBe(3)
    expect(terminal.around.profiles.list()).toEqual([])
  })

  it('leaves a profile of another login or ledger alone', async () => {
    const { terminal, accepted } = withNoted(false)
    expect((await terminal.run('join', written(anInvitation()))).code).toBe(5)
    expect((await terminal.run('join', written(anInvitation({ login: 'ada' })))).code).toBe(5)
    expect(accepted).toEqual([])
  })

  it.each([
    ['not JSON', 'one-time'],
    ['no invitation', '{"version":1,"one_time_password":"one-time"}'],
  ])('refuses a file that is %s, without repeating it', async (_what, content) => {
    const { terminal } = withNoted(false, { profile: false })
    const { code, err } = await terminal.run('join', written(content))
    expect([code, err]).toEqual([2, textWith('validation_error')])
    expect(err).not.toContain('one-time')
  })
})
