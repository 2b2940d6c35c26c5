-- Recording a plan.

create function pilothouse.check_document(document bytea, digest text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare actual text := 'sha256:' || pilothouse.sha256_hex(document);
begin
  if octet_length(document) > 4194304 then
    perform pilothouse.refuse('document_too_large',
      jsonb_build_object('bytes', octet_length(document), 'cap', 4194304));
  end if;
  if actual <> digest then
    perform pilothouse.refuse('digest_mismatch', jsonb_build_object('expected', digest, 'actual', actual));
  end if;
end
$$;

-- The context as the ledger knows it; what an approval is about has to say the same.
create function pilothouse.expected_context(r pilothouse.releases, t pilothouse.targets, command jsonb) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('release', r.id, 'revision', r.revision + 1, 'service', r.service_id,
    'target', jsonb_build_object('id', t.id, 'identity', t.identity), 'runtime', t.runtime,
    'strategy', command -> 'strategy', 'delivery', pilothouse.delivery_of(r.service_id, r.target_id),
    'variables', command -> 'variables',
    'document_digest', command -> 'document_digest', 'previous_document_digest', t.last_document_digest,
    'images', command -> 'images', 'live_base', command -> 'live_base', 'policy_version', pilothouse.policy_version(t.stage_id))
$$;

-- Names of the fields in which two objects differ, in order.
create function pilothouse.differing(one jsonb, other jsonb) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_agg(key order by key), '[]')
  from (select key from jsonb_each(one) union select key from jsonb_each(other)) as keys
  where (one -> key) is distinct from (other -> key)
$$;

create function pilothouse.check_context(r pilothouse.releases, t pilothouse.targets, command jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare differs jsonb;
begin
  if (command ->> 'previous_document_digest') is distinct from t.last_document_digest then
    perform pilothouse.refuse('conflict', jsonb_build_object('target', t.name, 'previous_document_digest',
      command -> 'previous_document_digest', 'last_document_digest', t.last_document_digest));
  end if;
  if command ->> 'context' is not json object with unique keys then
    perform pilothouse.refuse('preview_mismatch', jsonb_build_object('differs', jsonb_build_array('context')));
  end if;
  differs := pilothouse.differing((command ->> 'context')::jsonb, pilothouse.expected_context(r, t, command));
  if coalesce(command #>> '{way_back,document_digest}', t.last_document_digest) is distinct from t.last_document_digest
  then differs := differs || '["way_back"]'; end if;
  if differs <> '[]' then
    perform pilothouse.refuse('preview_mismatch', jsonb_build_object('differs', differs));
  end if;
end
$$;

-- A release's strategy is its service's rule for that target; a rollback may also go the way of what it restores.
create function pilothouse.check_strategy(r pilothouse.releases, strategy text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare c pilothouse.cd_configs;
begin
  select * into c from pilothouse.cd_configs where service_id = r.service_id and target_id = r.target_id;
  if not found then
    perform pilothouse.refuse('not_found', jsonb_build_object('cd_config', r.target_id, 'service', r.service_id));
  end if;
  if c.strategy <> strategy and not exists (
    select from pilothouse.releases o where o.id = r.target_revision and o.strategy = check_strategy.strategy)
  then
    perform pilothouse.refuse('strategy_invalid', jsonb_build_object('strategy', strategy, 'configured', c.strategy));
  end if;
end
$$;

create function pilothouse.store_sealed(t pilothouse.targets, sealed jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if jsonb_array_length(sealed) = 0 then return; end if;
  if t.recipient is null then
    perform pilothouse.refuse('validation_error', pilothouse.problem('sealed', 'target_without_key'));
  end if;
  insert into pilothouse.sealed_values (target_id, token, name, ciphertext)
  select t.id, s ->> 'token', s ->> 'name', decode(s ->> 'ciphertext', 'base64')
  from jsonb_array_elements(sealed) as s on conflict do nothing;
end
$$;

-- A plan whose secret values are not here yet would let somebody fill them in after the approval.
create function pilothouse.check_sealed(t pilothouse.targets, document bytea) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare unknown text;
begin
  select found.token[1] into unknown
  from regexp_matches(encode(document, 'escape'), 'pilothouse-sealed:[A-Za-z_][A-Za-z0-9_]*:[0-9a-f]{64}', 'g')
    as found (token)
  where not exists (
    select from pilothouse.sealed_values v where v.target_id = t.id and v.token = found.token[1])
  limit 1;
  if unknown is not null then
    perform pilothouse.refuse('validation_error', pilothouse.problem('document', 'sealed_value_unknown'));
  end if;
end
$$;

create function pilothouse.store_preview(r pilothouse.releases, t pilothouse.targets, command jsonb, policy jsonb)
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

-- The release to plan: a new one for revision 0, else the one that was seen, in a state that can be planned again.
create function pilothouse.release_to_plan(command jsonb, t pilothouse.targets) returns pilothouse.releases
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  r pilothouse.releases;
  permission text := case command ->> 'kind' when 'rollback' then 'release:rollback' else 'release:preview' end;
begin
  if (command ->> 'seen_revision')::integer = 0 then
    perform pilothouse.require(permission, t.runtime, t.project_id, pilothouse.about('target', t.id, t.project_id));
    return pilothouse.draft_release(command, t);
  end if;
  r := pilothouse.lock_release((command ->> 'release_id')::uuid);
  perform pilothouse.require(permission, r.runtime, r.project_id, pilothouse.about_release(r));
  if (r.service_id, r.target_id, r.kind, r.source_release_id) is distinct from
    ((command ->> 'service_id')::uuid, t.id, command ->> 'kind', (command ->> 'source_release_id')::uuid)
    or r.target_revision is distinct from (command ->> 'target_revision')::uuid
  then
    perform pilothouse.refuse('validation_error', pilothouse.problem('release_id', 'other_subject'));
  end if;
  if not exists (select from pilothouse.lifecycle_transitions where state = r.lifecycle_state and event = 'plan') then
    perform pilothouse.refuse('release_state_invalid',
      jsonb_build_object('state', r.lifecycle_state, 'command', 'plan', 'release', r.id));
  end if;
  return r;
end
$$;

create function pilothouse.command_record_preview(command jsonb, document bytea) returns jsonb
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

grant execute on function pilothouse.check_document, pilothouse.expected_context, pilothouse.differing,
  pilothouse.check_context, pilothouse.check_strategy, pilothouse.store_sealed, pilothouse.check_sealed, pilothouse.store_preview,
  pilothouse.release_to_plan, pilothouse.command_record_preview to pilothouse_api;
