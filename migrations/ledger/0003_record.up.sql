-- The record: chains, the change log, and the only two ways to write a state or an event.

create table pilothouse.lifecycle_transitions (
  state pilothouse.lifecycle_state not null,
  event text not null,
  next pilothouse.lifecycle_state not null,
  action text not null references pilothouse.event_actions,
  primary key (state, event)
);

create table pilothouse.chain_heads (
  resource_type text not null,
  resource_id uuid not null,
  seq integer not null,
  hash text not null,
  primary key (resource_type, resource_id)
);

-- The first answer to each command; a repeated one gets it again.
create table pilothouse.commands (
  command_id uuid primary key,
  login text not null default session_user,
  function text not null,
  result jsonb,
  at timestamptz not null default clock_timestamp()
);

do $$
declare relation text;
begin
  foreach relation in array array['lifecycle_transitions', 'chain_heads', 'commands'] loop
    execute format('alter table pilothouse.%I enable row level security, force row level security', relation);
    execute format('create policy by_owner on pilothouse.%I to pilothouse_owner using (true) with check (true)', relation);
    execute format('create policy by_command on pilothouse.%I to pilothouse_api using (true) with check (true)', relation);
    execute format('grant select on pilothouse.%I to pilothouse_api', relation);
  end loop;
end
$$;
grant insert, update (result) on pilothouse.commands to pilothouse_api;

-- Instants in answers and hashed bytes must not depend on a caller's TimeZone.
create function pilothouse.instant(at timestamptz) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

create function pilothouse.sha256_hex(bytes bytea) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select encode(sha256(bytes), 'hex')
$$;

-- Where a command was asked from: connections of entry points are named `pilothouse/<source>`.
create function pilothouse.said_source() returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(substring(current_setting('application_name')
    from '^pilothouse/(desktop|cli|assistant|webhook|scheduler)$'), 'cli')
$$;

create function pilothouse.note_change(entity text, entity_id text, project uuid, release uuid, ticket uuid)
returns void language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  insert into pilothouse.change_log (entity, entity_id, project_id, release_id, ticket_id)
  values (note_change.entity, note_change.entity_id, project, release, ticket)
$$;

-- What is hashed: every field of an event, in jsonb's own canonical order.
create function pilothouse.event_bytes(e pilothouse.timeline_events) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('id', e.id, 'action', e.action, 'resource_type', e.resource_type,
    'resource_id', e.resource_id, 'project_id', e.project_id, 'actor', e.actor, 'actor_person', e.actor_person,
    'actor_kind', e.actor_kind, 'source', e.source, 'severity', e.severity, 'correlation_id', e.correlation_id,
    'occurred_at', pilothouse.instant(e.occurred_at), 'detail', e.detail, 'chain_seq', e.chain_seq)::text
$$;

-- The next event of a resource's chain. The head's row is locked until commit, so two writers can't fork a chain.
-- `by_ledger` marks what time decided and nobody asked for; otherwise the actor is the login itself.
create function pilothouse.append_event(
  action text, resource_type text, resource_id uuid, project uuid, correlation uuid, detail jsonb,
  severity text default 'info', source text default null, by_ledger boolean default false
) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  head pilothouse.chain_heads;
  e pilothouse.timeline_events;
begin
  insert into pilothouse.chain_heads values (append_event.resource_type, append_event.resource_id, 0, repeat('0', 64))
  on conflict do nothing;
  select h.* into head from pilothouse.chain_heads h
  where h.resource_type = append_event.resource_type and h.resource_id = append_event.resource_id for update;
  if by_ledger then
    e.actor := 'ledger';
  else
    e.actor := session_user;
    select p.name, m.kind into e.actor_person, e.actor_kind
    from pilothouse.members m join pilothouse.people p on p.id = m.person_id where m.login = session_user;
  end if;
  e.id := pilothouse.uuid_v7();
  e.action := append_event.action;
  e.resource_type := append_event.resource_type;
  e.resource_id := append_event.resource_id;
  e.project_id := append_event.project;
  e.actor_kind := coalesce(e.actor_kind, 'system');
  e.source := case when by_ledger then 'ledger' else coalesce(append_event.source, pilothouse.said_source()) end;
  e.severity := append_event.severity;
  e.correlation_id := coalesce(append_event.correlation, pilothouse.uuid_v7());
  e.occurred_at := clock_timestamp();
  e.detail := coalesce(append_event.detail, '{}');
  e.chain_seq := head.seq + 1;
  e.prev_hash := head.hash;
  e.bytes := pilothouse.event_bytes(e);
  e.hash := pilothouse.sha256_hex(decode(e.prev_hash, 'hex') || convert_to(e.bytes, 'UTF8'));
  insert into pilothouse.timeline_events select e.*;
  update pilothouse.chain_heads h set seq = e.chain_seq, hash = e.hash
  where h.resource_type = e.resource_type and h.resource_id = e.resource_id;
  perform pilothouse.note_change('timeline_events', e.id::text, e.project_id,
    case when e.resource_type = 'release' then e.resource_id end,
    case when e.resource_type = 'ticket' then e.resource_id end);
end
$$;

-- An expected refusal. `perform` turns it into an answer and, where a rule of access or approval was hurt, an event;
-- `about` says on which resource.
create function pilothouse.refuse(code text, data jsonb, about jsonb default '{}') returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception using errcode = 'PH001', message = code,
    detail = jsonb_build_object('data', data, 'about', about)::text;
end
$$;

-- Moves a release along the state table and writes the event of that move. Nothing else may write a state:
-- pilothouse_api has no right on the column.
create function pilothouse.transition(release uuid, event text, detail jsonb, by_ledger boolean default false)
returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  r pilothouse.releases;
  step pilothouse.lifecycle_transitions;
begin
  select * into strict r from pilothouse.releases where id = transition.release for update;
  select * into step from pilothouse.lifecycle_transitions t
  where t.state = r.lifecycle_state and t.event = transition.event;
  if not found then
    perform pilothouse.refuse('release_state_invalid',
      jsonb_build_object('state', r.lifecycle_state, 'command', transition.event, 'release', r.id));
  end if;
  update pilothouse.releases set lifecycle_state = step.next, revision = revision + 1, updated_at = clock_timestamp()
  where id = r.id;
  perform pilothouse.append_event(step.action, 'release', r.id, r.project_id, r.correlation_id,
    coalesce(transition.detail, '{}') || jsonb_build_object('transition', jsonb_build_object(
      'event', transition.event, 'from', r.lifecycle_state, 'to', step.next, 'revision', r.revision + 1)),
    case when step.action in ('release.failed', 'release.rollback_failed') then 'error'
      when step.action in ('release.rejected', 'release.cancelled', 'release.recovered', 'target.drifted') then 'warning'
      else 'info' end, null, transition.by_ledger);
  perform pilothouse.note_change('releases', r.id::text, r.project_id, r.id, null);
  return step.next;
end
$$;

-- The second line: whatever updates the row, a state only moves along the table, and what a release is never changes.
create function pilothouse.guard_release() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    if new.lifecycle_state <> 'draft' or new.revision <> 0 then
      raise exception 'a release begins as a draft' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
  end if;
  if new.lifecycle_state <> old.lifecycle_state and not exists (
    select from pilothouse.lifecycle_transitions t where t.state = old.lifecycle_state and t.next = new.lifecycle_state)
  then
    raise exception 'release % can not go from % to %', old.id, old.lifecycle_state, new.lifecycle_state
      using errcode = 'integrity_constraint_violation';
  end if;
  if (new.id, new.project_id, new.service_id, new.target_id, new.number, new.label, new.runtime, new.kind,
      new.source_release_id, new.created_at, new.created_by, new.correlation_id)
    is distinct from (old.id, old.project_id, old.service_id, old.target_id, old.number, old.label, old.runtime, old.kind,
      old.source_release_id, old.created_at, old.created_by, old.correlation_id)
    or new.revision < old.revision or new.attempts < old.attempts or new.fence < old.fence
  then
    raise exception 'release % keeps what it is', old.id using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end
$$;
create trigger guard before insert or update on pilothouse.releases
for each row execute function pilothouse.guard_release();

-- A ticket is decided once; what was approved can only lose its force.
create function pilothouse.guard_ticket() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if new.status <> old.status and not (old.status = 'pending'
    or (old.status = 'approved' and new.status in ('superseded', 'cancelled')))
  then
    raise exception 'ticket % can not go from % to %', old.id, old.status, new.status
      using errcode = 'integrity_constraint_violation';
  end if;
  if (new.id, new.scope_id, new.requested_by, new.requested_by_person, new.rules, new.policy_version, new.context_hash,
      new.document_digest, new.revision)
    is distinct from (old.id, old.scope_id, old.requested_by, old.requested_by_person, old.rules, old.policy_version,
      old.context_hash, old.document_digest, old.revision)
  then
    raise exception 'ticket % keeps what it is about', old.id using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end
$$;
create trigger guard before update on pilothouse.approval_inbox_items
for each row execute function pilothouse.guard_ticket();

-- A fence only rises, and a place keeps its policy.
create function pilothouse.guard_target() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if new.fence < old.fence or (new.id, new.project_id, new.stage_id, new.runtime, new.identity)
    is distinct from (old.id, old.project_id, old.stage_id, old.runtime, old.identity)
    or (old.recipient <> new.recipient
      and exists (select from pilothouse.target_keys k where k.target_id = old.id))
  then
    raise exception 'target % keeps what it is', old.id using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end
$$;
create trigger guard before update on pilothouse.targets for each row execute function pilothouse.guard_target();

create function pilothouse.draft_created() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform pilothouse.append_event('release.draft_created', 'release', new.id, new.project_id, new.correlation_id,
    jsonb_build_object('label', new.label, 'kind', new.kind, 'service', new.service_id, 'target', new.target_id,
      'source_release_id', new.source_release_id, 'target_revision', new.target_revision));
  perform pilothouse.note_change('releases', new.id::text, new.project_id, new.id, null);
  return null;
end
$$;
create trigger draft_created after insert on pilothouse.releases
for each row execute function pilothouse.draft_created();

create function pilothouse.refuse_change() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception '% is only added to', tg_table_name using errcode = 'integrity_constraint_violation';
end
$$;
do $$
declare relation text;
begin
  foreach relation in array array['timeline_events', 'approval_inbox_actions', 'documents', 'change_log',
    'approval_inbox_subjects'] loop
    execute format('create trigger only_added before update or delete on pilothouse.%I
      for each row execute function pilothouse.refuse_change()', relation);
    execute format('create trigger never_emptied before truncate on pilothouse.%I
      for each statement execute function pilothouse.refuse_change()', relation);
  end loop;
end
$$;

grant execute on function pilothouse.uuid_v7, pilothouse.instant, pilothouse.sha256_hex, pilothouse.said_source,
  pilothouse.note_change, pilothouse.append_event, pilothouse.event_bytes, pilothouse.refuse, pilothouse.transition
  to pilothouse_api;

insert into pilothouse.event_actions (action)
select unnest(array[
  'release.draft_created', 'release.previewed', 'release.preview_failed', 'release.apply_requested',
  'release.pending_approval', 'release.approved', 'release.rejected', 'release.cancelled', 'release.applying',
  'release.step_started', 'release.step_succeeded', 'release.step_failed', 'release.abort_requested',
  'release.applied', 'release.failed', 'release.rollback_requested', 'release.rollback_completed',
  'release.rollback_failed', 'release.recovered', 'approval.ticket_created', 'approval.assigned',
  'approval.viewed', 'approval.commented', 'approval.approved', 'approval.rejected', 'approval.expired',
  'approval.escalated', 'approval.superseded', 'approval.denied', 'pipeline.cd_config_changed',
  'pipeline.service_declared', 'access.granted', 'access.revoked', 'access.denied', 'access.member_changed',
  'access.key_changed', 'policy.changed', 'target.declared', 'target.drifted', 'target.adopted', 'target.frozen',
  'audit.exported', 'audit.verified']);

insert into pilothouse.lifecycle_transitions (state, event, next, action)
select state, event, next, action
from (values
  ('draft', 'plan', 'preview'), ('draft', 'withdraw', 'cancelled'), ('draft', 'revoke', 'cancelled'),
  ('draft', 'expire', 'cancelled'),
  ('preview', 'plan', 'preview'), ('preview', 'request_with_policy', 'pending_approval'),
  ('preview', 'request_without_policy', 'approved'), ('preview', 'withdraw', 'cancelled'),
  ('preview', 'revoke', 'cancelled'), ('preview', 'expire', 'cancelled'),
  ('pending_approval', 'plan', 'preview'), ('pending_approval', 'drift_found', 'preview'),
  ('pending_approval', 'quorum_filled', 'approved'), ('pending_approval', 'reject', 'rejected'),
  ('pending_approval', 'withdraw', 'cancelled'), ('pending_approval', 'revoke', 'cancelled'),
  ('pending_approval', 'expire', 'cancelled'),
  ('approved', 'plan', 'preview'), ('approved', 'drift_found', 'preview'), ('approved', 'lease_taken', 'applying'),
  ('approved', 'withdraw', 'cancelled'), ('approved', 'revoke', 'cancelled'), ('approved', 'expire', 'cancelled'),
  ('applying', 'lease_recovered', 'applying'), ('applying', 'verified', 'applied'),
  ('applying', 'step_failed', 'failed'),
  ('applied', 'rolled_back', 'rollback'), ('failed', 'lease_taken', 'applying'), ('failed', 'rolled_back', 'rollback')
) as rows (state, event, next)
join (values
  ('plan', 'release.previewed'), ('drift_found', 'target.drifted'),
  ('request_with_policy', 'release.pending_approval'), ('request_without_policy', 'release.approved'),
  ('quorum_filled', 'release.approved'), ('reject', 'release.rejected'), ('withdraw', 'release.cancelled'),
  ('revoke', 'release.cancelled'), ('expire', 'release.cancelled'), ('lease_taken', 'release.applying'),
  ('lease_recovered', 'release.recovered'), ('verified', 'release.applied'), ('step_failed', 'release.failed'),
  ('rolled_back', 'release.rollback_completed')
) as names (of_event, action) on of_event = event;
