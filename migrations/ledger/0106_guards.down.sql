do $$
declare relation text;
begin
  foreach relation in array array['access_changes', 'freezes', 'delegations'] loop
    execute format('drop trigger guard on pilothouse.%I', relation);
    execute format('drop trigger never_deleted on pilothouse.%I', relation);
    execute format('drop trigger never_emptied on pilothouse.%I', relation);
  end loop;
end
$$;
drop index pilothouse.approval_inbox_items_pending;
drop index pilothouse.approval_inbox_items_by_change;
drop index pilothouse.releases_approved;
revoke insert on pilothouse.access_changes, pilothouse.freezes, pilothouse.executors from pilothouse_api;
revoke update (runtimes, seen_at) on pilothouse.executors from pilothouse_api;
revoke update (ended_at) on pilothouse.delegations from pilothouse_api;
revoke update (start_rule, start_due_at, break_glass) on pilothouse.releases from pilothouse_api;
revoke update (escalated_at, priority) on pilothouse.approval_inbox_items from pilothouse_api;
revoke update (start_time, start_zone) on pilothouse.cd_configs from pilothouse_api;
grant update (preview_ttl_minutes, approval_window_hours) on pilothouse.stages to pilothouse_api;

drop function pilothouse.guard_once;

create or replace function pilothouse.guard_ticket() returns trigger
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
      when step.action in ('release.rejected', 'release.cancelled', 'release.recovered', 'target.drifted') then 'warning'
      else 'info' end, null, transition.by_ledger);
  perform pilothouse.note_change('releases', r.id::text, r.project_id, r.id, null);
  return step.next;
end
$$;
