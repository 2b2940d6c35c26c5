import { denied, describeAttacks } from './attack.ts'
import type { Attack, End } from './attack.ts'
import type { Governed } from './governed.ts'

const sql = (name: string, end: End, statements: (world: Governed) => string[]): Attack => ({
  name,
  as: ({ alice }) => alice,
  statements,
  end,
})

const roles = [
  'pilothouse_owner',
  'pilothouse_api',
  'pilothouse_reader',
  'pilothouse_runner',
  'pilothouse_member',
]

describeAttacks('a member with psql can not become anybody else', [
  ...roles.map((role) => sql(`SET ROLE ${role}`, denied, () => [`SET ROLE ${role}`])),
  ...roles.map((role) => sql(`GRANT ${role}`, denied, () => [`GRANT ${role} TO CURRENT_USER`])),
  sql('SET ROLE to another member', denied, ({ bob }) => [`SET ROLE ${bob.login}`]),
  sql('SET ROLE to the superuser', denied, ({ ledger }) => [
    `SET ROLE "${new URL(ledger.adminUrl).username}"`,
  ]),
  sql('SET SESSION AUTHORIZATION to another member', denied, ({ bob }) => [
    `SET SESSION AUTHORIZATION ${bob.login}`,
  ]),
  sql('SET SESSION AUTHORIZATION to the owner', denied, () => ['SET SESSION AUTHORIZATION pilothouse_owner']),
  sql('a startup setting for the role', denied, () => [
    `SELECT set_config('role', 'pilothouse_owner', false)`,
  ]),
  sql("a setting for the session's login", denied, ({ bob }) => [
    `SELECT set_config('session_authorization', '${bob.login}', false)`,
  ]),
  sql('grant oneself another member', denied, ({ bob }) => [`GRANT ${bob.login} TO CURRENT_USER`]),
  sql('CREATEROLE for oneself', denied, () => ['ALTER ROLE CURRENT_USER CREATEROLE']),
  sql('SUPERUSER for oneself', denied, () => ['ALTER ROLE CURRENT_USER SUPERUSER']),
  sql('BYPASSRLS for oneself', denied, () => ['ALTER ROLE CURRENT_USER BYPASSRLS']),
  sql('REPLICATION for oneself', denied, () => ['ALTER ROLE CURRENT_USER REPLICATION']),
  sql('CREATEDB for oneself', denied, () => ['ALTER ROLE CURRENT_USER CREATEDB']),
  sql('more connections for oneself', denied, () => ['ALTER ROLE CURRENT_USER CONNECTION LIMIT -1']),
  sql('another name for oneself', { error: ['42501', '0A000'] }, ({ alice }) => [
    `ALTER ROLE ${alice.login} RENAME TO bob_again`,
  ]),
  sql("another member's password", denied, ({ bob }) => [`ALTER ROLE ${bob.login} PASSWORD 'mine'`]),
  sql("another member's settings", denied, ({ bob }) => [
    `ALTER ROLE ${bob.login} SET search_path = playground`,
  ]),
  sql("everybody's settings", denied, () => ['ALTER ROLE ALL SET search_path = playground']),
  sql("the database's settings", denied, ({ ledger }) => [
    `ALTER DATABASE ${ledger.database} SET search_path = playground`,
  ]),
  sql("the server's settings", denied, () => [`ALTER SYSTEM SET session_replication_role = replica`]),
  sql('a role of their own', denied, () => ['CREATE ROLE mine SUPERUSER LOGIN']),
  sql('drop another member', denied, ({ bob }) => [`DROP ROLE ${bob.login}`]),
  sql('take over what the owner owns', denied, () => ['REASSIGN OWNED BY pilothouse_owner TO CURRENT_USER']),
  sql('drop what the owner owns', denied, () => ['DROP OWNED BY pilothouse_owner CASCADE']),
  sql('own the database', denied, ({ ledger }) => [
    `ALTER DATABASE ${ledger.database} OWNER TO CURRENT_USER`,
  ]),
  sql('read password verifiers', denied, () => ['SELECT * FROM pg_authid']),
  sql('read password verifiers by the old name', denied, () => ['SELECT * FROM pg_shadow']),
  sql("end another member's connection", denied, () => [
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename <> session_user AND usename IS NOT NULL`,
  ]),
  sql('read what others are running', { finds: 'nothing' }, () => [
    `SELECT query FROM pg_stat_activity
      WHERE usename <> session_user AND query NOT IN ('', '<insufficient privilege>')`,
  ]),
])

const internals: Record<string, string> = {
  append_event: `'release.approved', 'release', gen_random_uuid(), null, null, '{}'`,
  transition: `gen_random_uuid(), 'quorum_filled', '{}'`,
  perform: `'decide', '{}'`,
  approve: `null, null, '{}'`,
  command_decide: `'{}'`,
  command_finish: `'{}'`,
  note_change: `'releases', 'x', null, null, null`,
  record_denial: `'decide', 'permission_denied', '{}', '{}'`,
  admin_add_member: `'{"login": "eve", "person": "Eve", "roles": [{"role": "admin"}]}'`,
  admin_grant: `'{"login": "eve", "role": "admin"}'`,
  admin_revoke: `'{"login": "eve", "role": "admin"}'`,
  admin_set_active: `'{"login": "eve", "active": false}'`,
  initialise: 'true',
  may: `'x', 'release:approve', '*', null`,
  policy_for: `gen_random_uuid(), 'release', null, null, 'x'`,
  readable_projects: 'null',
}

describeAttacks('a member with psql can not call what the functions are made of', [
  ...Object.entries(internals).map(([name, given]) =>
    sql(`pilothouse.${name}`, denied, () => [`SELECT pilothouse.${name}(${given})`]),
  ),
  sql("internals without their schema's name", { error: ['42883'] }, () => [
    'SET search_path = pilothouse, pg_catalog',
    `SELECT transition(gen_random_uuid(), 'quorum_filled', '{}')`,
  ]),
  sql('internals by their number', { error: ['42883', '42501', '42601'] }, () => [
    `SELECT ('pilothouse.transition'::regproc::oid)(gen_random_uuid(), 'quorum_filled', '{}')`,
  ]),
])
