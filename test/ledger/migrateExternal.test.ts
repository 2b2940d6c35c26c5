import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { connectLedger } from '../../src-main/ledger/connection.ts'
import { removeEmbedded, startEmbedded } from '../../src-main/ledger/embedded/embedded.ts'
import type { EmbeddedLedger } from '../../src-main/ledger/embedded/embedded.ts'
import { acceptInvitation } from '../../src-main/ledger/invitation.ts'
import { addMember, setMemberActive } from '../../src-main/ledger/members.ts'
import { migrateLedger, migrationStatus, revertLedger } from '../../src-main/ledger/migrate.ts'
import { migrationNames } from '../../src-main/ledger/migrationFiles.ts'
import { ensureRoles } from '../../src-main/ledger/roles.ts'
import { adminUrl } from '../support/ledger.ts'

const password = 'of-the-administrator'

// A server on which no superuser ever prepared the roles.
describe('an external server whose administrator is no superuser', () => {
  let home: string
  let server: EmbeddedLedger
  let superuser: pg.Client

  beforeAll(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'pilothouse-external-'))
    await chmod(home, 0o711)
    server = await startEmbedded(home, { settings: { fsync: 'off' } })
    superuser = new pg.Client(adminUrl(server, 'postgres'))
    await superuser.connect()
  })

  afterAll(async () => {
    await superuser.end()
    await removeEmbedded(home)
    await rm(home, { recursive: true, force: true })
  })

  beforeEach(async () => {
    await superuser.query('DROP DATABASE IF EXISTS ledger')
    const { rows } = await superuser.query<{ rolname: string }>(
      `SELECT rolname FROM pg_roles WHERE rolname ~ '^(pilothouse_(owner|api|reader|member|runner)|keeper|anna)$'`,
    )
    for (const { rolname } of rows) await superuser.query(`DROP OWNED BY ${rolname}`)
    for (const { rolname } of rows) await superuser.query(`DROP ROLE ${rolname}`)
    await superuser.query(`CREATE ROLE keeper LOGIN CREATEROLE PASSWORD '${password}'`)
  })

  const keeperUrl = () => `postgres://keeper:${password}@${server.host}:${server.port}/ledger`

  it('is prepared, migrated and given members by that administrator, who owns the database', async () => {
    await superuser.query('CREATE DATABASE ledger OWNER keeper')
    const names = await migrationNames()
    expect(await migrateLedger(keeperUrl())).toEqual(names)
    expect(await migrationStatus(keeperUrl())).toMatchObject({ schema_version: names.at(-1), pending: [] })
    const keeper = new pg.Client(keeperUrl())
    await keeper.connect()
    try {
      await keeper.query('SET ROLE pilothouse_owner; SELECT pilothouse.initialise(false); RESET ROLE')
      const address = { host: server.host, port: server.port, database: 'ledger', tls: null, ca: null }
      const invitation = await addMember(keeper, address, {
        login: 'anna',
        person: 'Anna',
        roles: [{ role: 'admin' }],
      })
      const pool = await connectLedger(await acceptInvitation(invitation, 'a password of her own'))
      const { rows } = await pool.query('SELECT session_user::text AS me')
      expect(rows).toEqual([{ me: 'anna' }])
      await pool.end()
      await setMemberActive(keeper, 'anna', false)
    } finally {
      await keeper.end()
    }
    expect(await revertLedger(keeperUrl(), { to: null })).toEqual(names.toReversed())
  })

  it('gives members no way to make temporary tables or schemas, or to become somebody else', async () => {
    await superuser.query('CREATE DATABASE ledger OWNER keeper')
    await migrateLedger(keeperUrl())
    const { rows } = await superuser.query(
      `SELECT has_database_privilege('pilothouse_member', 'ledger', 'CONNECT') AS connect,
              has_database_privilege('pilothouse_member', 'ledger', 'TEMPORARY') AS temporary,
              has_database_privilege('pilothouse_member', 'ledger', 'CREATE') AS "create",
              pg_has_role('pilothouse_member', 'pilothouse_owner', 'MEMBER') AS owner,
              pg_has_role('pilothouse_api', 'pilothouse_owner', 'MEMBER') AS api_owner`,
    )
    expect(rows).toEqual([{ connect: true, temporary: false, create: false, owner: false, api_owner: false }])
  })

  it('says what is missing where the administrator may not do it', async () => {
    await superuser.query('CREATE DATABASE ledger')
    await expect(migrateLedger(keeperUrl())).rejects.toMatchObject({
      code: 'permission_denied',
      hint: 'ledger_administrator',
      data: { permission: 'OWNER OF DATABASE ledger' },
    })
    await superuser.query('ALTER ROLE keeper NOCREATEROLE')
    await expect(migrateLedger(keeperUrl())).rejects.toMatchObject({
      code: 'permission_denied',
      hint: 'ledger_administrator',
      data: { permission: 'CREATEROLE' },
    })
  })

  it('is enough with CREATE and grant option, once the owner closed the database to PUBLIC', async () => {
    await superuser.query('CREATE DATABASE ledger')
    await superuser.query('GRANT CREATE ON DATABASE ledger TO keeper WITH GRANT OPTION')
    await superuser.query('REVOKE TEMPORARY ON DATABASE ledger FROM PUBLIC')
    expect(await migrateLedger(keeperUrl())).toEqual(await migrationNames())
  })

  it('refuses roles of these names that may do more than they should', async () => {
    await superuser.query('CREATE DATABASE ledger OWNER keeper')
    await superuser.query('CREATE ROLE pilothouse_api BYPASSRLS')
    await expect(migrateLedger(keeperUrl())).rejects.toMatchObject({
      code: 'conflict',
      hint: 'role_overpowered',
      data: { roles: ['pilothouse_api'] },
    })
  })

  it('gets its roles once, from databases that are prepared at the same moment', async () => {
    await superuser.query('CREATE DATABASE ledger')
    const databases = ['ledger', 'postgres', 'pilothouse']
    const clients = databases.map((database) => new pg.Client(adminUrl(server, database)))
    try {
      await Promise.all(clients.map((client) => client.connect()))
      await Promise.all(clients.map((client) => ensureRoles(client)))
      await Promise.all(clients.map((client) => ensureRoles(client)))
      const { rows } = await superuser.query(
        `SELECT count(*)::int AS roles FROM pg_roles WHERE rolname ~ '^pilothouse_(owner|api|reader|member|runner)$'`,
      )
      expect(rows).toEqual([{ roles: 5 }])
    } finally {
      await Promise.all(clients.map((client) => client.end()))
      for (const database of ['postgres', 'pilothouse']) {
        const client = new pg.Client(adminUrl(server, database))
        await client.connect()
        await client.query('DROP OWNED BY pilothouse_owner, pilothouse_member')
        await client.end()
      }
    }
  })
})
