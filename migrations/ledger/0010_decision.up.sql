-- Deciding tickets.

-- The ticket, with its release locked first.
create function pilothouse.lock_ticket(ticket uuid) returns pilothouse.approval_inbox_items
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare item pilothouse.approval_inbox_items;
begin
  perform pilothouse.lock_release(i.scope_id) from pilothouse.approval_inbox_items i where i.id = lock_ticket.ticket;
  select * into item from pilothouse.approval_inbox_items where id = lock_ticket.ticket for update;
  if not found then perform pilothouse.refuse('ticket_not_found', jsonb_build_object('ticket', lock_ticket.ticket)); end if;
  return item;
end
$$;

create function pilothouse.about_ticket(item pilothouse.approval_inbox_items, r pilothouse.releases) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select pilothouse.about('ticket', item.id, item.project_id, r.correlation_id)
$$;

-- Who decides: a person, with the permission, and for an approval another person than those who wanted the plan.
create function pilothouse.check_decider(item pilothouse.approval_inbox_items, r pilothouse.releases, decision text)
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

-- Whether the ticket can still be decided so, and is the one that the person saw.
create function pilothouse.check_decision(item pilothouse.approval_inbox_items, r pilothouse.releases, command jsonb)
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

create function pilothouse.approve(item pilothouse.approval_inbox_items, r pilothouse.releases, command jsonb)
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

create function pilothouse.command_decide(command jsonb) returns jsonb
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

create function pilothouse.readable_ticket(ticket uuid) returns pilothouse.approval_inbox_items
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare item pilothouse.approval_inbox_items := pilothouse.lock_ticket(ticket);
begin
  perform pilothouse.require('release:read', item.runtime, item.project_id,
    pilothouse.about('ticket', item.id, item.project_id));
  return item;
end
$$;

create function pilothouse.command_assign(command jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare item pilothouse.approval_inbox_items := pilothouse.readable_ticket((command ->> 'ticket_id')::uuid);
begin
  if item.status <> 'pending' then
    perform pilothouse.refuse('conflict', jsonb_build_object('ticket', item.id, 'status', item.status));
  end if;
  if command ->> 'to' is not null
    and not pilothouse.may(command ->> 'to', 'release:approve', item.runtime, item.project_id)
  then
    perform pilothouse.refuse('validation_error', pilothouse.problem('to', 'may_not_approve'));
  end if;
  update pilothouse.approval_inbox_items set assigned_to = command ->> 'to' where id = item.id;
  perform pilothouse.ticket_action(item.id, 'assigned', '', jsonb_build_object('to', command -> 'to'));
  perform pilothouse.ticket_event(item.id, 'approval.assigned', jsonb_build_object('to', command -> 'to'));
  return '{}';
end
$$;

create function pilothouse.command_comment(command jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare item pilothouse.approval_inbox_items := pilothouse.readable_ticket((command ->> 'ticket_id')::uuid);
begin
  if btrim(coalesce(command ->> 'comment', '')) = '' then
    perform pilothouse.refuse('comment_required', '{}');
  end if;
  perform pilothouse.ticket_action(item.id, 'commented', command ->> 'comment', '{}');
  perform pilothouse.ticket_event(item.id, 'approval.commented',
    jsonb_build_object('comment', command ->> 'comment'));
  return '{}';
end
$$;

-- Recorded once a login: who looked, not how often.
create function pilothouse.command_viewed(command jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare item pilothouse.approval_inbox_items := pilothouse.readable_ticket((command ->> 'ticket_id')::uuid);
begin
  if exists (select from pilothouse.approval_inbox_actions a
    where a.ticket_id = item.id and a.action = 'viewed' and a.actor = session_user) then return '{}'; end if;
  perform pilothouse.ticket_action(item.id, 'viewed', '', '{}');
  perform pilothouse.ticket_event(item.id, 'approval.viewed', '{}');
  return '{}';
end
$$;

grant execute on function pilothouse.lock_ticket, pilothouse.about_ticket, pilothouse.check_decider,
  pilothouse.check_decision, pilothouse.approve, pilothouse.command_decide, pilothouse.readable_ticket,
  pilothouse.command_assign, pilothouse.command_comment, pilothouse.command_viewed to pilothouse_api;
