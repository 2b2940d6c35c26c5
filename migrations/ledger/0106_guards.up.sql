-- What never changes in the rows of policy and access, and what the role behind the functions may write of them.

grant insert on pilothouse.access_changes, pilothouse.freezes, pilothouse.executors to pilothouse_api;
grant update (runtimes, seen_at) on pilothouse.executors to pilothouse_api;
grant update (ended_at) on pilothouse.delegations to pilothouse_api;
grant update (start_rule, start_due_at, break_glass) on pilothouse.releases to pilothouse_api;
grant update (escalated_at, priority) on pilothouse.approval_inbox_items to pilothouse_api;
grant update (start_time, start_zone) on pilothouse.cd_configs to pilothouse_api;
-- The times of a stage are policy: only a change that was confirmed writes them, as the owner.
revoke update (preview_ttl_minutes, approval_window_hours) on pilothouse.stages from pilothouse_api;

create index approval_inbox_items_pending on pilothouse.approval_inbox_items (sla_due_at) where status = 'pending';
create index approval_inbox_items_by_change on pilothouse.approval_inbox_items (change_id) where change_id is not null;
create index releases_approved on pilothouse.releases (approved_until) where lifecycle_state = 'approved';

-- A ticket is decided once; what was approved can only lose its force, and only while it is about a plan.
create or replace function pilothouse.guard_ticket() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if new.status <> old.status and not (old.status = 'pending' or (old.status = 'approved'
    and old.scope_type in ('release', 'rollback') and new.status in ('superseded', 'cancelled')))
  then
    raise exception 'ticket % can not go from % to %', old.id, old.status, new.status
      using errcode = 'integrity_constraint_violation';
  end if;
  if (new.id, new.scope_type, new.scope_id, new.change_id, new.release_id, new.project_id, new.requested_by,
      new.requested_by_person, new.rules, new.policy_version, new.context_hash, new.document_digest, new.revision,
      new.incident_link, new.created_at)
    is distinct from (old.id, old.scope_type, old.scope_id, old.change_id, old.release_id, old.project_id,
      old.requested_by, old.requested_by_person, old.rules, old.policy_version, old.context_hash, old.document_digest,
      old.revision, old.incident_link, old.created_at)
    or (old.escalated_at is not null and new.escalated_at is distinct from old.escalated_at)
  then
    raise exception 'ticket % keeps what it is about', old.id using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end
$$;

-- A row keeps what it says; only the columns that the trigger names are filled in, each once.
create function pilothouse.guard_once() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  was jsonb := to_jsonb(old);
  becomes jsonb := to_jsonb(new);
begin
  if becomes - tg_argv <> was - tg_argv or exists (
    select from unnest(tg_argv) as c (name) where was ->> c.name is not null and becomes -> c.name <> was -> c.name)
  then
    raise exception 'a row of % keeps what it says', tg_table_name using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end
$$;
create trigger guard before update on pilothouse.access_changes
for each row execute function pilothouse.guard_once('done_at');
create trigger guard before update on pilothouse.freezes
for each row execute function pilothouse.guard_once('lifted_at', 'lifted_by');
create trigger guard before update on pilothouse.delegations
for each row execute function pilothouse.guard_once('ended_at');
do $$
declare relation text;
begin
  foreach relation in array array['access_changes', 'freezes', 'delegations'] loop
    execute format('create trigger never_deleted before delete on pilothouse.%I
      for each row execute function pilothouse.refuse_change()', relation);
    execute format('create trigger never_emptied before truncate on pilothouse.%I
      for each statement execute function pilothouse.refuse_change()', relation);
  end loop;
end
$$;

-- Moves a release along the state table and writes the event of that move. Nothing else may write a state:
-- pilothouse_api has no right on the column.
create or replace function pilothouse.transition(release uuid, event text, detail jsonb, by_ledger boolean default false)
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
      when step.action in ('release.rejected', 'release.cancelled', 'release.recovered', 'release.glass_broken',
        'target.drifted') then 'warning'
      else 'info' end, null, transition.by_ledger);
  perform pilothouse.note_change('releases', r.id::text, r.project_id, r.id, null);
  return step.next;
end
$$;
