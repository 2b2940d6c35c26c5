-- Releases and what hangs on them; see 0101 for how these views are made.
create index timeline_events_of_failures on pilothouse.timeline_events (resource_id, occurred_at)
  where action = 'release.failed';

grant create on schema pilothouse_read to pilothouse_reader;
set local role pilothouse_reader;

-- A run whose lease has lapsed is shown as unknown: nobody knows what its executor has done since.
create view pilothouse_read.releases with (security_barrier) as
select r.id, r.label, r.project_id, p.name::text as project, r.service_id, s.name::text as service, r.target_id,
  t.name::text as target, r.lifecycle_state::text as lifecycle_state, r.fence, r.created_at,
  jsonb_build_object(
    'id', r.id, 'label', r.label, 'number', r.number, 'project_id', r.project_id, 'project', p.name,
    'service', jsonb_build_object('id', s.id, 'name', s.name),
    'target', jsonb_build_object('id', t.id, 'name', t.name, 'stage_id', st.id, 'stage', st.name),
    'runtime', r.runtime, 'kind', r.kind, 'lifecycle_state', r.lifecycle_state,
    'run', case when r.run = 'running' and r.lease_until <= statement_timestamp() then 'unknown' else r.run end,
    'revision', r.revision, 'version_label', r.version_label, 'variables', r.variables,
    'secret_variables', r.secret_variables, 'strategy', r.strategy, 'preview_ref', r.preview_ref,
    'document_digest', r.document_digest, 'approval_required', r.approval_required,
    'approval_ticket', r.approval_ticket)
  || jsonb_build_object(
    'approved_until', r.approved_until, 'source_release_id', r.source_release_id,
    'target_revision', r.target_revision, 'reason', r.reason, 'change_link', r.change_link,
    'correlation_id', r.correlation_id, 'attempts', r.attempts, 'lease_holder', r.lease_holder,
    'lease_until', r.lease_until, 'fence', r.fence, 'abort_requested', r.abort_requested, 'failure', r.failure,
    'created_by', r.created_by, 'created_at', r.created_at, 'updated_at', r.updated_at) as body
  from pilothouse.releases r
  join pilothouse.projects p on p.id = r.project_id
  join pilothouse.services s on s.id = r.service_id
  join pilothouse.targets t on t.id = r.target_id
  join pilothouse.stages st on st.id = t.stage_id
 order by r.created_at desc, r.id desc;

create view pilothouse_read.previews with (security_barrier) as
select v.release_id, v.preview_ref, r.preview_ref is not distinct from v.preview_ref as is_current,
  jsonb_build_object(
    'preview_ref', v.preview_ref, 'release_id', v.release_id, 'revision', v.revision,
    'context_hash', v.context_hash, 'document_digest', v.document_digest,
    'previous_document_digest', v.previous_document_digest, 'live_base', v.live_base,
    'live_base_digest', v.live_base_digest, 'diff', v.diff, 'checks', v.checks, 'risk', v.risk,
    'images', v.images, 'steps', v.steps, 'way_back', v.way_back, 'policy', v.policy,
    'claimed_by', v.claimed_by, 'created_at', v.created_at, 'expires_at', v.expires_at,
    'valid', v.voided_at is null and v.expires_at > statement_timestamp()
      and r.preview_ref is not distinct from v.preview_ref) as body
  from pilothouse.previews v
  join pilothouse.releases r on r.id = v.release_id;

create view pilothouse_read.documents with (security_barrier) as
select d.digest::text as digest, d.bytes
  from pilothouse.documents d;

-- Every release that its target ever had applied, with what is needed to go back to it. The fence tells their order.
create view pilothouse_read.applied with (security_barrier) as
select r.target_id, r.id as release_id, r.fence, t.last_release_id is not distinct from r.id as is_last,
  r.left_live_base,
  jsonb_build_object(
    'release_id', r.id, 'label', r.label, 'document_digest', r.document_digest,
    'images', v.images, 'secret_names', r.secret_variables) as body
  from pilothouse.releases r
  join pilothouse.targets t on t.id = r.target_id
  join pilothouse.previews v on v.preview_ref = r.preview_ref
 where r.applied_at is not null;

create view pilothouse_read.failures with (security_barrier) as
select r.target_id, r.id as release_id, e.occurred_at as failed_at
  from pilothouse.timeline_events e
  join pilothouse.releases r on r.id = e.resource_id
 where e.resource_type = 'release' and e.action = 'release.failed';

create view pilothouse_read.release_steps with (security_barrier) as
select s.release_id, s.attempt, s.index, s.host,
  jsonb_build_object(
    'attempt', s.attempt, 'index', s.index, 'key', s.key, 'host', s.host, 'message', s.message,
    'status', s.status, 'fence', s.fence, 'started_at', s.started_at, 'finished_at', s.finished_at,
    'detail', s.detail) as body
  from pilothouse.release_steps s;

create view pilothouse_read.release_logs with (security_barrier) as
select l.release_id, l.batch,
  jsonb_build_object('attempt', l.attempt, 'step', l.step, 'host', l.host, 'text', l.text, 'at', l.at) as body
  from pilothouse.release_logs l;

create view pilothouse_read.diagnostics with (security_barrier) as
select d.release_id, d.attempt, d.first_seen, d.id,
  jsonb_build_object(
    'id', d.id, 'release_id', d.release_id, 'attempt', d.attempt, 'phase', d.phase, 'code', d.code,
    'severity', d.severity, 'resource', d.resource, 'message', d.message, 'evidence', d.evidence,
    'hint', d.hint, 'first_seen', d.first_seen, 'count', d.count) as body
  from pilothouse.diagnostics d;

create view pilothouse_read.events with (security_barrier) as
select e.id, e.action, e.resource_type, e.resource_id, e.project_id, p.name::text as project, e.actor,
  e.occurred_at, e.chain_seq,
  jsonb_build_object(
    'id', e.id, 'action', e.action, 'resource_type', e.resource_type, 'resource_id', e.resource_id,
    'project_id', e.project_id, 'actor', e.actor, 'actor_person', e.actor_person, 'actor_kind', e.actor_kind,
    'source', e.source, 'severity', e.severity, 'correlation_id', e.correlation_id,
    'occurred_at', e.occurred_at, 'detail', e.detail, 'chain_seq', e.chain_seq, 'prev_hash', e.prev_hash,
    'hash', e.hash) as body
  from pilothouse.timeline_events e
  left join pilothouse.projects p on p.id = e.project_id
 order by e.occurred_at desc, e.id desc;

-- The record as evidence, for those who may export it: with the bytes that each hash covers.
create view pilothouse_read.exported_events with (security_barrier) as
select e.resource_type, e.resource_id, e.chain_seq, e.project_id, p.name::text as project,
  jsonb_build_object(
    'event', jsonb_build_object(
      'id', e.id, 'action', e.action, 'resource_type', e.resource_type, 'resource_id', e.resource_id,
      'project_id', e.project_id, 'actor', e.actor, 'actor_person', e.actor_person, 'actor_kind', e.actor_kind,
      'source', e.source, 'severity', e.severity, 'correlation_id', e.correlation_id,
      'occurred_at', e.occurred_at, 'detail', e.detail, 'chain_seq', e.chain_seq, 'prev_hash', e.prev_hash,
      'hash', e.hash),
    'bytes', e.bytes) as body
  from pilothouse.timeline_events e
  left join pilothouse.projects p on p.id = e.project_id
 where e.project_id = any ((select pilothouse.readable_projects('{audit:read}'))::uuid[])
    or (e.project_id is null and (select pilothouse.holds_everywhere('{audit:read}')))
 order by e.resource_type, e.resource_id, e.chain_seq;

grant select on
  pilothouse_read.releases, pilothouse_read.previews, pilothouse_read.documents, pilothouse_read.applied,
  pilothouse_read.failures, pilothouse_read.release_steps, pilothouse_read.release_logs,
  pilothouse_read.diagnostics, pilothouse_read.events, pilothouse_read.exported_events
  to pilothouse_member;

set local role pilothouse_owner;
revoke create on schema pilothouse_read from pilothouse_reader;
