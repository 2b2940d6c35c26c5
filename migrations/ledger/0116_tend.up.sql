-- What time decides, written down by whoever asks first: the ledger's clock judges, and the ledger is the one who acts.

-- Names of the people who could decide the ticket now.
create function pilothouse.deciders_of(item pilothouse.approval_inbox_items) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  with kept as (select pilothouse.kept_out(item) as persons)
  select coalesce(jsonb_agg(distinct name), '[]')
  from kept, jsonb_array_elements(case when pilothouse.is_change(item)
      then pilothouse.change_rules(item.project_id, kept.persons) else item.rules end) as rule,
    jsonb_array_elements_text(case when pilothouse.is_change(item) then rule -> 'candidates' else pilothouse.candidates(
      rule ->> 'role', rule ->> 'team', item.runtime, item.project_id, 'release:approve', kept.persons) end) as name
$$;

-- Once a ticket: a step up, and the people who could decide are named.
create function pilothouse.escalate(item pilothouse.approval_inbox_items) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  told jsonb := jsonb_build_object('candidates', pilothouse.deciders_of(item),
    'priority', case item.priority when 'p3' then 'p2' when 'p2' then 'p1' else 'p0' end);
begin
  update pilothouse.approval_inbox_items set escalated_at = clock_timestamp(), priority = told ->> 'priority'
  where id = item.id;
  perform pilothouse.ticket_action(item.id, 'escalated', '', told, true);
  perform pilothouse.ticket_event(item.id, 'approval.escalated', told
    || jsonb_build_object('sla_due_at', pilothouse.instant(item.sla_due_at), 'assigned_to', item.assigned_to), true);
end
$$;

-- A release or ticket that somebody is working on is left for the next time.
create function pilothouse.expire_release(release uuid) returns boolean
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare r pilothouse.releases;
begin
  select * into r from pilothouse.releases where id = expire_release.release for update skip locked;
  if not found then return false; end if;
  return pilothouse.expire_overdue(r) is not null;
end
$$;

create function pilothouse.tend_ticket(ticket uuid) returns text
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare item pilothouse.approval_inbox_items;
begin
  -- The release's row before its ticket's, as everywhere.
  select * into item from pilothouse.approval_inbox_items where id = ticket;
  if item.scope_type in ('release', 'rollback') and item.expires_at <= clock_timestamp() then
    return case when pilothouse.expire_release(item.release_id) then 'expired' end;
  end if;
  select * into item from pilothouse.approval_inbox_items where id = ticket and status = 'pending' for update skip locked;
  if not found then return null; end if;
  if item.expires_at <= clock_timestamp() then
    return case when pilothouse.is_change(item) and pilothouse.expire_ticket(item) is not null then 'expired' end;
  end if;
  if item.escalated_at is not null or item.sla_due_at > clock_timestamp() then return null; end if;
  perform pilothouse.escalate(item);
  return 'escalated';
end
$$;

-- Only what a member could carry out somewhere; readers hear of it when they come and when they change.
create function pilothouse.note_executor(executes jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  now_runs text[] := array(select distinct r from jsonb_array_elements_text(executes) as r
    where pg_input_is_valid(r, 'pilothouse.runtime') and exists (select from pilothouse.projects p
      where pilothouse.may(session_user, 'release:apply', r, p.id)) order by r);
  was pilothouse.executors;
begin
  if now_runs = '{}' then return; end if;
  select * into was from pilothouse.executors where login = session_user;
  insert into pilothouse.executors (login, runtimes) values (session_user, now_runs)
  on conflict (login) do update set runtimes = excluded.runtimes, seen_at = clock_timestamp();
  if was.runtimes is distinct from now_runs or was.seen_at < clock_timestamp() - interval '2 minutes' then
    perform pilothouse.note_change('executors', (pilothouse.actor()).id::text, null, null, null);
  end if;
end
$$;

create function pilothouse.command_tend(command jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  one uuid;
  done text;
  expired integer := 0;
  escalated integer := 0;
begin
  perform pilothouse.note_executor(coalesce(command -> 'executes', '[]'));
  for one in select i.id from pilothouse.approval_inbox_items i
    where i.status = 'pending' and (i.expires_at <= clock_timestamp()
      or (i.escalated_at is null and i.sla_due_at <= clock_timestamp()))
    order by i.sla_due_at limit 100
  loop
    done := pilothouse.tend_ticket(one);
    if done = 'expired' then expired := expired + 1; end if;
    if done = 'escalated' then escalated := escalated + 1; end if;
  end loop;
  for one in select r.id from pilothouse.releases r
    where r.lifecycle_state = 'approved' and r.approved_until <= clock_timestamp() order by r.approved_until limit 100
  loop
    if pilothouse.expire_release(one) then expired := expired + 1; end if;
  end loop;
  return jsonb_build_object('expired', expired, 'escalated', escalated);
end
$$;

grant execute on function pilothouse.deciders_of, pilothouse.escalate, pilothouse.expire_release, pilothouse.tend_ticket,
  pilothouse.note_executor, pilothouse.command_tend to pilothouse_api;
