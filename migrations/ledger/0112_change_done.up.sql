-- Carrying a change out. These run as the owner of the tables: the role behind the commands can bind no role and loosen
-- no policy by itself. It may only name a change that was written down before, and whether that is confirmed is judged
-- here once more.

-- How many people manage access to the whole ledger; `lasting` counts only those whose role has no end.
create function pilothouse.administrators(lasting boolean) returns bigint
language sql stable set search_path = pg_catalog, pg_temp as $$
  select count(distinct m.person_id)
  from pilothouse.members m
  join pilothouse.role_bindings b on b.member_id = m.id
    or b.team_id in (select t.team_id from pilothouse.team_members t where t.person_id = m.person_id)
  join pilothouse.role_permissions p on p.role = b.role
  where m.active and m.kind = 'human' and p.permission = 'access:write' and b.project_id is null
    and (b.until is null or (not lasting and b.until > clock_timestamp()))
$$;

-- Permissions that no agent and no service holds, whatever it is bound to.
create function pilothouse.is_for_people(permission text) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select permission in ('release:approve', 'release:break_glass', 'access:write')
$$;

create function pilothouse.carry_policy(change jsonb, meta jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  s pilothouse.stages := pilothouse.stage_named(change ->> 'project', change ->> 'stage');
  policy uuid;
  rule jsonb;
  place integer := 0;
begin
  insert into pilothouse.approval_policies (id, project_id, stage_id, runtime)
  values (pilothouse.uuid_v7(), s.project_id, s.id, change ->> 'runtime')
  on conflict (stage_id, runtime) do update set runtime = excluded.runtime returning id into policy;
  delete from pilothouse.approval_rules where policy_id = policy;
  for rule in select * from jsonb_array_elements(change -> 'rules') loop
    if rule ->> 'role' is not null and not exists (select from pilothouse.roles r where r.name = rule ->> 'role') then
      perform pilothouse.refuse_missing('role', rule ->> 'role');
    end if;
    insert into pilothouse.approval_rules (id, policy_id, position, role, team_id, service_team, minimum)
    values (pilothouse.uuid_v7(), policy, place, rule ->> 'role',
      case when rule ->> 'team' is not null
        then (pilothouse.team_named(change ->> 'project', rule ->> 'team')).id end,
      rule ->> 'kind' = 'service_team', (rule ->> 'minimum')::integer);
    place := place + 1;
  end loop;
  perform pilothouse.append_event('policy.changed', 'stage', s.id, s.project_id, null, meta || change
    || jsonb_build_object('version', pilothouse.policy_version(s.id)));
  perform pilothouse.note_change('approval_policies', policy::text, s.project_id, null, null);
end
$$;

create function pilothouse.carry_stage(change jsonb, meta jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare s pilothouse.stages := pilothouse.stage_named(change ->> 'project', change ->> 'stage');
begin
  update pilothouse.stages set preview_ttl_minutes = (change ->> 'preview_ttl_minutes')::integer,
    approval_window_hours = (change ->> 'approval_window_hours')::integer, revision = revision + 1
  where id = s.id;
  perform pilothouse.append_event('policy.changed', 'stage', s.id, s.project_id, null, meta || change);
  perform pilothouse.note_change('stages', s.id::text, s.project_id, null, null);
end
$$;

create function pilothouse.carry_lift_freeze(change jsonb, meta jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare f pilothouse.freezes;
begin
  update pilothouse.freezes set lifted_at = clock_timestamp(), lifted_by = session_user
  where id = (change ->> 'freeze')::uuid and lifted_at is null and until > clock_timestamp() returning * into f;
  if not found then
    perform pilothouse.refuse('validation_error', pilothouse.problem('change.freeze', 'over'));
  end if;
  perform pilothouse.append_event('policy.changed', 'stage', f.stage_id, f.project_id, null, meta || change
    || jsonb_build_object('reason', f.reason, 'until', pilothouse.instant(f.until)), 'warning');
  perform pilothouse.note_change('freezes', f.id::text, f.project_id, null, null);
end
$$;

create function pilothouse.carry_grant(change jsonb, meta jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  project uuid := (select p.id from pilothouse.projects p where p.name = change ->> 'project');
  ends timestamptz := (change ->> 'until')::timestamptz;
  m pilothouse.members;
  t pilothouse.teams;
begin
  if not exists (select from pilothouse.roles r where r.name = change ->> 'role') then
    perform pilothouse.refuse_missing('role', change ->> 'role');
  end if;
  if ends <= clock_timestamp() then
    perform pilothouse.refuse('validation_error', pilothouse.problem('change.until', 'over'));
  end if;
  if change #>> '{to,kind}' = 'member' then
    m := pilothouse.member_named(change #>> '{to,login}');
    if m.kind <> 'human' and exists (select from pilothouse.role_permissions p
      where p.role = change ->> 'role' and pilothouse.is_for_people(p.permission))
    then
      perform pilothouse.refuse('agent_not_allowed', jsonb_build_object('login', m.login, 'kind', m.kind,
        'role', change -> 'role'));
    end if;
  else
    t := pilothouse.team_named(change #>> '{to,project}', change #>> '{to,team}');
  end if;
  insert into pilothouse.role_bindings (id, member_id, team_id, role, project_id, until)
  values (pilothouse.uuid_v7(), m.id, t.id, change ->> 'role', project, ends)
  on conflict (member_id, team_id, role, project_id) do update set until = excluded.until;
  perform pilothouse.append_event('access.granted', case when t.id is null then 'member' else 'team' end,
    coalesce(t.id, m.id), project, null, meta || change);
  perform pilothouse.note_change('role_bindings', coalesce(t.id, m.id)::text, null, null, null);
end
$$;

create function pilothouse.carry_revoke(change jsonb, meta jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  project uuid := (select p.id from pilothouse.projects p where p.name = change ->> 'project');
  b pilothouse.role_bindings := pilothouse.binding_of(change -> 'from', change ->> 'role', project);
begin
  if b.id is null then perform pilothouse.refuse_missing('role', change ->> 'role'); end if;
  delete from pilothouse.role_bindings where id = b.id;
  perform pilothouse.append_event('access.revoked', case when b.team_id is null then 'member' else 'team' end,
    coalesce(b.team_id, b.member_id), project, null, meta || change, 'warning');
  perform pilothouse.note_change('role_bindings', coalesce(b.team_id, b.member_id)::text, null, null, null);
end
$$;

create function pilothouse.carry_member(change jsonb, meta jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare m pilothouse.members := pilothouse.member_named(change ->> 'login');
begin
  update pilothouse.members set active = (change ->> 'active')::boolean, revision = revision + 1 where id = m.id;
  perform pilothouse.append_event('access.member_changed', 'member', m.id, null, null, meta || change, 'warning');
  perform pilothouse.note_change('members', m.id::text, null, null, null);
end
$$;

create function pilothouse.carry_role(change jsonb, meta jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare stranger text;
begin
  insert into pilothouse.roles (name) values (change ->> 'role') on conflict do nothing;
  delete from pilothouse.role_permissions where role = change ->> 'role';
  insert into pilothouse.role_permissions (role, permission, runtime)
  select distinct change ->> 'role', p ->> 'permission', p ->> 'runtime'
  from jsonb_array_elements(change -> 'permissions') as p;
  select m.login into stranger
  from pilothouse.role_bindings b join pilothouse.members m on m.id = b.member_id
  where b.role = change ->> 'role' and m.kind <> 'human' and exists (
    select from pilothouse.role_permissions p where p.role = b.role and pilothouse.is_for_people(p.permission)) limit 1;
  if stranger is not null then
    perform pilothouse.refuse('agent_not_allowed', jsonb_build_object('login', stranger, 'role', change -> 'role'));
  end if;
  perform pilothouse.append_event('access.role_changed', 'ledger', pilothouse.ledger_id(), null, null, meta || change);
  perform pilothouse.note_change('roles', change ->> 'role', null, null, null);
end
$$;

create function pilothouse.carry_team(change jsonb, meta jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  p pilothouse.projects := pilothouse.named_project(change ->> 'project');
  t pilothouse.teams;
  stranger text;
begin
  select m.login into stranger from jsonb_array_elements_text(change -> 'people') as given (login),
    pilothouse.member_named(given.login) as m where m.kind <> 'human' limit 1;
  if stranger is not null then
    perform pilothouse.refuse('agent_not_allowed', jsonb_build_object('login', stranger, 'team', change -> 'team'));
  end if;
  insert into pilothouse.teams (id, project_id, name) values (pilothouse.uuid_v7(), p.id, change ->> 'team')
  on conflict (project_id, name) do update set revision = pilothouse.teams.revision + 1 returning * into t;
  delete from pilothouse.team_members where team_id = t.id;
  insert into pilothouse.team_members (team_id, person_id)
  select distinct t.id, (pilothouse.member_named(login)).person_id
  from jsonb_array_elements_text(change -> 'people') as login;
  perform pilothouse.append_event('access.team_changed', 'team', t.id, p.id, null, meta || change);
  perform pilothouse.note_change('teams', t.id::text, p.id, null, null);
end
$$;

create function pilothouse.carry_service_team(change jsonb, meta jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare s pilothouse.services := pilothouse.service_named(change ->> 'project', change ->> 'service');
begin
  update pilothouse.services set revision = revision + 1, team_id = case when change ->> 'team' is not null
    then (pilothouse.team_named(change ->> 'project', change ->> 'team')).id end where id = s.id;
  perform pilothouse.append_event('policy.changed', 'service', s.id, s.project_id, null, meta || change);
  perform pilothouse.note_change('services', s.id::text, s.project_id, null, null);
end
$$;

create function pilothouse.carry_delegate(change jsonb, meta jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  m pilothouse.members := pilothouse.member_named(change ->> 'person');
  other pilothouse.members := pilothouse.member_named(change ->> 'to');
  starts timestamptz := greatest((change ->> 'from')::timestamptz, clock_timestamp());
  ends timestamptz := (change ->> 'until')::timestamptz;
  made uuid := pilothouse.uuid_v7();
begin
  if m.kind <> 'human' or other.kind <> 'human' then
    perform pilothouse.refuse('agent_not_allowed', jsonb_build_object('login',
      case when m.kind <> 'human' then m.login else other.login end));
  end if;
  if m.person_id = other.person_id then
    perform pilothouse.refuse('validation_error', pilothouse.problem('change.to', 'same_person'));
  end if;
  if not other.active then
    perform pilothouse.refuse('validation_error', pilothouse.problem('change.to', 'not_active'));
  end if;
  if ends <= starts then
    perform pilothouse.refuse('validation_error', pilothouse.problem('change.until', 'over'));
  end if;
  -- It counts from now on at the earliest, however long the confirmation took.
  insert into pilothouse.delegations (id, person_id, delegate_id, starts_at, until)
  values (made, m.person_id, other.person_id, starts, ends);
  perform pilothouse.append_event('access.delegated', 'member', m.id, null, null, meta || change
    || jsonb_build_object('delegation', made, 'starts_at', pilothouse.instant(starts)), 'warning');
  perform pilothouse.note_change('delegations', made::text, null, null, null);
end
$$;

-- A change never leaves the ledger without anybody who manages access to all of it.
create function pilothouse.carry_out(change jsonb, meta jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  lasting bigint := pilothouse.administrators(true);
  current bigint := pilothouse.administrators(false);
begin
  perform pilothouse.check_change(change);
  execute format('select pilothouse.%I($1, $2)', 'carry_' || (change ->> 'kind')) using change, meta;
  if (lasting > 0 and pilothouse.administrators(true) = 0) or (current > 0 and pilothouse.administrators(false) = 0) then
    perform pilothouse.refuse('validation_error', pilothouse.problem('change', 'last_administrator'));
  end if;
end
$$;

-- Whether it could be carried out now: refused as it would be then, and nothing of it stays.
create function pilothouse.try_change(change jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform pilothouse.carry_out(change, '{}');
  raise exception using errcode = 'PH002', message = 'tried';
exception when sqlstate 'PH002' then
  return;
end
$$;

-- Carries out what was confirmed: an approved ticket with another person's approval, or a ledger with one person alone.
create function pilothouse.apply_change(change uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  c pilothouse.access_changes;
  item pilothouse.approval_inbox_items;
begin
  select * into strict c from pilothouse.access_changes where id = apply_change.change for update;
  select * into item from pilothouse.approval_inbox_items i where i.change_id = c.id;
  if c.done_at is not null or c.hash <> pilothouse.change_hash(c.change, c.fields)
    or (case when item.id is null then not pilothouse.is_solo() or c.created_by <> session_user
      else item.status <> 'approved' or item.context_hash <> c.hash or not exists (
        select from pilothouse.approval_inbox_actions a join pilothouse.members m on m.login = a.actor
        where a.ticket_id = item.id and a.action = 'approved' and a.person_id = m.person_id and m.kind = 'human'
          and m.person_id <> item.requested_by_person) end)
  then
    raise exception 'change % is not confirmed', c.id using errcode = 'integrity_constraint_violation';
  end if;
  perform pilothouse.carry_out(c.change, jsonb_strip_nulls(jsonb_build_object('change', c.id, 'ticket', item.id,
    'requested_by', c.created_by)));
  update pilothouse.access_changes set done_at = clock_timestamp() where id = c.id;
end
$$;

grant execute on function pilothouse.try_change, pilothouse.apply_change to pilothouse_api;
