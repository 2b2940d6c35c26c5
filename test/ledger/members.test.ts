import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { connectLedger } from '../../src-main/ledger/connection.ts'
import {
  acceptInvitation,
  connectionTo,
  readInvitation,
  writeInvitation,
} from '../../src-main/ledger/invitation.ts'
import { addMember, renewInvitation, setMemberActive } from '../../src-main/ledger/members.ts'
import { scramVerifier } from '../../src-main/ledger/scram.ts'
import { startTestLedger } from '../support/ledger.ts'
import type { TestLedger } from '../support/ledger.ts'

const chosen = 'correct horse battery'

describe('members of a ledger', () => {
  let ledger: TestLedger
  let admin: pg.PoolClient
  const logins: string[] = []

  beforeAll(async () => {
    ledger = await startTestLedger()
    admin = await ledger.admin.connect()
  })

  afterAll(async () => {
    admin.release()
    await ledger.close()
  })

  function login(name: string): string {
    logins.push(name)
    return name
  }

  async function invite(name: string, roles: { role: string }[] = [{ role: 'viewer' }]) {
    return addMember(admin, ledger.address, { login: login(name), person: name, roles })
  }

  it('accept an invitation once: it opens the ledger, and after that only their own password does', async () => {
    const invitation = await invite('berta')
    const connection = await acceptInvitation(invitation, chosen)
    const pool = await connectLedger(connection)
    const { rows } = await pool.query('SELECT session_user::text AS me')
    expect(rows).toEqual([{ me: 'berta' }])
    await pool.end()
    await expect(acceptInvitation(invitation, 'another password')).rejects.toMatchObject({
      code: 'permission_denied',
      hint: 'invitation_used',
      data: { login: 'berta' },
    })
    const { connectionString } = connection
    await expect(
      connectLedger({ connectionString, password: invitation.one_time_password }),
    ).rejects.toMatchObject({ code: 'permission_denied', hint: 'ledger_password' })
    await (await connectLedger({ connectionString, password: chosen })).end()
  })

  it('keep an invitation that a too simple password was refused for', async () => {
    const invitation = await invite('carla')
    for (const password of ['short', 'Pässwörter sind lang'])
      await expect(acceptInvitation(invitation, password)).rejects.toMatchObject({ code: 'validation_error' })
    await (await connectLedger(await acceptInvitation(invitation, chosen))).end()
  })

  it('can do nothing on the server but be members', async () => {
    await invite('dora')
    const { rows } = await ledger.admin.query(
      `SELECT rolcanlogin, rolinherit, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolconnlimit,
              pg_has_role('dora', 'pilothouse_member', 'USAGE') AS member,
              pg_has_role('dora', 'pilothouse_member', 'SET') AS becomes_group,
              pg_has_role('dora', 'pilothouse_owner', 'MEMBER') AS owner
         FROM pg_roles WHERE rolname = 'dora'`,
    )
    expect(rows).toEqual([
      {
        rolcanlogin: true,
        rolinherit: true,
        rolsuper: false,
        rolcreatedb: false,
        rolcreaterole: false,
        rolreplication: false,
        rolbypassrls: false,
        rolconnlimit: 20,
        member: true,
        becomes_group: false,
        owner: false,
      },
    ])
  })

  it('exist with login and rows, or not at all', async () => {
    const roleExists = async (name: string) =>
      (await ledger.admin.query('SELECT FROM pg_roles WHERE rolname = $1', [name])).rowCount === 1
    await expect(invite('emil', [{ role: 'no-such-role' }])).rejects.toMatchObject({ code: 'not_found' })
    expect(await roleExists('emil')).toBe(false)
    await expect(invite('postgres-like"; DROP ROLE x')).rejects.toMatchObject({ code: 'validation_error' })
    await invite('frida')
    await expect(invite('frida')).rejects.toMatchObject({ code: 'conflict', hint: 'login_taken' })
    await expect(invite('pilothouse_owner')).rejects.toMatchObject({ code: 'conflict', hint: 'login_taken' })
    const strangers = { login: 'gerd', person: 'Gerd', same_person_as: 'frida', roles: [] }
    await expect(addMember(admin, ledger.address, strangers)).rejects.toMatchObject({
      code: 'validation_error',
    })
    expect(await roleExists('gerd')).toBe(false)
    // The connection is as it was, for the next command.
    const { rows } = await admin.query('SELECT current_user = session_user AS itself')
    expect(rows).toEqual([{ itself: true }])
  })

  it('may have two logins, and are one person', async () => {
    const hanna = await ledger.member('hanna', { person: 'Hanna' })
    const bot = await ledger.member('hannas_bot', { samePersonAs: 'hanna', kind: 'agent' })
    const { rows } = await ledger.admin.query(
      'SELECT count(DISTINCT person_id)::int AS people FROM pilothouse.members WHERE login = ANY($1)',
      [[hanna.login, bot.login]],
    )
    expect(rows).toEqual([{ people: 1 }])
  })

  it('are shut out with their open connections, and let in again', async () => {
    const invitation = await invite('ida')
    const connection = await acceptInvitation(invitation, chosen)
    const broken: Error[] = []
    const pool = await connectLedger({ ...connection, onBroken: (error) => broken.push(error) })
    expect(await setMemberActive(admin, 'ida', false)).toBe(1)
    await expect(connectLedger(connection)).rejects.toMatchObject({
      code: 'permission_denied',
      hint: 'ledger_login',
    })
    await pool.end()
    await setMemberActive(admin, 'ida', true)
    await (await connectLedger(connection)).end()
    await expect(setMemberActive(admin, 'nobody_known', false)).rejects.toMatchObject({ code: 'not_found' })
    await expect(setMemberActive(admin, 'pilothouse_admin', false)).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  it('get a new invitation when theirs is lost', async () => {
    const lost = await invite('jana')
    const renewed = await renewInvitation(admin, ledger.address, 'jana')
    await expect(acceptInvitation(lost, chosen)).rejects.toMatchObject({ hint: 'invitation_used' })
    await (await connectLedger(await acceptInvitation(renewed, chosen))).end()
  })

  it('are added by nobody else, not even by a member', async () => {
    const kurt = await ledger.member('kurt', { roles: [{ role: 'admin' }] })
    const client = await kurt.pool.connect()
    try {
      const adding = addMember(client, ledger.address, { login: 'lara', person: 'Lara', roles: [] })
      await expect(adding).rejects.toMatchObject({ code: 'permission_denied', hint: 'ledger_administrator' })
      await expect(setMemberActive(client, 'kurt', false)).rejects.toMatchObject({ code: 'not_found' })
    } finally {
      client.release()
    }
  })

  afterAll(async () => {
    for (const name of new Set(logins.filter((each) => /^[a-z]+$/.test(each))))
      await ledger.admin.query(`DROP ROLE IF EXISTS ${pg.escapeIdentifier(name)}`)
  })
})

describe('the file of an invitation', () => {
  let folder: string
  const invitation = {
    version: 1,
    ledger: { host: 'db.example', port: 5432, database: 'pilothouse', tls: null, ca: null },
    login: 'anna',
    one_time_password: 'once',
  } as const

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'pilothouse-invitation-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('is for its owner alone, comes back as it was, and replaces no other file', async () => {
    const file = path.join(folder, 'anna.json')
    await writeInvitation(file, invitation)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readInvitation(file)).toEqual(invitation)
    const before = await readFile(file)
    const other = { ...invitation, login: 'berta' }
    await expect(writeInvitation(file, other)).rejects.toMatchObject({
      code: 'conflict',
      hint: 'file_exists',
    })
    expect(await readFile(file)).toEqual(before)
  })

  it('is refused with what is wrong in it, and without what is in it', async () => {
    await expect(readInvitation(path.join(folder, 'none'))).rejects.toMatchObject({ code: 'not_found' })
    const file = path.join(folder, 'broken.json')
    await writeFile(file, JSON.stringify({ ...invitation, version: 2, one_time_password: 'secret!' }))
    const broken = await readInvitation(file).catch((error: unknown) => error)
    expect(broken).toMatchObject({ code: 'validation_error', data: { problems: [{ path: 'version' }] } })
    expect(JSON.stringify(broken)).not.toContain('secret!')
    await writeFile(file, 'secret! {')
    await expect(readInvitation(file)).rejects.toMatchObject({
      code: 'validation_error',
      data: { problems: [{ path: '', problem: 'not JSON' }] },
    })
  })

  it('tells how to connect, without the password', () => {
    expect(connectionTo({ ...invitation.ledger, ca: 'PEM', tls: 'require' }, 'anna')).toEqual({
      connectionString: 'postgres://anna@db.example:5432/pilothouse',
      ca: 'PEM',
      tls: 'require',
    })
    const ipv6 = connectionTo({ ...invitation.ledger, host: 'fd00::1' }, 'anna')
    expect(ipv6).toEqual({ connectionString: 'postgres://anna@[fd00::1]:5432/pilothouse' })
  })
})

describe('the verifier that stands for a password', () => {
  // The salt and password of RFC 7677's example; PostgreSQL computes the same for them.
  it('is what PostgreSQL would store itself', async () => {
    const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64')
    expect(await scramVerifier('pencil', { salt, iterations: 4096 })).toBe(
      'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
    )
    expect(await scramVerifier('pencil')).not.toBe(await scramVerifier('pencil'))
  })
})
