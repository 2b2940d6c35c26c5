-- Asking for an apply: the ticket that a policy wants, or the approval where it wants none.

-- Refuses an apply on any other plan than the release's current one, or on one that no longer describes its target.
create function pilothouse.check_preview(r pilothouse.releases, command jsonb) returns pilothouse.previews
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  p pilothouse.previews;
  now_true jsonb;
  differs jsonb := '[]';
begin
  if command ->> 'preview_ref' is null or r.preview_ref is null then
    perform pilothouse.refuse('preview_required', jsonb_build_object('release', r.id));
  end if;
  select * into strict p from pilothouse.previews where preview_ref = r.preview_ref;
  if p.preview_ref <> (command ->> 'preview_ref')::uuid then
    perform pilothouse.refuse('preview_mismatch', jsonb_build_object('differs', jsonb_build_array('preview_ref')));
  end if;
  if p.expires_at <= clock_timestamp() then
    perform pilothouse.refuse('preview_expired', jsonb_build_object('expired_at', pilothouse.instant(p.expires_at)));
  end if;
  if p.context_hash <> coalesce(command ->> 'context_hash', p.context_hash) then differs := '["context_hash"]'; end if;
  select p.context::jsonb || jsonb_build_object('target', jsonb_build_object('id', t.id, 'identity', t.identity),
    'previous_document_digest', t.last_document_digest, 'policy_version', pilothouse.policy_version(t.stage_id),
    'delivery', pilothouse.delivery_of(r.service_id, r.target_id))
  into now_true from pilothouse.targets t where t.id = r.target_id;
  differs := differs || pilothouse.differing(p.context::jsonb, now_true);
  if differs <> '[]' then
    perform pilothouse.refuse('preview_mismatch', jsonb_build_object('differs', differs));
  end if;
  return p;
end
$$;

-- The hours for which an approval counts, and a ticket waits.
create function pilothouse.approval_window(r pilothouse.releases) returns interval
language sql stable set search_path = pg_catalog, pg_temp as $$
  select s.approval_window_hours * interval '1 hour'
  from pilothouse.targets t join pilothouse.stages s on s.id = t.stage_id where t.id = r.target_id
$$;

create function pilothouse.open_ticket(ticket uuid, r pilothouse.releases, p pilothouse.previews, policy jsonb, source text)
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  risk text := coalesce(p.risk ->> 'level', 'critical');
  opened timestamptz := clock_timestamp();
begin
  insert into pilothouse.approval_inbox_items (id, scope_type, scope_id, project_id, stage_id, target_id, runtime,
    risk_level, risk_reasons, priority, requested_by_person, rules, policy_version, source, summary, reason, change_link,
    context_hash, document_digest, revision, expires_at, sla_due_at, created_at)
  select ticket, r.kind, r.id, r.project_id, t.stage_id, t.id, r.runtime, risk, p.risk -> 'reasons',
    case risk when 'critical' then 'p0' when 'high' then 'p1' when 'medium' then 'p2' else 'p3' end,
    (pilothouse.actor()).person_id, policy -> 'rules', (policy ->> 'version')::integer, open_ticket.source,
    p.diff -> 'words', r.reason, r.change_link, p.context_hash, p.document_digest, p.revision,
    opened + pilothouse.approval_window(r),
    opened + case risk when 'critical' then interval '15 minutes' when 'high' then interval '30 minutes'
      when 'medium' then interval '2 hours' else interval '8 hours' end,
    opened
  from pilothouse.targets t where t.id = r.target_id on conflict (id) do nothing;
  if not found then perform pilothouse.refuse('conflict', jsonb_build_object('ticket', ticket)); end if;
  insert into pilothouse.approval_inbox_subjects (ticket_id, scope_type, scope_id, preview_ref, revision, context_hash,
    document_digest)
  values (ticket, r.kind, r.id, p.preview_ref, p.revision, p.context_hash, p.document_digest);
  perform pilothouse.ticket_action(ticket, 'created', r.reason, '{}');
  perform pilothouse.ticket_event(ticket, 'approval.ticket_created', jsonb_build_object('revision', p.revision,
    'context_hash', p.context_hash, 'document_digest', p.document_digest, 'risk', risk, 'rules', policy -> 'rules',
    'expires_at', pilothouse.instant(opened + pilothouse.approval_window(r))));
end
$$;

create function pilothouse.command_request_apply(command jsonb) returns jsonb
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

-- Everybody who wanted this plan: who made the release, who planned it, who asks. None of them may approve it.
create function pilothouse.requesters(r pilothouse.releases, asking text) returns uuid[]
language sql stable set search_path = pg_catalog, pg_temp as $$
  select array(select distinct m.person_id from pilothouse.members m
    where m.login in (r.created_by, asking)
      or m.login = (select p.claimed_by from pilothouse.previews p where p.preview_ref = r.preview_ref))
$$;

-- The requester takes a release back.
create function pilothouse.command_withdraw(command jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  r pilothouse.releases := pilothouse.lock_release((command ->> 'release_id')::uuid);
  asked_by text := (select i.requested_by from pilothouse.approval_inbox_items i where i.id = r.approval_ticket);
  people uuid[] := array(select m.person_id from pilothouse.members m where m.login in (r.created_by, asked_by));
  refused jsonb;
begin
  if (pilothouse.actor()).person_id <> all (people) then
    perform pilothouse.refuse('permission_denied', jsonb_build_object('permission', 'release:apply', 'grantors',
      (select coalesce(jsonb_agg(p.name order by p.name), '[]') from pilothouse.people p where p.id = any (people))),
      pilothouse.about_release(r));
  end if;
  refused := pilothouse.expire_overdue(r);
  if refused is not null then return refused; end if;
  perform pilothouse.require_seen(r, (command ->> 'seen_revision')::integer);
  perform pilothouse.transition(r.id, 'withdraw', jsonb_build_object('comment', command ->> 'comment'));
  perform pilothouse.cancel_ticket(r.approval_ticket, command ->> 'comment', '{"withdrawn": true}');
  return pilothouse.release_answer(r.id);
end
$$;

create function pilothouse.cancel_ticket(ticket uuid, said text, meta jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  update pilothouse.approval_inbox_items set status = 'cancelled', decided_at = clock_timestamp(),
    decided_by = session_user where id = ticket and status in ('pending', 'approved');
  if found then perform pilothouse.ticket_action(ticket, 'revoked', said, meta); end if;
end
$$;

grant execute on function pilothouse.check_preview, pilothouse.approval_window, pilothouse.open_ticket,
  pilothouse.requesters, pilothouse.cancel_ticket, pilothouse.command_request_apply, pilothouse.command_withdraw
  to pilothouse_api;
