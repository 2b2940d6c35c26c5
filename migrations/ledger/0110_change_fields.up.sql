-- What a change would do: the ledger's own comparison with what counts now. A decision is about exactly these words.

create function pilothouse.stage_named(project text, name text) returns pilothouse.stages
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare s pilothouse.stages;
begin
  select st.* into s from pilothouse.stages st
  where st.project_id = (pilothouse.named_project(project)).id and st.name = stage_named.name;
  if not found then perform pilothouse.refuse_missing('stage', name); end if;
  return s;
end
$$;

create function pilothouse.team_named(project text, name text) returns pilothouse.teams
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare t pilothouse.teams;
begin
  select te.* into t from pilothouse.teams te
  where te.project_id = (pilothouse.named_project(project)).id and te.name = team_named.name;
  if not found then perform pilothouse.refuse_missing('team', name); end if;
  return t;
end
$$;

create function pilothouse.service_named(project text, name text) returns pilothouse.services
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare s pilothouse.services;
begin
  select sv.* into s from pilothouse.services sv
  where sv.project_id = (pilothouse.named_project(project)).id and sv.name = service_named.name;
  if not found then perform pilothouse.refuse_missing('service', name); end if;
  return s;
end
$$;

create function pilothouse.member_named(login text) returns pilothouse.members
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare m pilothouse.members;
begin
  select * into m from pilothouse.members mm where mm.login = member_named.login;
  if not found then perform pilothouse.refuse_missing('member', login); end if;
  return m;
end
$$;

create function pilothouse.person_name(person uuid) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select p.name from pilothouse.people p where p.id = person_name.person
$$;

-- One entry of a comparison, as a list that can be appended; nothing where nothing differs.
create function pilothouse.field(path text, before text, after text) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when before is not distinct from after then '[]'
    else jsonb_build_array(jsonb_build_object('path', path, 'before', before, 'after', after)) end
$$;

create function pilothouse.rule_words(kind text, named text, minimum integer) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select minimum || ' × ' || concat_ws(' ', kind, named)
$$;

-- The rules that count on a stage for a runtime, in order: its own policy, or else the one for both.
create function pilothouse.rules_in_force(stage uuid, runtime text) returns text[]
language sql stable set search_path = pg_catalog, pg_temp as $$
  select array(
    select pilothouse.rule_words(case when r.role is not null then 'role' when r.team_id is not null then 'team'
        when r.service_team then 'service_team' else 'anyone' end, coalesce(r.role, t.name), r.minimum)
    from pilothouse.approval_rules r left join pilothouse.teams t on t.id = r.team_id
    where r.policy_id = (select p.id from pilothouse.approval_policies p
      where p.stage_id = rules_in_force.stage and p.runtime in (rules_in_force.runtime, '*')
      order by p.runtime = '*' limit 1)
    order by r.position)
$$;

create function pilothouse.policy_fields(change jsonb) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_agg(f.field order by place), '[]')
  from unnest(
    pilothouse.rules_in_force((pilothouse.stage_named(change ->> 'project', change ->> 'stage')).id, change ->> 'runtime'),
    array(select pilothouse.rule_words(rule ->> 'kind', coalesce(rule ->> 'role', rule ->> 'team'),
        (rule ->> 'minimum')::integer)
      from jsonb_array_elements(change -> 'rules') with ordinality as r (rule, place) order by place))
    with ordinality as r (before, after, place),
    jsonb_array_elements(pilothouse.field('rules.' || r.place, r.before, r.after)) as f (field)
$$;

create function pilothouse.binding_of(subject jsonb, role text, project uuid) returns pilothouse.role_bindings
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  b pilothouse.role_bindings;
  member uuid;
  team uuid;
begin
  if subject ->> 'kind' = 'member' then
    member := (pilothouse.member_named(subject ->> 'login')).id;
  else
    team := (pilothouse.team_named(subject ->> 'project', subject ->> 'team')).id;
  end if;
  select * into b from pilothouse.role_bindings rb
  where rb.member_id is not distinct from member and rb.team_id is not distinct from team
    and rb.role = binding_of.role and rb.project_id is not distinct from project;
  return b;
end
$$;

create function pilothouse.role_words(role text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select string_agg(p.permission || case p.runtime when '*' then '' else ' (' || p.runtime || ')' end, ', '
    order by p.permission, p.runtime)
  from pilothouse.role_permissions p where p.role = role_words.role
$$;

-- What a role allows is part of it: a role that was widened meanwhile is another one to hand out.
create function pilothouse.binding_fields(change jsonb, project uuid) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  granted boolean := change ->> 'kind' = 'grant';
  b pilothouse.role_bindings := pilothouse.binding_of(coalesce(change -> 'to', change -> 'from'), change ->> 'role', project);
  was text := case when b.id is not null and (b.until is null or b.until > clock_timestamp())
    then coalesce(pilothouse.instant(b.until), 'unlimited') end;
  becomes text := case when granted
    then coalesce(pilothouse.instant((change ->> 'until')::timestamptz), 'unlimited') end;
  allows text := pilothouse.role_words(change ->> 'role');
begin
  return pilothouse.field('until', was, becomes)
    || pilothouse.field('permissions', case when was is not null then allows end, case when granted then allows end);
end
$$;

create function pilothouse.role_fields(change jsonb) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  with was as (
    select p.permission::text as permission, string_agg(p.runtime, ', ' order by p.runtime) as runtimes
    from pilothouse.role_permissions p where p.role = change ->> 'role' group by p.permission),
  becomes as (
    select p ->> 'permission' as permission, string_agg(distinct p ->> 'runtime', ', ') as runtimes
    from jsonb_array_elements(change -> 'permissions') as p group by p ->> 'permission')
  select pilothouse.field('role', (select r.name from pilothouse.roles r where r.name = change ->> 'role'), change ->> 'role')
    || coalesce((select jsonb_agg(f order by permission)
      from was full join becomes using (permission),
        jsonb_array_elements(pilothouse.field(permission, was.runtimes, becomes.runtimes)) as f), '[]')
$$;

create function pilothouse.team_fields(change jsonb, project uuid) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  with old as (
    select t.id, t.name from pilothouse.teams t where t.project_id = team_fields.project and t.name = change ->> 'team'),
  was as (select m.person_id from pilothouse.team_members m join old on old.id = m.team_id),
  becomes as (
    select distinct (pilothouse.member_named(login)).person_id from jsonb_array_elements_text(change -> 'people') as login)
  select pilothouse.field('team', (select old.name from old), change ->> 'team')
    || coalesce((select jsonb_agg(f order by login, person_id)
      from (
        select person_id, (select min(m.login) from pilothouse.members m where m.person_id = n.person_id) as login,
          case when w.person_id is not null then pilothouse.person_name(n.person_id) end as before,
          case when b.person_id is not null then pilothouse.person_name(n.person_id) end as after
        from (select person_id from was union select person_id from becomes) n
        left join was w using (person_id) left join becomes b using (person_id)) as people,
        jsonb_array_elements(pilothouse.field('people.' || login, before, after)) as f), '[]')
$$;

create function pilothouse.delegate_fields(change jsonb) returns jsonb
language sql volatile set search_path = pg_catalog, pg_temp as $$
  select pilothouse.field('person', null, pilothouse.person_name((pilothouse.member_named(change ->> 'person')).person_id))
    || pilothouse.field('to', null, pilothouse.person_name((pilothouse.member_named(change ->> 'to')).person_id))
    || pilothouse.field('from', null, pilothouse.instant((change ->> 'from')::timestamptz))
    || pilothouse.field('until', null, pilothouse.instant((change ->> 'until')::timestamptz))
$$;

create function pilothouse.change_fields(change jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  s pilothouse.stages;
  f pilothouse.freezes;
  service pilothouse.services;
  project uuid;
begin
  if change ->> 'project' is not null then project := (pilothouse.named_project(change ->> 'project')).id; end if;
  case change ->> 'kind'
    when 'policy' then return pilothouse.policy_fields(change);
    when 'stage' then
      s := pilothouse.stage_named(change ->> 'project', change ->> 'stage');
      return pilothouse.field('preview_ttl_minutes', s.preview_ttl_minutes::text, change ->> 'preview_ttl_minutes')
        || pilothouse.field('approval_window_hours', s.approval_window_hours::text, change ->> 'approval_window_hours');
    when 'lift_freeze' then
      select * into f from pilothouse.freezes where id = (change ->> 'freeze')::uuid and lifted_at is null;
      return pilothouse.field('until', pilothouse.instant(f.until), null) || pilothouse.field('reason', f.reason, null);
    when 'grant', 'revoke' then return pilothouse.binding_fields(change, project);
    when 'member' then
      return pilothouse.field('active', (pilothouse.member_named(change ->> 'login')).active::text, change ->> 'active');
    when 'role' then return pilothouse.role_fields(change);
    when 'team' then return pilothouse.team_fields(change, project);
    when 'service_team' then
      service := pilothouse.service_named(change ->> 'project', change ->> 'service');
      return pilothouse.field('team', (select t.name from pilothouse.teams t where t.id = service.team_id), change ->> 'team');
    when 'delegate' then return pilothouse.delegate_fields(change);
  end case;
end
$$;

create function pilothouse.change_hash(change jsonb, fields jsonb) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select 'sha256:' || pilothouse.sha256_hex(convert_to(
    jsonb_build_object('change', change, 'fields', fields)::text, 'UTF8'))
$$;

-- The project whose people confirm it; null where it reaches further, and so belongs to those who manage all.
create function pilothouse.change_project(change jsonb) returns uuid
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  project uuid;
  f pilothouse.freezes;
begin
  if change ->> 'kind' = 'lift_freeze' then
    select * into f from pilothouse.freezes where id = (change ->> 'freeze')::uuid;
    if not found then perform pilothouse.refuse_missing('freeze', change ->> 'freeze'); end if;
    return f.project_id;
  end if;
  if change ->> 'project' is null then return null; end if;
  project := (pilothouse.named_project(change ->> 'project')).id;
  -- Whoever joins a team that holds something elsewhere gets it there as well.
  if change ->> 'kind' = 'team' and exists (
    select from pilothouse.teams t join pilothouse.role_bindings b on b.team_id = t.id
    where t.project_id = project and t.name = change ->> 'team' and b.project_id is distinct from project)
  then return null; end if;
  return project;
end
$$;

-- The same in words: the texts are `change.<kind>`.
create function pilothouse.change_summary(change jsonb) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_array(jsonb_build_object('text', 'change.' || (change ->> 'kind'), 'params',
    case change ->> 'kind'
      when 'lift_freeze' then (
        select jsonb_build_object('project', p.name, 'stage', s.name, 'until', pilothouse.instant(f.until),
          'reason', f.reason)
        from pilothouse.freezes f join pilothouse.stages s on s.id = f.stage_id join pilothouse.projects p on p.id = f.project_id
        where f.id = (change ->> 'freeze')::uuid)
      when 'grant' then jsonb_build_object('role', change -> 'role', 'project', coalesce(change ->> 'project', '*'),
        'subject', coalesce(change #>> '{to,login}', change #>> '{to,team}'))
      when 'revoke' then jsonb_build_object('role', change -> 'role', 'project', coalesce(change ->> 'project', '*'),
        'subject', coalesce(change #>> '{from,login}', change #>> '{from,team}'))
      when 'member' then jsonb_build_object('login', change -> 'login', 'active', change ->> 'active')
      when 'service_team' then change - 'kind' || jsonb_build_object('team', coalesce(change ->> 'team', '–'))
      when 'team' then change - 'kind' || jsonb_build_object('people', (
        select coalesce(string_agg(login, ', '), '–') from jsonb_array_elements_text(change -> 'people') as login))
      when 'policy' then change - 'kind' || jsonb_build_object('rules', (
        select coalesce(string_agg(pilothouse.rule_words(rule ->> 'kind', coalesce(rule ->> 'role', rule ->> 'team'),
          (rule ->> 'minimum')::integer), ', '), '–') from jsonb_array_elements(change -> 'rules') as rule))
      else change - '{kind,permissions,preview_ttl_minutes,approval_window_hours}'::text[] end))
$$;

create function pilothouse.change_risk(change jsonb) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case
    when change ->> 'kind' in ('policy', 'role') then 'high'
    when change ->> 'kind' = 'grant' and exists (
      select from pilothouse.role_permissions p where p.role = change ->> 'role'
        and p.permission in ('release:approve', 'release:break_glass', 'access:write')) then 'high'
    else 'medium' end
$$;

grant execute on function pilothouse.stage_named, pilothouse.team_named, pilothouse.service_named,
  pilothouse.member_named, pilothouse.person_name, pilothouse.field, pilothouse.rule_words, pilothouse.rules_in_force,
  pilothouse.policy_fields, pilothouse.binding_of, pilothouse.role_words, pilothouse.binding_fields,
  pilothouse.role_fields, pilothouse.team_fields, pilothouse.delegate_fields, pilothouse.change_fields,
  pilothouse.change_hash, pilothouse.change_project, pilothouse.change_summary, pilothouse.change_risk
  to pilothouse_api;
