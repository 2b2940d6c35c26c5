-- The lease: one executor a target at a time, each with a higher fence than the one before.

grant update (fence) on pilothouse.targets to pilothouse_api;

-- The preview on which a release was approved.
create function pilothouse.plan_of(r pilothouse.releases) returns pilothouse.previews
language sql stable set search_path = pg_catalog, pg_temp as $$
  select p.* from pilothouse.previews p where p.preview_ref = r.preview_ref
$$;

-- What keeps an executor from starting: the answer is the refusal, or null. A retry also may start from what our own
-- last attempt left behind.
create function pilothouse.drift_of(r pilothouse.releases, t pilothouse.targets, p pilothouse.previews, command jsonb)
returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  select case
    when p.previous_document_digest is distinct from t.last_document_digest then '["last_document"]'::jsonb
    when command ->> 'live_base_digest' = p.live_base_digest then null
    when r.lifecycle_state = 'failed' and command ->> 'live_base_digest' = r.left_live_base_digest then null
    else coalesce(command -> 'drifted', '[]') end
$$;

create function pilothouse.check_startable(r pilothouse.releases) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare allowed integer;
begin
  if r.lifecycle_state in ('preview', 'pending_approval') then
    perform pilothouse.refuse('approval_required', jsonb_build_object('release', r.id, 'ticket', r.approval_ticket));
  end if;
  if r.lifecycle_state not in ('approved', 'failed', 'applying') then
    perform pilothouse.refuse('release_state_invalid',
      jsonb_build_object('state', r.lifecycle_state, 'command', 'take_lease', 'release', r.id));
  end if;
  if r.lifecycle_state = 'applying' and r.lease_until > clock_timestamp() then
    perform pilothouse.refuse('target_locked', jsonb_build_object('holder', r.lease_holder, 'release', r.label,
      'until', pilothouse.instant(r.lease_until)));
  end if;
  if r.lifecycle_state <> 'failed' then return; end if;
  if r.approved_until <= clock_timestamp() then
    perform pilothouse.refuse('ticket_expired', jsonb_build_object('release', r.id, 'ticket', r.approval_ticket,
      'expired_at', pilothouse.instant(r.approved_until)));
  end if;
  select 1 + c.retries into allowed from pilothouse.cd_configs c
  where c.service_id = r.service_id and c.target_id = r.target_id;
  if r.attempts >= coalesce(allowed, 1) then
    perform pilothouse.refuse('release_state_invalid', jsonb_build_object('state', r.lifecycle_state,
      'command', 'take_lease', 'release', r.id, 'attempts', r.attempts, 'allowed', coalesce(allowed, 1)));
  end if;
end
$$;

-- Another release that began there and has not ended, even if its lease ran out: what it left is not known until it is
-- recovered, and whoever starts over it would have it applied again afterwards.
create function pilothouse.check_unlocked(r pilothouse.releases) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare other pilothouse.releases;
begin
  select * into other from pilothouse.releases o
  where o.target_id = r.target_id and o.id <> r.id and o.lifecycle_state = 'applying';
  if not found then return; end if;
  perform pilothouse.refuse('target_locked', jsonb_build_object('holder', other.lease_holder, 'release', other.label,
    'until', pilothouse.instant(other.lease_until), 'lost', other.lease_until <= clock_timestamp()));
end
$$;

-- What was approved is also how it is judged: rules that changed since ask for another plan.
create function pilothouse.check_delivery(r pilothouse.releases, p pilothouse.previews) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if (p.context::jsonb -> 'delivery') is distinct from pilothouse.delivery_of(r.service_id, r.target_id) then
    perform pilothouse.refuse('preview_mismatch', jsonb_build_object('differs', jsonb_build_array('delivery')));
  end if;
end
$$;

-- Found before a start: the plan no longer fits, and goes back to its preview together with its approval.
create function pilothouse.drift_found(r pilothouse.releases, t pilothouse.targets, objects jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if r.lifecycle_state = 'failed' then
    perform pilothouse.refuse('drift_detected', jsonb_build_object('objects', objects, 'release', r.id));
  end if;
  update pilothouse.previews set voided_at = clock_timestamp() where preview_ref = r.preview_ref;
  perform pilothouse.supersede_ticket(r.approval_ticket, 'drift');
  update pilothouse.releases set approval_ticket = null, approved_at = null, approved_until = null where id = r.id;
  perform pilothouse.transition(r.id, 'drift_found',
    jsonb_build_object('objects', objects, 'target', t.id, 'target_name', t.name));
  return pilothouse.refusal('drift_detected', jsonb_build_object('objects', objects, 'release', r.id));
end
$$;

create function pilothouse.lease_length(command jsonb) returns interval
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select least(greatest((command ->> 'lease_seconds')::numeric, 1), 3600)::double precision * interval '1 second'
$$;

create function pilothouse.grant_lease(r pilothouse.releases, t pilothouse.targets, command jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  recovered boolean := r.lifecycle_state = 'applying';
  given pilothouse.releases;
begin
  with raised as (
    update pilothouse.targets set fence = greatest(fence, (command ->> 'observed_fence')::bigint) + 1
    where id = t.id returning fence)
  update pilothouse.releases as rel set fence = raised.fence, lease_holder = session_user,
    lease_until = clock_timestamp() + pilothouse.lease_length(command), run = 'running', abort_requested = false,
    failure = null, attempts = rel.attempts + case when recovered then 0 else 1 end
  from raised where rel.id = r.id returning rel.* into given;
  perform pilothouse.note_change('targets', t.id::text, t.project_id, null, null);
  perform pilothouse.transition(r.id, case when recovered then 'lease_recovered' else 'lease_taken' end,
    jsonb_strip_nulls(jsonb_build_object('attempt', given.attempts, 'fence', given.fence,
      'document_digest', given.document_digest, 'live_base_digest', command -> 'live_base_digest',
      'lease_until', pilothouse.instant(given.lease_until),
      'lost_by', case when recovered then r.lease_holder end)));
  return jsonb_build_object('fence', given.fence, 'attempt', given.attempts,
    'lease_until', pilothouse.instant(given.lease_until), 'recovered', recovered);
end
$$;

create function pilothouse.command_take_lease(command jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  r pilothouse.releases := pilothouse.lock_release((command ->> 'release_id')::uuid);
  t pilothouse.targets;
  p pilothouse.previews;
  refused jsonb;
  drifted jsonb;
begin
  perform pilothouse.require(pilothouse.apply_permission(r.kind), r.runtime, r.project_id, pilothouse.about_release(r));
  refused := pilothouse.expire_overdue(r);
  if refused is not null then return refused; end if;
  perform pilothouse.check_startable(r);
  perform pilothouse.require_seen(r, (command ->> 'seen_revision')::integer);
  if command ->> 'document_digest' is distinct from r.document_digest then
    perform pilothouse.refuse('digest_mismatch', jsonb_build_object('expected', r.document_digest,
      'actual', command -> 'document_digest'));
  end if;
  if (command ->> 'observed_fence')::numeric not between 0 and 4503599627370496 then
    perform pilothouse.refuse('validation_error', pilothouse.problem('observed_fence', 'out_of_range'));
  end if;
  select * into strict t from pilothouse.targets where id = r.target_id for update;
  perform pilothouse.check_unlocked(r);
  p := pilothouse.plan_of(r);
  if r.lifecycle_state <> 'applying' then
    if r.kind = 'rollback' then perform pilothouse.check_rollback(r, r.document_digest); end if;
    perform pilothouse.check_delivery(r, p);
    drifted := pilothouse.drift_of(r, t, p, command);
    if drifted is not null then return pilothouse.drift_found(r, t, drifted); end if;
  end if;
  return pilothouse.grant_lease(r, t, command);
end
$$;

-- The release of a run, for the holder of its current and unexpired lease; anybody else has lost it.
create function pilothouse.held_release(command jsonb) returns pilothouse.releases
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare r pilothouse.releases := pilothouse.lock_release((command ->> 'release_id')::uuid);
begin
  if r.lifecycle_state <> 'applying' or r.lease_holder is distinct from session_user
    or r.fence is distinct from (command ->> 'fence')::bigint or r.lease_until <= clock_timestamp()
  then
    perform pilothouse.refuse('lease_lost', jsonb_build_object('release', r.id, 'holder', r.lease_holder,
      'state', r.lifecycle_state, 'fence', r.fence));
  end if;
  return r;
end
$$;

create function pilothouse.command_renew_lease(command jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  r pilothouse.releases := pilothouse.held_release(command);
  until timestamptz := clock_timestamp() + pilothouse.lease_length(command);
begin
  update pilothouse.releases set lease_until = until where id = r.id;
  return jsonb_build_object('lease_until', pilothouse.instant(until), 'abort_requested', r.abort_requested);
end
$$;

create function pilothouse.command_request_abort(command jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare r pilothouse.releases := pilothouse.lock_release((command ->> 'release_id')::uuid);
begin
  perform pilothouse.require(pilothouse.apply_permission(r.kind), r.runtime, r.project_id, pilothouse.about_release(r));
  if r.lifecycle_state <> 'applying' then
    perform pilothouse.refuse('release_state_invalid',
      jsonb_build_object('state', r.lifecycle_state, 'command', 'request_abort', 'release', r.id));
  end if;
  update pilothouse.releases set abort_requested = true, updated_at = clock_timestamp() where id = r.id;
  perform pilothouse.append_event('release.abort_requested', 'release', r.id, r.project_id, r.correlation_id,
    jsonb_build_object('comment', command ->> 'comment', 'attempt', r.attempts), 'warning');
  perform pilothouse.note_change('releases', r.id::text, r.project_id, r.id, null);
  return pilothouse.release_answer(r.id);
end
$$;

grant execute on function pilothouse.plan_of, pilothouse.drift_of, pilothouse.check_startable,
  pilothouse.check_unlocked, pilothouse.check_delivery, pilothouse.drift_found, pilothouse.lease_length, pilothouse.grant_lease,
  pilothouse.command_take_lease, pilothouse.held_release, pilothouse.command_renew_lease,
  pilothouse.command_request_abort to pilothouse_api;
