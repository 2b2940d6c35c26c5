-- Tickets of every kind: about a plan, an emergency that is looked at afterwards, or a change of policy or access.

create function pilothouse.refuse_missing(noun text, name text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform pilothouse.refuse('not_found', jsonb_build_object('noun', noun, 'name', name));
end
$$;

-- A project by its name. To those who do not manage all of them, one that is not there looks like one of others.
create function pilothouse.named_project(name text) returns pilothouse.projects
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare p pilothouse.projects;
begin
  select * into p from pilothouse.projects pr where pr.name = named_project.name;
  if found then return p; end if;
  if pilothouse.may(session_user, 'access:write', '*', null) then perform pilothouse.refuse_missing('project', name); end if;
  perform pilothouse.refuse('project_scope_denied', jsonb_build_object('permission', 'access:write', 'project', name,
    'grantors', pilothouse.grantors(null)), pilothouse.about('ledger', pilothouse.ledger_id(), null)
    || '{"permission": "access:write"}');
  return null;
end
$$;

-- What only a person may ask for, whatever an agent or a service was bound to.
create function pilothouse.require_human(about jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare who pilothouse.members := pilothouse.actor();
begin
  if who.kind <> 'human' then
    perform pilothouse.refuse('agent_not_allowed', jsonb_build_object('login', who.login, 'kind', who.kind), about);
  end if;
end
$$;

create function pilothouse.is_change(item pilothouse.approval_inbox_items) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select item.scope_type in ('policy', 'access')
$$;

create function pilothouse.priority_of(risk text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case risk when 'critical' then 'p0' when 'high' then 'p1' when 'medium' then 'p2' else 'p3' end
$$;

-- How soon a ticket wants an answer.
create function pilothouse.answer_within(risk text) returns interval
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case risk when 'critical' then interval '15 minutes' when 'high' then interval '30 minutes'
    when 'medium' then interval '2 hours' else interval '8 hours' end
$$;

create or replace function pilothouse.ticket_action(
  ticket uuid, action text, said text, meta jsonb, by_ledger boolean default false
) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare item pilothouse.approval_inbox_items;
begin
  select * into strict item from pilothouse.approval_inbox_items where id = ticket;
  insert into pilothouse.approval_inbox_actions (id, ticket_id, action, actor, person_id, person, comment, meta)
  select pilothouse.uuid_v7(), item.id, ticket_action.action, session_user, m.person_id, p.name, nullif(said, ''), meta
  from pilothouse.members m join pilothouse.people p on p.id = m.person_id where m.login = session_user and not by_ledger
  union all select pilothouse.uuid_v7(), item.id, ticket_action.action, 'ledger', null, null, null, meta where by_ledger;
  update pilothouse.approval_inbox_items set updated_at = clock_timestamp() where id = item.id;
  perform pilothouse.note_change('approval_inbox_items', item.id::text, item.project_id, item.release_id, item.id);
end
$$;

create or replace function pilothouse.ticket_event(ticket uuid, action text, detail jsonb, by_ledger boolean default false)
returns void language sql volatile set search_path = pg_catalog, pg_temp as $$
  select pilothouse.append_event(ticket_event.action, 'ticket', i.id, i.project_id, coalesce(r.correlation_id, i.change_id),
    case when i.change_id is null then jsonb_build_object('release', i.release_id, 'label', r.label)
      else jsonb_build_object('change', c.id, 'kind', c.change -> 'kind') end
      || jsonb_build_object('scope', i.scope_type) || ticket_event.detail,
    case when ticket_event.action = 'approval.escalated' then 'warning' else 'info' end, null, by_ledger)
  from pilothouse.approval_inbox_items i
  left join pilothouse.releases r on r.id = i.release_id
  left join pilothouse.access_changes c on c.id = i.change_id
  where i.id = ticket
$$;

-- The ticket, with the release that it is about locked first.
create or replace function pilothouse.lock_ticket(ticket uuid) returns pilothouse.approval_inbox_items
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare item pilothouse.approval_inbox_items;
begin
  perform pilothouse.lock_release(i.release_id)
  from pilothouse.approval_inbox_items i where i.id = lock_ticket.ticket and i.release_id is not null;
  select * into item from pilothouse.approval_inbox_items where id = lock_ticket.ticket for update;
  if not found then perform pilothouse.refuse('ticket_not_found', jsonb_build_object('ticket', lock_ticket.ticket)); end if;
  return item;
end
$$;

create or replace function pilothouse.about_ticket(item pilothouse.approval_inbox_items, r pilothouse.releases) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select pilothouse.about('ticket', item.id, item.project_id, coalesce(r.correlation_id, item.change_id))
$$;

-- Writes down that the ticket's time is over; the answer is the refusal to give, or null where it is not.
create function pilothouse.expire_ticket(item pilothouse.approval_inbox_items) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if item.status <> 'pending' or item.expires_at is null or item.expires_at > clock_timestamp() then return null; end if;
  update pilothouse.approval_inbox_items set status = 'expired', decided_at = clock_timestamp() where id = item.id;
  perform pilothouse.ticket_action(item.id, 'expired', '', '{}', true);
  perform pilothouse.ticket_event(item.id, 'approval.expired',
    jsonb_build_object('expires_at', pilothouse.instant(item.expires_at)), true);
  return pilothouse.refusal('ticket_expired', jsonb_strip_nulls(jsonb_build_object('release', item.release_id,
    'ticket', item.id, 'expired_at', pilothouse.instant(item.expires_at))));
end
$$;

-- Judges time by the ledger's own clock: an overdue ticket or an approval window that is over cancels the release.
-- The answer is the refusal to give, or null where time still allows; the cancellation is kept, so it is no exception.
create or replace function pilothouse.expire_overdue(r pilothouse.releases) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  item pilothouse.approval_inbox_items;
  refused jsonb;
begin
  if r.lifecycle_state = 'approved' and r.approved_until <= clock_timestamp() then
    perform pilothouse.transition(r.id, 'expire', jsonb_build_object('reason', 'approval_window',
      'approved_until', pilothouse.instant(r.approved_until)), true);
    return pilothouse.refusal('ticket_expired', jsonb_build_object('release', r.id, 'ticket', r.approval_ticket,
      'expired_at', pilothouse.instant(r.approved_until)));
  end if;
  if r.lifecycle_state <> 'pending_approval' then return null; end if;
  select * into strict item from pilothouse.approval_inbox_items where id = r.approval_ticket for update;
  refused := pilothouse.expire_ticket(item);
  if refused is null then return null; end if;
  perform pilothouse.transition(r.id, 'expire', jsonb_build_object('reason', 'ticket', 'ticket', item.id), true);
  return refused;
end
$$;

create or replace function pilothouse.open_ticket(
  ticket uuid, r pilothouse.releases, p pilothouse.previews, policy jsonb, source text
) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  risk text := coalesce(p.risk ->> 'level', 'critical');
  opened timestamptz := clock_timestamp();
begin
  insert into pilothouse.approval_inbox_items (id, scope_type, scope_id, release_id, project_id, stage_id, target_id,
    runtime, risk_level, risk_reasons, priority, requested_by_person, rules, policy_version, source, summary, reason,
    change_link, context_hash, document_digest, revision, expires_at, sla_due_at, created_at)
  select ticket, r.kind, r.id, r.id, r.project_id, t.stage_id, t.id, r.runtime, risk, p.risk -> 'reasons',
    pilothouse.priority_of(risk), (pilothouse.actor()).person_id, policy -> 'rules', (policy ->> 'version')::integer,
    open_ticket.source, p.diff -> 'words', r.reason, r.change_link, p.context_hash, p.document_digest, p.revision,
    opened + pilothouse.approval_window(r), opened + pilothouse.answer_within(risk), opened
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

-- The persons who may not decide it: those who wanted it, and for an emergency also those who wanted the plan.
create function pilothouse.kept_out(item pilothouse.approval_inbox_items) returns uuid[]
language sql stable set search_path = pg_catalog, pg_temp as $$
  select array(
    select item.requested_by_person
    union select unnest(pilothouse.requesters(r, item.requested_by)) from pilothouse.releases r where r.id = item.release_id
    union select (jsonb_array_elements_text(a.meta -> 'kept_out'))::uuid from pilothouse.approval_inbox_actions a
      where a.ticket_id = item.id and a.action = 'created')
$$;

-- Whether a login has what deciding that ticket takes, leaving out what it holds for one of those persons.
create function pilothouse.decides(item pilothouse.approval_inbox_items, login text, except_persons uuid[])
returns boolean language sql stable set search_path = pg_catalog, pg_temp as $$
  select pilothouse.may_decide(login, 'release:approve', coalesce(item.runtime, '*'), item.project_id, except_persons)
    or (pilothouse.is_change(item)
      and pilothouse.may_decide(login, 'access:write', '*', item.project_id, except_persons))
$$;

-- The tickets that the caller could decide now: for the view of tickets, at once for all of them, so that a long inbox
-- asks once what its reader holds. It runs as its owner.
create function pilothouse.decidable() returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with held as materialized (
    select a.permission, a.runtime, a.project_id, a.delegator_id from pilothouse.allowed(session_user) a
    where a.in_force and a.permission in ('release:approve', 'access:write')),
  waiting as materialized (
    select i.id, i.runtime, i.project_id, m.person_id, pilothouse.is_change(i) as is_change, pilothouse.kept_out(i) as kept
    from pilothouse.approval_inbox_items i
    join pilothouse.members m on m.login = session_user and m.active and m.kind = 'human'
    left join pilothouse.releases r on r.id = i.release_id
    where i.status = 'pending' and (i.expires_at <= clock_timestamp()) is not true
      and (i.scope_type not in ('release', 'rollback') or r.approval_ticket = i.id)
      and exists (select from held))
  select w.id from waiting w
  where w.person_id <> all (w.kept)
    and exists (select from held h
      where (h.permission = 'release:approve' or w.is_change)
        and (w.runtime is null or h.runtime in ('*', w.runtime))
        and (h.project_id is null or h.project_id = w.project_id)
        and (h.delegator_id is null or h.delegator_id <> all (w.kept)))
    and not exists (select from pilothouse.approval_inbox_actions a
      where a.ticket_id = w.id and a.action = 'approved' and a.person_id = w.person_id)
$$;

-- Who reads a ticket about a change: whoever asked for it, could decide it, or oversees that project (or all of them).
create function pilothouse.reads_change(item pilothouse.approval_inbox_items) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select item.requested_by_person = (pilothouse.actor()).person_id or exists (
    select from unnest(array['release:approve', 'access:write', 'access:read', 'audit:read']
      || case when item.project_id is not null then '{release:read}'::text[] else '{}' end) as p (permission)
    where pilothouse.may(session_user, p.permission, '*', item.project_id))
$$;

create or replace function pilothouse.readable_ticket(ticket uuid) returns pilothouse.approval_inbox_items
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare item pilothouse.approval_inbox_items := pilothouse.lock_ticket(ticket);
begin
  if pilothouse.is_change(item) and pilothouse.reads_change(item) then return item; end if;
  perform pilothouse.require(case when pilothouse.is_change(item) and item.project_id is null then 'access:read'
    else 'release:read' end, coalesce(item.runtime, '*'), item.project_id,
    pilothouse.about('ticket', item.id, item.project_id));
  return item;
end
$$;

create or replace function pilothouse.command_assign(command jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare item pilothouse.approval_inbox_items := pilothouse.readable_ticket((command ->> 'ticket_id')::uuid);
begin
  if item.status <> 'pending' then
    perform pilothouse.refuse('conflict', jsonb_build_object('ticket', item.id, 'status', item.status));
  end if;
  if command ->> 'to' is not null and not pilothouse.decides(item, command ->> 'to', '{}') then
    perform pilothouse.refuse('validation_error', pilothouse.problem('to', 'may_not_approve'));
  end if;
  update pilothouse.approval_inbox_items set assigned_to = command ->> 'to' where id = item.id;
  perform pilothouse.ticket_action(item.id, 'assigned', '', jsonb_build_object('to', command -> 'to'));
  perform pilothouse.ticket_event(item.id, 'approval.assigned', jsonb_build_object('to', command -> 'to'));
  return '{}';
end
$$;

grant execute on function pilothouse.refuse_missing, pilothouse.named_project, pilothouse.require_human,
  pilothouse.is_change, pilothouse.priority_of, pilothouse.answer_within, pilothouse.expire_ticket, pilothouse.kept_out,
  pilothouse.decides, pilothouse.reads_change to pilothouse_api;
grant execute on function pilothouse.decidable to pilothouse_reader, pilothouse_member;
