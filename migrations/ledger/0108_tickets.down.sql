drop function pilothouse.refuse_missing, pilothouse.named_project, pilothouse.require_human, pilothouse.is_change,
  pilothouse.priority_of, pilothouse.answer_within, pilothouse.expire_ticket, pilothouse.kept_out, pilothouse.decides,
  pilothouse.decidable, pilothouse.reads_change;

create or replace function pilothouse.ticket_action(ticket uuid, action text, said text, meta jsonb, by_ledger boolean default false)
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare item pilothouse.approval_inbox_items;
begin
  select * into strict item from pilothouse.approval_inbox_items where id = ticket;
  insert into pilothouse.approval_inbox_actions (id, ticket_id, action, actor, person_id, person, comment, meta)
  select pilothouse.uuid_v7(), item.id, ticket_action.action, session_user, m.person_id, p.name, nullif(said, ''), meta
  from pilothouse.members m join pilothouse.people p on p.id = m.person_id where m.login = session_user and not by_ledger
  union all select pilothouse.uuid_v7(), item.id, ticket_action.action, 'ledger', null, null, null, meta where by_ledger;
  update pilothouse.approval_inbox_items set updated_at = clock_timestamp() where id = item.id;
  perform pilothouse.note_change('approval_inbox_items', item.id::text, item.project_id, item.scope_id, item.id);
end
$$;

create or replace function pilothouse.ticket_event(ticket uuid, action text, detail jsonb, by_ledger boolean default false)
returns void language sql volatile set search_path = pg_catalog, pg_temp as $$
  select pilothouse.append_event(ticket_event.action, 'ticket', i.id, i.project_id, r.correlation_id,
    jsonb_build_object('release', i.scope_id, 'label', r.label) || ticket_event.detail, 'info', null, by_ledger)
  from pilothouse.approval_inbox_items i join pilothouse.releases r on r.id = i.scope_id where i.id = ticket
$$;

create or replace function pilothouse.lock_ticket(ticket uuid) returns pilothouse.approval_inbox_items
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare item pilothouse.approval_inbox_items;
begin
  perform pilothouse.lock_release(i.scope_id) from pilothouse.approval_inbox_items i where i.id = lock_ticket.ticket;
  select * into item from pilothouse.approval_inbox_items where id = lock_ticket.ticket for update;
  if not found then perform pilothouse.refuse('ticket_not_found', jsonb_build_object('ticket', lock_ticket.ticket)); end if;
  return item;
end
$$;

create or replace function pilothouse.about_ticket(item pilothouse.approval_inbox_items, r pilothouse.releases) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select pilothouse.about('ticket', item.id, item.project_id, r.correlation_id)
$$;

create or replace function pilothouse.expire_overdue(r pilothouse.releases) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare item pilothouse.approval_inbox_items;
begin
  if r.lifecycle_state = 'approved' and r.approved_until <= clock_timestamp() then
    perform pilothouse.transition(r.id, 'expire', jsonb_build_object('reason', 'approval_window',
      'approved_until', pilothouse.instant(r.approved_until)), true);
    return pilothouse.refusal('ticket_expired', jsonb_build_object('release', r.id, 'ticket', r.approval_ticket,
      'expired_at', pilothouse.instant(r.approved_until)));
  end if;
  if r.lifecycle_state <> 'pending_approval' then return null; end if;
  select * into strict item from pilothouse.approval_inbox_items where id = r.approval_ticket for update;
  if item.expires_at > clock_timestamp() then return null; end if;
  update pilothouse.approval_inbox_items set status = 'expired', decided_at = clock_timestamp() where id = item.id;
  perform pilothouse.ticket_action(item.id, 'expired', '', '{}', true);
  perform pilothouse.ticket_event(item.id, 'approval.expired',
    jsonb_build_object('expires_at', pilothouse.instant(item.expires_at)), true);
  perform pilothouse.transition(r.id, 'expire', jsonb_build_object('reason', 'ticket', 'ticket', item.id), true);
  return pilothouse.refusal('ticket_expired', jsonb_build_object('release', r.id, 'ticket', item.id,
    'expired_at', pilothouse.instant(item.expires_at)));
end
$$;

create or replace function pilothouse.open_ticket(ticket uuid, r pilothouse.releases, p pilothouse.previews, policy jsonb, source text)
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

create or replace function pilothouse.readable_ticket(ticket uuid) returns pilothouse.approval_inbox_items
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare item pilothouse.approval_inbox_items := pilothouse.lock_ticket(ticket);
begin
  perform pilothouse.require('release:read', item.runtime, item.project_id,
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
