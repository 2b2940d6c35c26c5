drop function pilothouse.is_stale, pilothouse.reject, pilothouse.revoke;

create or replace function pilothouse.quorum_filled(rules jsonb, approvals jsonb) returns boolean
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  wanted integer;
  fitting integer;
begin
  for chosen in 1 .. (1 << jsonb_array_length(rules)) - 1 loop
    select sum((r.rule ->> 'minimum')::integer) into wanted
    from jsonb_array_elements(rules) with ordinality as r (rule, place)
    where chosen & (1 << (r.place::integer - 1)) <> 0;
    select count(distinct a.approval ->> 'person') into fitting
    from jsonb_array_elements(approvals) as a (approval)
    where exists (
      select from jsonb_array_elements(rules) with ordinality as r (rule, place)
      where chosen & (1 << (r.place::integer - 1)) <> 0
        and (r.rule ->> 'role' is null or a.approval -> 'roles' ? (r.rule ->> 'role')));
    if fitting < wanted then return false; end if;
  end loop;
  return true;
end
$$;

create or replace function pilothouse.command_request_apply(command jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  r pilothouse.releases := pilothouse.lock_release((command ->> 'release_id')::uuid);
  p pilothouse.previews;
  policy jsonb;
  refused jsonb;
  about_plan jsonb;
begin
  perform pilothouse.require(pilothouse.apply_permission(r.kind), r.runtime, r.project_id, pilothouse.about_release(r));
  refused := pilothouse.expire_overdue(r);
  if refused is not null then return refused; end if;
  if r.lifecycle_state not in ('draft', 'preview') then
    perform pilothouse.refuse('release_state_invalid',
      jsonb_build_object('state', r.lifecycle_state, 'command', 'request_apply', 'release', r.id));
  end if;
  if r.lifecycle_state = 'draft' then
    perform pilothouse.refuse('preview_required', jsonb_build_object('release', r.id));
  end if;
  p := pilothouse.check_preview(r, command);
  if p.voided_at is not null then
    perform pilothouse.refuse('preview_required', jsonb_build_object('release', r.id));
  end if;
  perform pilothouse.require_seen(r, (command ->> 'seen_revision')::integer);
  if r.kind = 'rollback' then perform pilothouse.check_rollback(r, p.document_digest); end if;
  policy := pilothouse.policy_decision(r.target_id, r.kind, r.source_release_id, p.document_digest,
    pilothouse.requesters(r, session_user));
  about_plan := jsonb_build_object('preview_ref', p.preview_ref, 'context_hash', p.context_hash,
    'document_digest', p.document_digest, 'policy', policy - 'rules');
  perform pilothouse.append_event(
    case r.kind when 'rollback' then 'release.rollback_requested' else 'release.apply_requested' end,
    'release', r.id, r.project_id, r.correlation_id, about_plan, 'info', command ->> 'source');
  if (policy ->> 'required')::boolean then
    perform pilothouse.open_ticket((command ->> 'ticket_id')::uuid, r, p, policy, command ->> 'source');
    update pilothouse.releases set approval_required = true, approval_ticket = (command ->> 'ticket_id')::uuid
    where id = r.id;
    perform pilothouse.transition(r.id, 'request_with_policy', about_plan
      || jsonb_build_object('ticket', command -> 'ticket_id'));
  else
    update pilothouse.releases set approval_required = false, approved_at = clock_timestamp(),
      approved_until = clock_timestamp() + pilothouse.approval_window(r) where id = r.id;
    perform pilothouse.transition(r.id, 'request_without_policy', about_plan);
  end if;
  return pilothouse.release_answer(r.id);
end
$$;

create or replace function pilothouse.check_decider(item pilothouse.approval_inbox_items, r pilothouse.releases, decision text)
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  who pilothouse.members := pilothouse.actor();
  about jsonb := pilothouse.about_ticket(item, r) || '{"permission": "release:approve"}';
begin
  if who.kind <> 'human' then
    perform pilothouse.refuse('agent_not_allowed', jsonb_build_object('login', who.login, 'kind', who.kind), about);
  end if;
  perform pilothouse.require('release:approve', item.runtime, item.project_id, about);
  if decision = 'approve' and who.person_id = any (pilothouse.requesters(r, item.requested_by)) then
    perform pilothouse.refuse('self_approval_denied', jsonb_build_object('ticket', item.id,
      'requested_by', item.requested_by, 'candidates', (select coalesce(jsonb_agg(distinct c), '[]')
        from jsonb_array_elements(item.rules) as rule, jsonb_array_elements_text(rule -> 'candidates') as c)), about);
  end if;
end
$$;

create or replace function pilothouse.check_decision(item pilothouse.approval_inbox_items, r pilothouse.releases, command jsonb)
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare decidable text[] := case command ->> 'decision' when 'revoke' then '{pending,approved}' else '{pending}' end;
begin
  if item.status = 'superseded' or r.approval_ticket is distinct from item.id then
    perform pilothouse.refuse('ticket_superseded', jsonb_build_object('ticket', item.id, 'release', r.id));
  end if;
  if item.status = 'expired' then
    perform pilothouse.refuse('ticket_expired', jsonb_build_object('ticket', item.id, 'release', r.id,
      'expired_at', pilothouse.instant(item.expires_at)));
  end if;
  if item.status <> all (decidable) then
    perform pilothouse.refuse('conflict', jsonb_build_object('ticket', item.id, 'status', item.status,
      'decided_by', item.decided_by, 'decided_at', pilothouse.instant(item.decided_at)));
  end if;
  if (command ->> 'seen_revision')::integer is distinct from item.revision
    or command ->> 'seen_context_hash' is distinct from item.context_hash
    or (command ->> 'decision' = 'approve' and item.policy_version is distinct from
      (select pilothouse.policy_version(item.stage_id)))
  then
    perform pilothouse.refuse('decision_stale', jsonb_build_object('ticket', item.id, 'revision', item.revision,
      'context_hash', item.context_hash));
  end if;
  if command ->> 'decision' <> 'approve' and btrim(coalesce(command ->> 'comment', '')) = '' then
    perform pilothouse.refuse('comment_required', jsonb_build_object('decision', command ->> 'decision'));
  end if;
end
$$;

create or replace function pilothouse.approve(item pilothouse.approval_inbox_items, r pilothouse.releases, command jsonb)
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  who pilothouse.members := pilothouse.actor();
  roles text[] := pilothouse.roles_of(who.id, item.project_id);
  approvals jsonb;
begin
  if exists (select from pilothouse.approval_inbox_actions a
    where a.ticket_id = item.id and a.action = 'approved' and a.person_id = who.person_id)
  then
    perform pilothouse.refuse('conflict', jsonb_build_object('ticket', item.id, 'status', item.status,
      'decided_by', session_user));
  end if;
  perform pilothouse.ticket_action(item.id, 'approved', command ->> 'comment', jsonb_build_object('roles', roles,
    'revision', item.revision, 'context_hash', item.context_hash, 'document_digest', item.document_digest));
  perform pilothouse.ticket_event(item.id, 'approval.approved', jsonb_build_object('comment', command ->> 'comment',
    'revision', item.revision, 'context_hash', item.context_hash, 'document_digest', item.document_digest,
    'policy_version', item.policy_version, 'roles', roles));
  select jsonb_agg(jsonb_build_object('person', a.person_id, 'name', a.person, 'login', a.actor,
    'roles', a.meta -> 'roles') order by a.at) into approvals
  from pilothouse.approval_inbox_actions a where a.ticket_id = item.id and a.action = 'approved';
  if not pilothouse.quorum_filled(item.rules, approvals) then return; end if;
  update pilothouse.approval_inbox_items set status = 'approved', decided_at = clock_timestamp(),
    decided_by = session_user where id = item.id;
  update pilothouse.releases set approved_at = clock_timestamp(),
    approved_until = clock_timestamp() + pilothouse.approval_window(r) where id = r.id;
  perform pilothouse.transition(r.id, 'quorum_filled', jsonb_build_object('ticket', item.id, 'approvals', approvals,
    'context_hash', item.context_hash, 'document_digest', item.document_digest));
end
$$;

create or replace function pilothouse.command_decide(command jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  item pilothouse.approval_inbox_items := pilothouse.lock_ticket((command ->> 'ticket_id')::uuid);
  r pilothouse.releases;
  refused jsonb;
  decision text := command ->> 'decision';
begin
  select * into strict r from pilothouse.releases where id = item.scope_id;
  perform pilothouse.check_decider(item, r, decision);
  if r.approval_ticket = item.id then refused := pilothouse.expire_overdue(r); end if;
  if refused is not null then return refused; end if;
  perform pilothouse.check_decision(item, r, command);
  if decision = 'approve' then
    perform pilothouse.approve(item, r, command);
  elsif decision = 'reject' then
    update pilothouse.approval_inbox_items set status = 'rejected', decided_at = clock_timestamp(),
      decided_by = session_user where id = item.id;
    perform pilothouse.ticket_action(item.id, 'rejected', command ->> 'comment', '{}');
    perform pilothouse.ticket_event(item.id, 'approval.rejected', jsonb_build_object('comment', command ->> 'comment',
      'revision', item.revision, 'context_hash', item.context_hash));
    perform pilothouse.transition(r.id, 'reject', jsonb_build_object('ticket', item.id,
      'comment', command ->> 'comment'));
  elsif decision = 'revoke' then
    perform pilothouse.transition(r.id, 'revoke', jsonb_build_object('ticket', item.id,
      'comment', command ->> 'comment'));
    perform pilothouse.cancel_ticket(item.id, command ->> 'comment', '{}');
  else
    raise exception 'no such decision: %', decision;
  end if;
  return pilothouse.release_answer(r.id) || jsonb_build_object('ticket_id', item.id);
end
$$;
