import { createServer } from 'node:net'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { connectError } from '../../src-main/ledger/connectError.ts'
import {
  connectLedger,
  connectionConfig,
  isLoopback,
  parseAddress,
} from '../../src-main/ledger/connection.ts'
import { findPassword } from '../../src-main/ledger/passfile.ts'
import { emptyDatabase, startTestLedger } from '../support/ledger.ts'
import type { TestLedger } from '../support/ledger.ts'

const away = 'postgres://anna@db.example:6000/pilothouse'

describe('what protects a connection', () => {
  it('is a verified certificate for every host that is not loopback', () => {
    for (const host of ['db.example', '10.0.0.7', '[fd00::1]', '128.0.0.1', 'localhost.example'])
      expect([host, connectionConfig({ connectionString: `postgres://anna@${host}/p` }).ssl]).toEqual([
        host,
        { rejectUnauthorized: true, minVersion: 'TLSv1.2' },
      ])
    expect(connectionConfig({ connectionString: away, ca: 'CA', cert: 'CERT', key: 'KEY' }).ssl).toEqual({
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      ca: 'CA',
      cert: 'CERT',
      key: 'KEY',
    })
  })

  it('is weaker only where somebody says so, and not in the address', () => {
    const ssl = (tls: 'require' | 'insecure' | 'verify-full', url = away) =>
      connectionConfig({ connectionString: url, tls }).ssl
    expect(ssl('require')).toMatchObject({ rejectUnauthorized: false })
    expect(ssl('insecure')).toBe(false)
    expect(ssl('verify-full', 'postgres://anna@127.0.0.1/p')).toMatchObject({ rejectUnauthorized: true })
    for (const weak of ['sslmode=disable', 'sslmode=require', 'host=elsewhere'])
      expect(() => connectionConfig({ connectionString: `${away}?${weak}` })).toThrow(
        expect.objectContaining({ code: 'validation_error' }),
      )
    expect(connectionConfig({ connectionString: `${away}?sslmode=verify-full` }).ssl).toMatchObject({
      rejectUnauthorized: true,
    })
  })

  it('is nothing on this machine itself', () => {
    for (const host of ['127.0.0.1', '127.9.9.9', '[::1]', 'localhost'])
      expect(connectionConfig({ connectionString: `postgres://anna@${host}/p` }).ssl).toBe(false)
    expect(['/run/postgresql', '::1', '::', '0.0.0.0', '::ffff:10.0.0.1'].map(isLoopback)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
  })

  it('is refused by a server without TLS rather than given up', async () => {
    const plain = createServer((socket) => socket.once('data', () => socket.end('N')))
    plain.listen(0, '127.0.0.1')
    await once(plain, 'listening')
    const address = plain.address()
    const port = typeof address === 'object' ? address?.port : undefined
    try {
      const connectionString = `postgres://anna@127.0.0.1:${port}/p`
      const connecting = connectLedger({ connectionString, tls: 'verify-full', password: 'x' })
      await expect(connecting).rejects.toMatchObject({ code: 'ledger_unavailable', hint: 'tls' })
    } finally {
      plain.close()
    }
  })
})

describe('the address of a ledger', () => {
  it('is taken apart', () => {
    expect(parseAddress('postgresql://an%40na:s%3Acret@[::1]:6000/my%20ledger')).toEqual({
      host: '::1',
      port: 6000,
      database: 'my ledger',
      user: 'an@na',
      password: 's:cret',
    })
    expect(parseAddress('postgres://anna@db.example/p')).toMatchObject({ port: 5432, password: null })
  })

  it('is refused where it is none, without being repeated', () => {
    for (const wrong of [
      '',
      'nonsense',
      'https://u:secret@host/db',
      'postgres://host/db',
      'postgres://u:secret@host',
    ])
      try {
        parseAddress(wrong)
        expect.unreachable()
      } catch (error) {
        expect(error).toMatchObject({ code: 'validation_error' })
        expect(String(error)).not.toContain('secret')
      }
  })
})

describe('a password file', () => {
  const question = { host: 'db.example', port: 6000, database: 'pilothouse', user: 'anna' }

  it('gives the password of the first line that fits', () => {
    const content = [
      '# db.example:6000:pilothouse:anna:comment',
      'other:6000:pilothouse:anna:wrong',
      'db.example:*:pilothouse:anna:right\\:er\\\\:with:colons',
      '*:*:*:*:last',
    ].join('\n')
    expect(findPassword(content, question)).toBe('right:er\\:with:colons')
    expect(findPassword(content, { ...question, user: 'berta' })).toBe('last')
    expect(findPassword('db.example:6000:pilothouse:anna', question)).toBeNull()
    expect(findPassword('', question)).toBeNull()
    expect(findPassword('a\\:b:1:d:u:pw\r\n', { host: 'a:b', port: 1, database: 'd', user: 'u' })).toBe('pw')
  })
})

describe('why a connection failed', () => {
  const address = { host: 'db.example', port: 5432, database: 'p', user: 'anna' }
  const coded = (code: string) => Object.assign(new TypeError('driver'), { code })

  it('is told by a code and a hint', () => {
    const verdicts = [
      ['28P01', 'permission_denied', 'ledger_password'],
      ['28000', 'permission_denied', 'ledger_login'],
      ['3D000', 'ledger_unavailable', 'database_missing'],
      ['57P03', 'ledger_unavailable', 'starting'],
      ['53300', 'ledger_unavailable', 'too_many_connections'],
      ['ENOTFOUND', 'ledger_unavailable', 'unreachable'],
      ['SELF_SIGNED_CERT_IN_CHAIN', 'ledger_unavailable', 'tls'],
      ['ERR_TLS_CERT_ALTNAME_INVALID', 'ledger_unavailable', 'tls'],
      ['CERT_HAS_EXPIRED', 'ledger_unavailable', 'tls'],
    ]
    for (const [given = '', code, hint] of verdicts)
      expect(connectError(coded(given), address)).toMatchObject({ code, hint })
    const bug = new RangeError('a bug')
    expect(connectError(bug, address)).toBe(bug)
    expect(connectError(coded('42703'), address)).toMatchObject({ code: '42703' })
  })
})

describe('a connection to a running ledger', () => {
  let ledger: TestLedger

  beforeAll(async () => {
    ledger = await startTestLedger()
  })
  afterAll(() => ledger.close())

  it('has limits on statements, locks and open transactions, and says who it is', async () => {
    const { url } = await ledger.member('anna')
    const pool = await connectLedger({ connectionString: url })
    const { rows } = await pool.query(
      `SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
              current_setting('idle_in_transaction_session_timeout') AS idle,
              current_setting('application_name') AS name`,
    )
    expect(rows).toEqual([{ statement: '1min', lock: '15s', idle: '30s', name: 'pilothouse/cli' }])
    await pool.end()
  })

  it('survives that the server ends it, idle or in use', async () => {
    const { url, login } = await ledger.member('berta')
    const broken: Error[] = []
    const pool = await connectLedger({ connectionString: url, onBroken: (error) => broken.push(error) })
    const [held, idle] = await Promise.all([pool.connect(), pool.connect()])
    idle.release()
    await ledger.admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [
      login,
    ])
    await vi.waitUntil(() => broken.length >= 2, { timeout: 60_000 })
    await expect(held.query('SELECT 1')).rejects.toThrow()
    held.release(true)
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
    await pool.end()
  })

  it('takes its password from PGPASSFILE, unless others can read that', async () => {
    const { url } = await ledger.member('carla')
    const { host, port, database, user, password } = parseAddress(url)
    const connectionString = `postgres://${user}@${host}:${port}/${database}`
    const folder = await mkdtemp(path.join(tmpdir(), 'pilothouse-passfile-'))
    const file = path.join(folder, 'pgpass')
    try {
      await writeFile(file, `${host}:${port}:*:${user}:${password}\n`, { mode: 0o600 })
      vi.stubEnv('PGPASSFILE', file)
      await (await connectLedger({ connectionString })).end()
      await rm(file)
      await writeFile(file, `${host}:${port}:*:${user}:${password}\n`, { mode: 0o644 })
      const open = connectLedger({ connectionString })
      await expect(open).rejects.toMatchObject({ code: 'permission_denied', hint: 'ledger_password' })
    } finally {
      vi.unstubAllEnvs()
      await rm(folder, { recursive: true, force: true })
    }
  })

  it('fails with what is wrong: password, database, port, schema, membership', async () => {
    const { url } = await ledger.member('dora')
    const { host, port, database, user, password } = parseAddress(url)
    const connect = (connectionString: string) => connectLedger({ connectionString })
    await expect(connect(`postgres://${user}:wrong@${host}:${port}/${database}`)).rejects.toMatchObject({
      code: 'permission_denied',
      hint: 'ledger_password',
      data: { permission: 'ledger:connect', login: user },
    })
    await expect(connect(`postgres://${user}:${password}@${host}:${port}/nowhere`)).rejects.toMatchObject({
      code: 'ledger_unavailable',
      hint: 'database_missing',
    })
    await expect(connect(`postgres://${user}:${password}@${host}:1/${database}`)).rejects.toMatchObject({
      code: 'ledger_unavailable',
      hint: 'unreachable',
      data: { host, port: 1, database },
    })
    const empty = await emptyDatabase()
    await expect(connect(empty.url)).rejects.toMatchObject({
      code: 'ledger_unavailable',
      hint: 'not_migrated',
    })
    await ledger.admin.query(`CREATE ROLE stranger_here LOGIN PASSWORD 'of a stranger'`)
    try {
      await expect(
        connect(`postgres://stranger_here:of%20a%20stranger@${host}:${port}/${database}`),
      ).rejects.toMatchObject({ code: 'permission_denied', hint: 'not_a_member' })
    } finally {
      await ledger.admin.query('DROP ROLE stranger_here')
    }
    // Nothing of what failed stays connected.
    await vi.waitUntil(
      async () => {
        const { rowCount } = await ledger.admin.query(
          `SELECT FROM pg_stat_activity WHERE application_name = 'pilothouse/cli'`,
        )
        return rowCount === 0
      },
      { timeout: 60_000 },
    )
  })

  it('is not opened for an address that is none', async () => {
    await expect(connectLedger({ connectionString: 'mysql://a@b/c' })).rejects.toMatchObject({
      code: 'validation_error',
    })
  })
})
