-- Asking for a change of policy or access: done at once while one person works with the ledger, a ticket for another
-- person from the second on.

-- One rule, whoever manages access there or approves there.
create function pilothouse.change_rules(project uuid, persons uuid[]) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_array(jsonb_build_object('role', null, 'team', null, 'minimum', 1, 'candidates', (
    select coalesce(jsonb_agg(distinct name), '[]')
    from unnest(array['access:write', 'release:approve']) as p (permission),
      jsonb_array_elements_text(pilothouse.candidates(null, null, '*', change_rules.project, p.permission, persons)) as name)))
$$;

-- Who may ask for it: whoever manages access there. Whoever approves may also say who does so in their place.
create function pilothouse.require_for_change(change jsonb, project uuid) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if change ->> 'kind' = 'delegate' and exists (
    select from pilothouse.members m where m.login = change ->> 'person' and m.person_id = (pilothouse.actor()).person_id)
    and exists (select from pilothouse.allowed(session_user) a
      where a.in_force and a.permission = 'release:approve' and a.delegator_id is null)
  then return; end if;
  perform pilothouse.require('access:write', '*', project, case when project is null
    then pilothouse.about('ledger', pilothouse.ledger_id(), null) else pilothouse.about('project', project, project) end);
end
$$;

create function pilothouse.open_change_ticket(c pilothouse.access_changes, ticket uuid, source text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  who pilothouse.members := pilothouse.actor();
  risk text := pilothouse.change_risk(c.change);
  opened timestamptz := clock_timestamp();
begin
  insert into pilothouse.approval_inbox_items (id, scope_type, scope_id, change_id, project_id, risk_level, risk_reasons,
    priority, requested_by_person, rules, policy_version, source, summary, reason, context_hash, revision, expires_at,
    sla_due_at, created_at)
  values (ticket, case when c.change ->> 'kind' in ('policy', 'stage', 'lift_freeze', 'service_team') then 'policy'
      else 'access' end, c.id, c.id, c.project_id, risk, '[]', pilothouse.priority_of(risk), who.person_id,
    pilothouse.change_rules(c.project_id, array[who.person_id]), 0, open_change_ticket.source,
    pilothouse.change_summary(c.change), c.reason, c.hash, 1, opened + interval '7 days',
    opened + pilothouse.answer_within(risk), opened)
  on conflict (id) do nothing;
  if not found then perform pilothouse.refuse('conflict', jsonb_build_object('ticket', ticket)); end if;
  perform pilothouse.ticket_action(ticket, 'created', c.reason, '{}');
  perform pilothouse.ticket_event(ticket, 'approval.ticket_created', jsonb_build_object('change', c.change,
    'context_hash', c.hash, 'risk', risk, 'expires_at', pilothouse.instant(opened + interval '7 days')));
end
$$;

-- The ticket that waits for somebody, or null where the change is done. `ticket` null takes one of the ledger's own, or
-- the one that already waits for the same.
create function pilothouse.propose_change(change jsonb, reason text, source text, ticket uuid) returns uuid
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  c pilothouse.access_changes;
  waiting uuid;
begin
  perform pilothouse.require_human(pilothouse.about('ledger', pilothouse.ledger_id(), null));
  perform pilothouse.check_change(change);
  c.project_id := pilothouse.change_project(change);
  perform pilothouse.require_for_change(change, c.project_id);
  if change ->> 'kind' = 'delegate' then
    perform pilothouse.check_span('change.', (change ->> 'from')::timestamptz, (change ->> 'until')::timestamptz);
  end if;
  perform pilothouse.try_change(change);
  c.fields := pilothouse.change_fields(change);
  if c.fields = '[]' then perform pilothouse.refuse('validation_error', pilothouse.problem('change', 'unchanged')); end if;
  c.hash := pilothouse.change_hash(change, c.fields);
  select i.id into waiting from pilothouse.approval_inbox_items i
  where i.status = 'pending' and i.change_id is not null and i.context_hash = c.hash and i.expires_at > clock_timestamp();
  if found then
    if ticket is null then return waiting; end if;
    perform pilothouse.refuse('conflict', jsonb_build_object('ticket', waiting, 'status', 'pending'));
  end if;
  insert into pilothouse.access_changes (id, project_id, change, fields, hash, reason)
  values (pilothouse.uuid_v7(), c.project_id, change, c.fields, c.hash, coalesce(propose_change.reason, ''))
  returning * into c;
  if pilothouse.is_solo() then
    perform pilothouse.apply_change(c.id);
    return null;
  end if;
  ticket := coalesce(ticket, pilothouse.uuid_v7());
  perform pilothouse.open_change_ticket(c, ticket, source);
  return ticket;
end
$$;

create function pilothouse.command_change(command jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if command ->> 'ticket_id' is null or length(coalesce(command ->> 'reason', '')) > 4096 then
    perform pilothouse.refuse('validation_error', pilothouse.problem('ticket_id', 'missing'));
  end if;
  return jsonb_build_object('ticket_id', pilothouse.propose_change(command -> 'change', command ->> 'reason',
    coalesce(command ->> 'source', pilothouse.said_source()), (command ->> 'ticket_id')::uuid));
end
$$;

-- Tightens, so it counts at once: for either of the two, and for whoever manages access to the whole ledger.
create function pilothouse.command_end_delegation(command jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  d pilothouse.delegations;
  about jsonb := pilothouse.about('ledger', pilothouse.ledger_id(), null);
begin
  perform pilothouse.require_human(about);
  select * into d from pilothouse.delegations where id = (command ->> 'delegation')::uuid for update;
  if (pilothouse.actor()).person_id in (d.person_id, d.delegate_id) is not true then
    perform pilothouse.require('access:write', '*', null, about);
  end if;
  if d.id is null then perform pilothouse.refuse_missing('delegation', command ->> 'delegation'); end if;
  if d.ended_at is not null or d.until <= clock_timestamp() then
    perform pilothouse.refuse('conflict', jsonb_build_object('delegation', d.id,
      'ended_at', pilothouse.instant(coalesce(d.ended_at, d.until))));
  end if;
  update pilothouse.delegations set ended_at = clock_timestamp() where id = d.id;
  perform pilothouse.append_event('access.delegated', 'member', m.id, null, null, jsonb_build_object('delegation', d.id,
    'ended', true, 'person', pilothouse.person_name(d.person_id), 'to', pilothouse.person_name(d.delegate_id)))
  from pilothouse.members m where m.person_id = d.person_id order by m.created_at, m.id limit 1;
  perform pilothouse.note_change('delegations', d.id::text, null, null, null);
  return '{}';
end
$$;

grant execute on function pilothouse.change_rules, pilothouse.require_for_change, pilothouse.open_change_ticket,
  pilothouse.propose_change, pilothouse.command_change, pilothouse.command_end_delegation to pilothouse_api;
