drop function pilothouse.start_rule_of, pilothouse.start_due, pilothouse.set_approved, pilothouse.freeze_of,
  pilothouse.check_time, pilothouse.is_blank, pilothouse.instant_given, pilothouse.is_instant, pilothouse.check_span,
  pilothouse.command_freeze;

create or replace function pilothouse.drift_found(r pilothouse.releases, t pilothouse.targets, objects jsonb) returns jsonb
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
    if r.kind = 'rollback' then perform pilothouse.check_rollback(r, r.document_digest); end if;
    perform pilothouse.check_delivery(r, p);
    drifted := pilothouse.drift_of(r, t, p, command);
    if drifted is not null then return pilothouse.drift_found(r, t, drifted); end if;
  end if;
  return pilothouse.grant_lease(r, t, command);
end
$$;

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
    approved_until = null
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
  policy := pilothouse.policy_for(t.id, r.kind, r.source_release_id, command ->> 'document_digest', session_user);
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
