-- What a run leaves behind: steps, logs, diagnostics, and how it ended.

grant insert on pilothouse.release_steps, pilothouse.release_logs, pilothouse.diagnostics to pilothouse_api;
grant update (status, finished_at, fence, message, detail) on pilothouse.release_steps to pilothouse_api;
grant update (last_release_id, last_document_digest, last_applied_at) on pilothouse.targets to pilothouse_api;

create function pilothouse.check_attempt(r pilothouse.releases, attempt integer) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if attempt is distinct from r.attempts then
    perform pilothouse.refuse('validation_error', pilothouse.problem('attempt', 'not_current'));
  end if;
end
$$;

-- The intent is written before the step, the outcome after it; a recovered run writes the same step again.
create function pilothouse.command_record_step(command jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  r pilothouse.releases := pilothouse.held_release(command);
  ended boolean := command ->> 'status' <> 'intended';
begin
  perform pilothouse.check_attempt(r, (command ->> 'attempt')::integer);
  insert into pilothouse.release_steps as s (release_id, attempt, index, key, host, message, status, fence, detail,
    finished_at)
  values (r.id, r.attempts, (command ->> 'index')::integer, command ->> 'key', command ->> 'host', command -> 'message',
    command ->> 'status', r.fence, command -> 'detail', case when ended then clock_timestamp() end)
  on conflict (release_id, attempt, index, key, host) do update set status = excluded.status,
    message = excluded.message, detail = excluded.detail, fence = excluded.fence, finished_at = excluded.finished_at;
  perform pilothouse.append_event(
    case command ->> 'status' when 'intended' then 'release.step_started' when 'succeeded' then 'release.step_succeeded'
      else 'release.step_failed' end,
    'release', r.id, r.project_id, r.correlation_id,
    command - 'release_id', case when command ->> 'status' in ('failed', 'unknown') then 'warning' else 'info' end);
  perform pilothouse.note_change('release_steps', r.id::text, r.project_id, r.id, null);
  return '{}';
end
$$;

create function pilothouse.command_record_logs(command jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  r pilothouse.releases := pilothouse.held_release(command);
  bytes integer := octet_length(command ->> 'text');
begin
  perform pilothouse.check_attempt(r, (command ->> 'attempt')::integer);
  if bytes > 262144 then
    perform pilothouse.refuse('document_too_large', jsonb_build_object('bytes', bytes, 'cap', 262144));
  end if;
  insert into pilothouse.release_logs (id, release_id, batch, attempt, step, host, text)
  select pilothouse.uuid_v7(), r.id, coalesce(max(l.batch), 0) + 1, r.attempts, command ->> 'step', command ->> 'host',
    command ->> 'text'
  from pilothouse.release_logs l where l.release_id = r.id;
  perform pilothouse.note_change('release_logs', r.id::text, r.project_id, r.id, null);
  return '{}';
end
$$;

create function pilothouse.command_record_diagnostics(command jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  r pilothouse.releases := pilothouse.held_release(command);
  largest integer := (select max(octet_length((d -> 'evidence')::text))
    from jsonb_array_elements(command -> 'diagnostics') as d);
begin
  perform pilothouse.check_attempt(r, (command ->> 'attempt')::integer);
  if largest > 65536 then
    perform pilothouse.refuse('document_too_large', jsonb_build_object('bytes', largest, 'cap', 65536));
  end if;
  insert into pilothouse.diagnostics (id, release_id, attempt, phase, code, severity, resource, message, evidence, hint)
  select (d ->> 'id')::uuid, r.id, r.attempts, d ->> 'phase', d ->> 'code', d ->> 'severity', d -> 'resource',
    d -> 'message', d -> 'evidence', d -> 'hint'
  from jsonb_array_elements(command -> 'diagnostics') as d on conflict (id) do nothing;
  perform pilothouse.note_change('diagnostics', r.id::text, r.project_id, r.id, null);
  return '{}';
end
$$;

-- The target now has this document; a rollback settles what it went back from.
create function pilothouse.finish_applied(r pilothouse.releases, detail jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare at timestamptz := clock_timestamp();
begin
  update pilothouse.releases set applied_at = at where id = r.id;
  perform pilothouse.transition(r.id, 'verified', detail);
  if r.kind = 'rollback' then
    perform pilothouse.transition(s.id, 'rolled_back', jsonb_build_object('by', r.id, 'by_label', r.label,
      'document_digest', r.document_digest))
    from pilothouse.releases s where s.id = r.source_release_id and s.lifecycle_state in ('applied', 'failed');
  end if;
  update pilothouse.targets set last_release_id = r.id, last_document_digest = r.document_digest, last_applied_at = at
  where id = r.target_id;
  perform pilothouse.note_change('targets', r.target_id::text, r.project_id, null, null);
end
$$;

create function pilothouse.finish_failed(r pilothouse.releases, detail jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from pilothouse.diagnostics d where d.release_id = r.id and d.attempt = r.attempts) then
    perform pilothouse.refuse('validation_error', pilothouse.problem('diagnostics', 'none_recorded'));
  end if;
  update pilothouse.releases set failure = detail -> 'failure' where id = r.id;
  perform pilothouse.transition(r.id, 'step_failed', detail);
  if r.kind = 'rollback' then
    perform pilothouse.append_event('release.rollback_failed', 'release', s.id, s.project_id, s.correlation_id,
      jsonb_build_object('by', r.id, 'by_label', r.label, 'failure', detail -> 'failure'), 'error')
    from pilothouse.releases s where s.id = r.source_release_id;
  end if;
end
$$;

create function pilothouse.command_finish(command jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  r pilothouse.releases := pilothouse.held_release(command);
  outcome text := command #>> '{outcome,kind}';
  detail jsonb := jsonb_build_object('attempt', r.attempts, 'fence', r.fence, 'document_digest', r.document_digest,
    'checks', command -> 'checks', 'logs_digest', command -> 'logs_digest',
    'live_base_digest', command -> 'live_base_digest');
begin
  if outcome is null or outcome not in ('applied', 'failed') then
    raise exception 'no such outcome: %', outcome;
  end if;
  if r.kind = 'rollback' then perform pilothouse.lock_release(r.source_release_id); end if;
  update pilothouse.releases set run = 'idle', lease_holder = null, lease_until = null, abort_requested = false,
    left_live_base = command -> 'live_base', left_live_base_digest = command ->> 'live_base_digest'
  where id = r.id;
  if outcome = 'failed' then
    perform pilothouse.finish_failed(r, detail || jsonb_build_object('failure', jsonb_build_object(
      'code', command #> '{outcome,code}', 'message', left(command #>> '{outcome,message}', 4096))));
  else
    perform pilothouse.finish_applied(r, detail);
  end if;
  return pilothouse.release_answer(r.id);
end
$$;

grant execute on function pilothouse.check_attempt, pilothouse.command_record_step, pilothouse.command_record_logs,
  pilothouse.command_record_diagnostics, pilothouse.finish_applied, pilothouse.finish_failed,
  pilothouse.command_finish to pilothouse_api;
