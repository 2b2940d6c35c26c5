-- Asking for an apply, and deciding tickets of every kind.

-- Whether the people who approved fill all rules, each counted once: by Hall's theorem they do if every group of rules
-- finds as many people who fit at least one of them as the group's minimums ask for together.
-- `approvals`: [{"person": …, "roles": […], "teams": […]}].
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
        and (r.rule ->> 'role' is null or a.approval -> 'roles' ? (r.rule ->> 'role'))
        and (r.rule ->> 'team' is null or a.approval -> 'teams' ? (r.rule ->> 'team')));
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
  at timestamptz;
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
    pilothouse.requesters(r, session_user), r.service_id);
  about_plan := jsonb_build_object('preview_ref', p.preview_ref, 'context_hash', p.context_hash,
    'document_digest', p.document_digest, 'policy', policy - 'rules');
  perform pilothouse.append_event(
    case r.kind when 'rollback' then 'release.rollback_requested' else 'release.apply_requested' end,
    'release', r.id, r.project_id, r.correlation_id, about_plan, 'info', command ->> 'source');
  -- The rule at the time of asking is the one that counts.
  update pilothouse.releases set start_rule = pilothouse.start_rule_of(r.service_id, r.target_id)
  where id = r.id returning * into r;
  if (policy ->> 'required')::boolean then
    perform pilothouse.open_ticket((command ->> 'ticket_id')::uuid, r, p, policy, command ->> 'source');
    update pilothouse.releases set approval_required = true, approval_ticket = (command ->> 'ticket_id')::uuid
    where id = r.id;
    perform pilothouse.transition(r.id, 'request_with_policy', about_plan
      || jsonb_build_object('ticket', command -> 'ticket_id'));
  else
    at := clock_timestamp();
    update pilothouse.releases set approval_required = false where id = r.id;
    perform pilothouse.set_approved(r, pilothouse.start_due(r.start_rule, at), at);
    perform pilothouse.transition(r.id, 'request_without_policy', about_plan);
  end if;
  return pilothouse.release_answer(r.id);
end
$$;

-- Who decides: a person, with what it takes, and for whatever counts another person than those who wanted it; nor may
-- somebody in their place, by what they delegated. Only a plan can be rejected or revoked by anybody who may approve.
create or replace function pilothouse.check_decider(
  item pilothouse.approval_inbox_items, r pilothouse.releases, decision text
) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  who pilothouse.members := pilothouse.actor();
  about jsonb := pilothouse.about_ticket(item, r) || '{"permission": "release:approve"}';
  kept uuid[] := pilothouse.kept_out(item);
begin
  perform pilothouse.require_human(about);
  if pilothouse.is_change(item) and decision = 'revoke' and who.person_id = item.requested_by_person then return; end if;
  if not pilothouse.decides(item, who.login, '{}') then
    perform pilothouse.require('release:approve', coalesce(item.runtime, '*'), item.project_id, about);
  end if;
  if decision <> 'approve' and item.scope_type in ('release', 'rollback') then return; end if;
  if who.person_id = any (kept) or not pilothouse.decides(item, who.login, kept) then
    perform pilothouse.refuse('self_approval_denied', jsonb_build_object('ticket', item.id,
      'requested_by', item.requested_by, 'candidates', (select coalesce(jsonb_agg(distinct c), '[]')
        from jsonb_array_elements(item.rules) as rule, jsonb_array_elements_text(rule -> 'candidates') as c)), about);
  end if;
end
$$;

-- What the ticket is about has to be what the person saw, and still so.
create function pilothouse.is_stale(item pilothouse.approval_inbox_items, command jsonb) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select (command ->> 'seen_revision')::integer is distinct from item.revision
    or command ->> 'seen_context_hash' is distinct from item.context_hash
    or (command ->> 'decision' = 'approve' and case
      when pilothouse.is_change(item) then item.context_hash is distinct from (
        select pilothouse.change_hash(c.change, pilothouse.change_fields(c.change))
        from pilothouse.access_changes c where c.id = item.change_id)
      when item.scope_type = 'review' then false
      else item.policy_version is distinct from pilothouse.policy_version(item.stage_id) end)
$$;

-- Whether the ticket can still be decided so, and is the one that the person saw.
create or replace function pilothouse.check_decision(
  item pilothouse.approval_inbox_items, r pilothouse.releases, command jsonb
) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  decision text := command ->> 'decision';
  is_plan boolean := item.scope_type in ('release', 'rollback');
  taken_back boolean := pilothouse.is_change(item) and decision = 'revoke';
begin
  if decision is null or decision not in ('approve', 'reject', 'revoke') then
    perform pilothouse.refuse('validation_error', pilothouse.problem('decision', 'unknown'));
  end if;
  if item.scope_type = 'review' and decision = 'revoke' then
    perform pilothouse.refuse('ticket_scope_mismatch', jsonb_build_object('ticket', item.id,
      'scope', item.scope_type, 'decision', decision));
  end if;
  if item.status = 'superseded' or (is_plan and r.approval_ticket is distinct from item.id) then
    perform pilothouse.refuse('ticket_superseded', jsonb_build_object('ticket', item.id, 'release', item.release_id));
  end if;
  if item.status = 'expired' then
    perform pilothouse.refuse('ticket_expired', jsonb_strip_nulls(jsonb_build_object('ticket', item.id,
      'release', item.release_id, 'expired_at', pilothouse.instant(item.expires_at))));
  end if;
  if item.status <> 'pending' and not (item.status = 'approved' and is_plan and decision = 'revoke') then
    perform pilothouse.refuse('conflict', jsonb_build_object('ticket', item.id, 'status', item.status,
      'decided_by', item.decided_by, 'decided_at', pilothouse.instant(item.decided_at)));
  end if;
  if pilothouse.is_stale(item, command) then
    perform pilothouse.refuse('decision_stale', jsonb_build_object('ticket', item.id, 'revision', item.revision,
      'context_hash', item.context_hash));
  end if;
  if decision <> 'approve' and pilothouse.is_blank(command ->> 'comment')
    and not (taken_back and (pilothouse.actor()).person_id = item.requested_by_person)
  then
    perform pilothouse.refuse('comment_required', jsonb_build_object('decision', decision));
  end if;
end
$$;

-- One more approval. Where it fills the rules, what was asked for is approved: a plan may start, a change is carried out.
create or replace function pilothouse.approve(item pilothouse.approval_inbox_items, r pilothouse.releases, command jsonb)
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  who pilothouse.members := pilothouse.actor();
  hats jsonb := pilothouse.hats_of(who.id, item.project_id, pilothouse.kept_out(item), coalesce(item.runtime, '*'));
  decided jsonb := jsonb_strip_nulls(jsonb_build_object('revision', item.revision, 'context_hash', item.context_hash,
    'document_digest', item.document_digest));
  approvals jsonb;
  at timestamptz;
begin
  if exists (select from pilothouse.approval_inbox_actions a
    where a.ticket_id = item.id and a.action = 'approved' and a.person_id = who.person_id)
  then
    perform pilothouse.refuse('conflict', jsonb_build_object('ticket', item.id, 'status', item.status,
      'decided_by', session_user));
  end if;
  perform pilothouse.ticket_action(item.id, 'approved', command ->> 'comment', decided || hats);
  perform pilothouse.ticket_event(item.id, 'approval.approved', decided || hats
    || jsonb_build_object('comment', command ->> 'comment', 'policy_version', item.policy_version));
  select jsonb_agg(jsonb_build_object('person', a.person_id, 'name', a.person, 'login', a.actor,
    'roles', a.meta -> 'roles', 'teams', coalesce(a.meta -> 'teams', '[]')) order by a.at) into approvals
  from pilothouse.approval_inbox_actions a where a.ticket_id = item.id and a.action = 'approved';
  if not pilothouse.quorum_filled(item.rules, approvals) then return; end if;
  at := clock_timestamp();
  update pilothouse.approval_inbox_items set status = 'approved', decided_at = at, decided_by = session_user
  where id = item.id;
  if pilothouse.is_change(item) then
    perform pilothouse.apply_change(item.change_id);
  elsif item.scope_type <> 'review' then
    perform pilothouse.set_approved(r, pilothouse.start_due(r.start_rule, at), at);
    perform pilothouse.transition(r.id, 'quorum_filled', decided - 'revision'
      || jsonb_build_object('ticket', item.id, 'approvals', approvals));
  end if;
end
$$;

create function pilothouse.reject(item pilothouse.approval_inbox_items, r pilothouse.releases, comment text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  update pilothouse.approval_inbox_items set status = 'rejected', decided_at = clock_timestamp(),
    decided_by = session_user where id = item.id;
  perform pilothouse.ticket_action(item.id, 'rejected', comment, '{}');
  perform pilothouse.ticket_event(item.id, 'approval.rejected', jsonb_build_object('comment', comment,
    'revision', item.revision, 'context_hash', item.context_hash));
  if item.scope_type in ('release', 'rollback') then
    perform pilothouse.transition(r.id, 'reject', jsonb_build_object('ticket', item.id, 'comment', comment));
  end if;
end
$$;

-- A plan that is taken back ends its release. A change has no other record than its ticket's, which says so itself.
create function pilothouse.revoke(item pilothouse.approval_inbox_items, r pilothouse.releases, comment text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare withdrawn boolean := (pilothouse.actor()).person_id = item.requested_by_person;
begin
  if not pilothouse.is_change(item) then
    perform pilothouse.transition(r.id, 'revoke', jsonb_build_object('ticket', item.id, 'comment', comment));
    perform pilothouse.cancel_ticket(item.id, comment, '{}');
    return;
  end if;
  perform pilothouse.cancel_ticket(item.id, comment, jsonb_build_object('withdrawn', withdrawn));
  perform pilothouse.ticket_event(item.id, 'approval.superseded', jsonb_build_object('comment', comment,
    'reason', case when withdrawn then 'withdrawn' else 'revoked' end));
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
  select * into r from pilothouse.releases where id = item.release_id;
  perform pilothouse.check_decider(item, r, decision);
  if pilothouse.is_change(item) then
    refused := pilothouse.expire_ticket(item);
  elsif r.approval_ticket = item.id then
    refused := pilothouse.expire_overdue(r);
  end if;
  if refused is not null then return refused; end if;
  perform pilothouse.check_decision(item, r, command);
  case decision
    when 'approve' then perform pilothouse.approve(item, r, command);
    when 'reject' then perform pilothouse.reject(item, r, command ->> 'comment');
    when 'revoke' then perform pilothouse.revoke(item, r, command ->> 'comment');
  end case;
  return jsonb_build_object('ticket_id', item.id);
end
$$;

grant execute on function pilothouse.is_stale, pilothouse.reject, pilothouse.revoke to pilothouse_api;
