-- When an approved release may start: its rule, and the freezes of its stage.

-- The rule of a service on a target, as the contract writes it.
create function pilothouse.start_rule_of(service uuid, target uuid) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce((
    select case c.start when 'at_time' then jsonb_build_object('time', c.start_time, 'time_zone', c.start_zone)
      else to_jsonb(c.start) end
    from pilothouse.cd_configs c
    where c.service_id = start_rule_of.service and c.target_id = start_rule_of.target), '"by_hand"')
$$;

-- When what was approved at that moment is due: at once, at the next such time of day in its zone, or (null) when
-- somebody says so. A time that the clocks skip on that day is PostgreSQL's next one.
create function pilothouse.start_due(rule jsonb, at timestamptz) returns timestamptz
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case
    when rule = '"on_approval"' then at
    when jsonb_typeof(rule) = 'object' then (
      select min(due) from generate_series(0, 2) as day,
        lateral (select ((at at time zone (rule ->> 'time_zone'))::date + day + (rule ->> 'time')::time)
          at time zone (rule ->> 'time_zone')) as d (due)
      where due > at) end
$$;

-- Approved from this moment on. The window in which it may start begins when it is due, or a time of day that lies
-- further off than the window would never be reached.
create function pilothouse.set_approved(r pilothouse.releases, due timestamptz, at timestamptz) returns void
language sql volatile set search_path = pg_catalog, pg_temp as $$
  update pilothouse.releases set approved_at = at, start_due_at = due,
    approved_until = greatest(at, due) + pilothouse.approval_window(r)
  where id = r.id
$$;

create function pilothouse.freeze_of(stage uuid) returns pilothouse.freezes
language sql stable set search_path = pg_catalog, pg_temp as $$
  select f.* from pilothouse.freezes f
  where f.stage_id = freeze_of.stage and f.lifted_at is null and f.starts_at <= clock_timestamp()
    and f.until > clock_timestamp()
  order by f.until desc limit 1
$$;

-- Not before its time, and not in a freeze; in an emergency neither keeps it.
create function pilothouse.check_time(r pilothouse.releases, t pilothouse.targets) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare f pilothouse.freezes := pilothouse.freeze_of(t.stage_id);
begin
  if r.break_glass is not null then return; end if;
  if f.id is not null then
    perform pilothouse.refuse('target_frozen', jsonb_build_object('release', r.id, 'freeze', f.id,
      'stage', (select s.name from pilothouse.stages s where s.id = t.stage_id), 'reason', f.reason,
      'until', pilothouse.instant(f.until)));
  end if;
  if r.lifecycle_state = 'approved' and r.start_due_at > clock_timestamp() then
    perform pilothouse.refuse('release_state_invalid', jsonb_build_object('state', r.lifecycle_state,
      'command', 'take_lease', 'release', r.id, 'start_due_at', pilothouse.instant(r.start_due_at), 'hint', 'not_due'));
  end if;
end
$$;

-- Found before a start: the plan no longer fits, and goes back to its preview together with its approval.
create or replace function pilothouse.drift_found(r pilothouse.releases, t pilothouse.targets, objects jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if r.lifecycle_state = 'failed' then
    perform pilothouse.refuse('drift_detected', jsonb_build_object('objects', objects, 'release', r.id));
  end if;
  update pilothouse.previews set voided_at = clock_timestamp() where preview_ref = r.preview_ref;
  perform pilothouse.supersede_ticket(r.approval_ticket, 'drift');
  update pilothouse.releases set approval_ticket = null, approved_at = null, approved_until = null,
    start_due_at = null, break_glass = null where id = r.id;
  perform pilothouse.transition(r.id, 'drift_found',
    jsonb_build_object('objects', objects, 'target', t.id, 'target_name', t.name));
  return pilothouse.refusal('drift_detected', jsonb_build_object('objects', objects, 'release', r.id));
end
$$;

create or replace function pilothouse.command_take_lease(command jsonb) returns jsonb
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
    perform pilothouse.check_time(r, t);
    if r.kind = 'rollback' then perform pilothouse.check_rollback(r, r.document_digest); end if;
    perform pilothouse.check_delivery(r, p);
    drifted := pilothouse.drift_of(r, t, p, command);
    if drifted is not null then return pilothouse.drift_found(r, t, drifted); end if;
  end if;
  return pilothouse.grant_lease(r, t, command);
end
$$;

-- Another plan asks for another approval: whatever the one before gave is over, an emergency's too.
create or replace function pilothouse.store_preview(r pilothouse.releases, t pilothouse.targets, command jsonb, policy jsonb)
returns void language sql volatile set search_path = pg_catalog, pg_temp as $$
  update pilothouse.previews set voided_at = clock_timestamp() where release_id = r.id and voided_at is null;
  insert into pilothouse.previews (preview_ref, release_id, revision, context, context_hash, document_digest,
    previous_document_digest, policy, live_base, live_base_digest, diff, checks, risk, images, steps, way_back, expires_at)
  select (command ->> 'preview_ref')::uuid, r.id, r.revision + 1, command ->> 'context',
    'sha256:' || pilothouse.sha256_hex(convert_to(command ->> 'context', 'UTF8')), command ->> 'document_digest',
    t.last_document_digest, policy, command -> 'live_base', command ->> 'live_base_digest', command -> 'diff',
    command -> 'checks', command -> 'risk', command -> 'images', command -> 'steps', command -> 'way_back',
    clock_timestamp() + s.preview_ttl_minutes * interval '1 minute'
  from pilothouse.stages s where s.id = t.stage_id;
  update pilothouse.releases set version_label = command ->> 'version_label', variables = command -> 'variables',
    secret_variables = array(select jsonb_array_elements_text(command -> 'secret_variables')),
    strategy = command ->> 'strategy', reason = command ->> 'reason', change_link = command ->> 'change_link',
    preview_ref = (command ->> 'preview_ref')::uuid, document_digest = command ->> 'document_digest',
    approval_required = (policy ->> 'required')::boolean, approval_ticket = null, approved_at = null,
    approved_until = null, start_rule = pilothouse.start_rule_of(r.service_id, r.target_id), start_due_at = null,
    break_glass = null
  where id = r.id;
$$;

create or replace function pilothouse.command_record_preview(command jsonb, document bytea) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  t pilothouse.targets;
  r pilothouse.releases;
  policy jsonb;
  refused jsonb;
begin
  select * into t from pilothouse.targets where id = (command ->> 'target_id')::uuid;
  if not found then perform pilothouse.refuse('not_found', jsonb_build_object('target', command ->> 'target_id')); end if;
  r := pilothouse.release_to_plan(command, t);
  refused := pilothouse.expire_overdue(r);
  if refused is not null then return refused; end if;
  perform pilothouse.require_seen(r, (command ->> 'seen_revision')::integer);
  perform pilothouse.check_document(document, command ->> 'document_digest');
  perform pilothouse.check_strategy(r, command ->> 'strategy');
  perform pilothouse.check_context(r, t, command);
  if r.kind = 'rollback' then perform pilothouse.check_rollback(r, command ->> 'document_digest'); end if;
  policy := pilothouse.policy_for(t.id, r.kind, r.source_release_id, command ->> 'document_digest', session_user,
    r.service_id);
  insert into pilothouse.documents (digest, bytes) values (command ->> 'document_digest', document)
  on conflict do nothing;
  perform pilothouse.store_sealed(t, command -> 'sealed');
  perform pilothouse.check_sealed(t, document);
  perform pilothouse.supersede_ticket(r.approval_ticket, 'planned_again');
  perform pilothouse.store_preview(r, t, command, policy);
  perform pilothouse.transition(r.id, 'plan', (select jsonb_build_object('preview_ref', p.preview_ref,
    'context_hash', p.context_hash, 'document_digest', p.document_digest,
    'previous_document_digest', p.previous_document_digest, 'live_base_digest', p.live_base_digest,
    'strategy', command -> 'strategy', 'version_label', command -> 'version_label', 'reason', command -> 'reason',
    'change_link', command -> 'change_link', 'risk', p.risk -> 'level', 'counts', p.diff -> 'counts',
    'way_back', p.way_back, 'expires_at', pilothouse.instant(p.expires_at))
    from pilothouse.previews p where p.preview_ref = (command ->> 'preview_ref')::uuid));
  return pilothouse.release_answer(r.id);
end
$$;

create function pilothouse.is_blank(said text) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select coalesce(said, '') !~ '[^[:space:]]'
$$;

-- An instant as the contract writes it, or a refusal: PostgreSQL would also read `now` and `infinity`.
create function pilothouse.instant_given(path text, given jsonb) returns timestamptz
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if not pilothouse.is_instant(given) then
    perform pilothouse.refuse('validation_error', pilothouse.problem(path, 'not_an_instant'));
  end if;
  return (given #>> '{}')::timestamptz;
end
$$;

create function pilothouse.is_instant(given jsonb) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_typeof(given) = 'string'
    and given #>> '{}' ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$'
    and pg_input_is_valid(given #>> '{}', 'timestamptz'), false)
$$;

-- What begins in the past would rewrite what was allowed then; clocks may differ by a few minutes.
create function pilothouse.check_span(path text, starts timestamptz, until timestamptz) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if starts < clock_timestamp() - interval '5 minutes' then
    perform pilothouse.refuse('validation_error', pilothouse.problem(path || 'from', 'in_the_past'));
  end if;
  if until <= greatest(starts, clock_timestamp()) then
    perform pilothouse.refuse('validation_error', pilothouse.problem(path || 'until', 'over'));
  end if;
end
$$;

-- Only tightens, so it counts at once.
create function pilothouse.command_freeze(command jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  p pilothouse.projects := pilothouse.named_project(command ->> 'project');
  s pilothouse.stages;
  starts timestamptz;
  until timestamptz;
  about jsonb := pilothouse.about('project', p.id, p.id);
begin
  perform pilothouse.require_human(about);
  perform pilothouse.require('access:write', '*', p.id, about);
  select * into s from pilothouse.stages st where st.project_id = p.id and st.name = command ->> 'stage';
  if not found then perform pilothouse.refuse_missing('stage', command ->> 'stage'); end if;
  starts := pilothouse.instant_given('from', command -> 'from');
  until := pilothouse.instant_given('until', command -> 'until');
  perform pilothouse.check_span('', starts, until);
  if pilothouse.is_blank(command ->> 'reason') or length(command ->> 'reason') > 4096 then
    perform pilothouse.refuse('validation_error', pilothouse.problem('reason', 'missing'));
  end if;
  insert into pilothouse.freezes (id, project_id, stage_id, starts_at, until, reason)
  values ((command ->> 'freeze_id')::uuid, p.id, s.id, greatest(starts, clock_timestamp()), until, command ->> 'reason')
  on conflict (id) do nothing returning starts_at into starts;
  if not found then perform pilothouse.refuse('conflict', jsonb_build_object('freeze', command -> 'freeze_id')); end if;
  perform pilothouse.append_event('target.frozen', 'stage', s.id, p.id, null, jsonb_build_object(
    'freeze', command -> 'freeze_id', 'stage', s.name, 'from', pilothouse.instant(starts),
    'until', pilothouse.instant(until), 'reason', command -> 'reason'), 'warning');
  perform pilothouse.note_change('freezes', command ->> 'freeze_id', p.id, null, null);
  return jsonb_build_object('freeze', command -> 'freeze_id');
end
$$;

grant execute on function pilothouse.start_rule_of, pilothouse.start_due, pilothouse.set_approved, pilothouse.freeze_of,
  pilothouse.check_time, pilothouse.is_blank, pilothouse.instant_given, pilothouse.is_instant, pilothouse.check_span,
  pilothouse.command_freeze to pilothouse_api;
