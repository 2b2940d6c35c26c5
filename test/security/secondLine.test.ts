import { describeAttacks } from './attack.ts'
import type { Attack, End } from './attack.ts'

/** What a hole in a function would give: the rights of the role behind it, without any function in between. */
const behind = (role: string, name: string, end: End, statement: string): Attack => ({
  name: `${role}: ${name}`,
  as: ({ ledger }) => ({ url: ledger.adminUrl }),
  statements: () => [`SET ROLE ${role}`, statement],
  end,
})

const denied: End = { error: ['42501'] }
/** "Integrity constraint violation": the guard triggers. */
const guarded: End = { error: ['23000'] }

const api = (name: string, statement: string) => behind('pilothouse_api', name, denied, statement)
const reader = (name: string, statement: string) => behind('pilothouse_reader', name, denied, statement)
const owner = (name: string, statement: string) => behind('pilothouse_owner', name, guarded, statement)

describeAttacks('even the role behind the functions can not', [
  api('write a state', `UPDATE pilothouse.releases SET lifecycle_state = 'approved'`),
  api('write a revision', 'UPDATE pilothouse.releases SET revision = 9'),
  api('turn a release into another', `UPDATE pilothouse.releases SET created_by = 'bob'`),
  api(
    'insert an event',
    'INSERT INTO pilothouse.timeline_events SELECT * FROM pilothouse.timeline_events LIMIT 1',
  ),
  api('rewrite an event', `UPDATE pilothouse.timeline_events SET actor = 'bob'`),
  api('delete events', 'DELETE FROM pilothouse.timeline_events'),
  api('move a chain', 'UPDATE pilothouse.chain_heads SET seq = 0'),
  api('rewrite an action', `UPDATE pilothouse.approval_inbox_actions SET actor = 'bob'`),
  api('rewrite a document', `UPDATE pilothouse.documents SET bytes = ''`),
  api('rewrite a plan', `UPDATE pilothouse.previews SET context = '{}'`),
  api('rewrite a ticket', `UPDATE pilothouse.approval_inbox_items SET context_hash = document_digest`),
  api('rewrite the change log', 'DELETE FROM pilothouse.change_log'),
  api('bind a role', 'DELETE FROM pilothouse.role_bindings'),
  api('move a member to another person', 'UPDATE pilothouse.members SET person_id = id'),
  api('loosen a policy', 'DELETE FROM pilothouse.approval_rules'),
  api('bend the state table', 'DELETE FROM pilothouse.lifecycle_transitions'),
  api('empty a table', 'TRUNCATE pilothouse.timeline_events'),
  api('disable a trigger', 'ALTER TABLE pilothouse.releases DISABLE TRIGGER ALL'),
  api('drop a table', 'DROP TABLE pilothouse.timeline_events'),
  api('open row security', 'CREATE POLICY mine ON pilothouse.releases USING (true)'),
  api('add a function', `CREATE FUNCTION pilothouse_api.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'`),
  api('add a table', 'CREATE TABLE pilothouse.mine (x int)'),
  api(
    'call what only administrators call',
    `SELECT pilothouse.admin_grant('{"login": "x", "role": "admin"}')`,
  ),
  reader('write a table', `UPDATE pilothouse.releases SET lifecycle_state = 'approved'`),
  reader('add a view', 'CREATE VIEW pilothouse_read.mine AS SELECT 1'),
  reader(
    'move an event in',
    `SELECT pilothouse.append_event('release.approved', 'release', gen_random_uuid(), null, null, '{}')`,
  ),
  behind(
    'pilothouse_reader',
    'see anything for a login that is no member',
    { finds: 'nothing' },
    'SELECT * FROM pilothouse.releases',
  ),
])

describeAttacks('even the owner of the tables is stopped by their triggers from', [
  owner(
    'jumping a state',
    `UPDATE pilothouse.releases SET lifecycle_state = 'applied' WHERE lifecycle_state = 'pending_approval'`,
  ),
  owner(
    'a release that begins approved',
    `INSERT INTO pilothouse.releases (id, project_id, service_id, target_id, number, label, runtime, kind,
     lifecycle_state, strategy, correlation_id)
   SELECT gen_random_uuid(), project_id, service_id, target_id, 999, 'x-999', runtime, kind, 'approved', strategy, correlation_id
     FROM pilothouse.releases LIMIT 1`,
  ),
  owner('turning a release into another', `UPDATE pilothouse.releases SET created_by = 'bob'`),
  owner('winding a revision back', 'UPDATE pilothouse.releases SET revision = 0 WHERE revision > 0'),
  owner('rewriting events', `UPDATE pilothouse.timeline_events SET actor = 'bob'`),
  owner('deleting events', 'DELETE FROM pilothouse.timeline_events'),
  owner('emptying the record', 'TRUNCATE pilothouse.timeline_events'),
  owner('rewriting approvals', `UPDATE pilothouse.approval_inbox_actions SET actor = 'bob'`),
  owner('rewriting documents', `UPDATE pilothouse.documents SET bytes = ''`),
  owner('deleting changes', 'DELETE FROM pilothouse.change_log'),
])
