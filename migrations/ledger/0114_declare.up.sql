-- Declaring a project again: what touches the policy of what exists goes the way of a change of policy.

-- What a file says of a change: null where nothing differs or it is done, else the ticket that waits for it.
create function pilothouse.declare_change(change jsonb) returns uuid
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform pilothouse.check_change(change);
  if pilothouse.change_fields(change) = '[]' then return null; end if;
  return pilothouse.propose_change(change, '', pilothouse.said_source(), null);
end
$$;

-- The rules of a stage that has none yet. A new production stage asks for one other person until two people want less.
create function pilothouse.new_rules(policy uuid, project text, production boolean, approvals jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if production and (approvals is null or (approvals = '[]' and not pilothouse.is_solo())) then
    approvals := '[{"kind": "anyone", "minimum": 1}]';
  end if;
  insert into pilothouse.approval_rules (id, policy_id, position, role, team_id, service_team, minimum)
  select pilothouse.uuid_v7(), policy, place - 1, rule ->> 'role',
    case when rule ->> 'team' is not null then (pilothouse.team_named(project, rule ->> 'team')).id end,
    rule ->> 'kind' = 'service_team', (rule ->> 'minimum')::integer
  from jsonb_array_elements(coalesce(approvals, '[]')) with ordinality as r (rule, place);
end
$$;

drop function pilothouse.declare_stage(uuid, jsonb);
-- The answer is {"problems"} or {"tickets"}.
create function pilothouse.declare_stage(p pilothouse.projects, declared jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  s pilothouse.stages;
  wanted pilothouse.stages := jsonb_populate_record(null::pilothouse.stages, declared);
  policy uuid;
  approvals jsonb := nullif(declared -> 'approvals', 'null');
  named jsonb := jsonb_build_object('project', p.name, 'stage', wanted.name);
  tickets uuid[];
begin
  if approvals is not null and not pilothouse.is_list_of(approvals, 'rule', 8) then
    return pilothouse.problem('stages.' || wanted.name || '.approvals', 'invalid');
  end if;
  if exists (select from jsonb_array_elements(approvals) as rule
    where (rule ->> 'role' is not null and not exists (select from pilothouse.roles r where r.name = rule ->> 'role'))
      or (rule ->> 'team' is not null and not exists (
        select from pilothouse.teams t where t.project_id = p.id and t.name = rule ->> 'team')))
  then
    return pilothouse.problem('stages.' || wanted.name || '.approvals', 'unknown');
  end if;
  select * into s from pilothouse.stages st where st.project_id = p.id and st.name = wanted.name for update;
  if not found then
    perform pilothouse.require('access:write', '*', p.id, pilothouse.about('project', p.id, p.id));
    insert into pilothouse.stages (id, project_id, name, rank, production, preview_ttl_minutes, approval_window_hours)
    values (wanted.id, p.id, wanted.name, wanted.rank, wanted.production, wanted.preview_ttl_minutes,
      wanted.approval_window_hours) returning * into s;
    insert into pilothouse.approval_policies (id, project_id, stage_id) values (pilothouse.uuid_v7(), p.id, s.id)
    returning id into policy;
    perform pilothouse.new_rules(policy, p.name, s.production, approvals);
    perform pilothouse.append_event('policy.changed', 'stage', s.id, p.id, null,
      declared - '{id,approvals}'::text[]
        || jsonb_build_object('created', true, 'rules', pilothouse.rules_in_force(s.id, '*')));
    perform pilothouse.note_change('stages', s.id::text, p.id, null, null);
  elsif s.production <> wanted.production then
    return pilothouse.problem('stages.' || wanted.name || '.production', 'fixed');
  elsif s.rank <> wanted.rank then
    perform pilothouse.require('access:write', '*', p.id, pilothouse.about('project', p.id, p.id));
    update pilothouse.stages set rank = wanted.rank, revision = revision + 1 where id = s.id;
    perform pilothouse.append_event('policy.changed', 'stage', s.id, p.id, null,
      jsonb_build_object('name', s.name, 'rank', wanted.rank, 'created', false));
    perform pilothouse.note_change('stages', s.id::text, p.id, null, null);
  end if;
  tickets := array[pilothouse.declare_change(named || jsonb_build_object('kind', 'stage',
    'preview_ttl_minutes', wanted.preview_ttl_minutes, 'approval_window_hours', wanted.approval_window_hours))];
  if approvals is not null then
    tickets := tickets || pilothouse.declare_change(named
      || jsonb_build_object('kind', 'policy', 'runtime', '*', 'rules', approvals));
  end if;
  return jsonb_build_object('tickets', array_remove(tickets, null));
end
$$;

drop function pilothouse.declare_service(uuid, jsonb);
create function pilothouse.declare_service(p pilothouse.projects, declared jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  s pilothouse.services;
  is_new boolean;
  config jsonb;
  problem jsonb;
  path text := 'services.' || (declared ->> 'name');
  waiting uuid;
begin
  select * into s from pilothouse.services sv where sv.project_id = p.id and sv.name = declared ->> 'name' for update;
  is_new := not found;
  if not is_new and s.runtime <> declared ->> 'runtime' then return pilothouse.problem(path || '.runtime', 'fixed'); end if;
  if declared ->> 'team' is not null and not exists (
    select from pilothouse.teams t where t.project_id = p.id and t.name = declared ->> 'team')
  then
    return pilothouse.problem(path || '.team', 'unknown');
  end if;
  if is_new or s.source <> declared -> 'source' or s.variables <> declared -> 'variables' then
    perform pilothouse.require('pipeline:write', declared ->> 'runtime', p.id, pilothouse.about('project', p.id, p.id));
    if is_new then
      insert into pilothouse.services (id, project_id, name, runtime, source, variables)
      values ((declared ->> 'id')::uuid, p.id, declared ->> 'name', declared ->> 'runtime', declared -> 'source',
        declared -> 'variables') returning * into s;
    else
      update pilothouse.services set source = declared -> 'source', variables = declared -> 'variables',
        revision = revision + 1 where id = s.id;
    end if;
    perform pilothouse.append_event('pipeline.service_declared', 'service', s.id, p.id, null,
      declared - '{id,releases_to,team}'::text[] || jsonb_build_object('created', is_new));
    perform pilothouse.note_change('services', s.id::text, p.id, null, null);
  end if;
  for config in select * from jsonb_array_elements(declared -> 'releases_to') loop
    problem := pilothouse.declare_cd_config(s, config);
    if problem is not null then return problem; end if;
  end loop;
  -- A service's team may fill rules: who is in it is nothing that its author decides alone, not even for a new service.
  if declared ->> 'team' is not null then
    waiting := pilothouse.declare_change(jsonb_build_object('kind', 'service_team', 'project', p.name, 'service', s.name,
      'team', declared -> 'team'));
  end if;
  return jsonb_build_object('tickets', array_remove(array[waiting], null));
end
$$;

-- A start rule is written in the contract's shape: a word, or a time of day with its zone.
create function pilothouse.with_start(declared jsonb) returns pilothouse.cd_configs
language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_populate_record(null::pilothouse.cd_configs, case when jsonb_typeof(declared -> 'start') = 'object'
    then declared || jsonb_build_object('start', 'at_time', 'start_time', declared #> '{start,time}',
      'start_zone', declared #> '{start,time_zone}')
    else declared - '{start_time,start_zone}'::text[] end)
$$;

create or replace function pilothouse.declare_cd_config(s pilothouse.services, declared jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  t pilothouse.targets;
  c pilothouse.cd_configs;
  wanted pilothouse.cd_configs := pilothouse.with_start(declared);
  is_new boolean;
  path text := 'services.' || s.name || '.releases_to.' || (declared ->> 'target');
begin
  select * into t from pilothouse.targets tt where tt.project_id = s.project_id and tt.name = declared ->> 'target';
  if not found or t.runtime <> s.runtime then
    return pilothouse.problem(path, case when t.id is null then 'unknown' else 'other_runtime' end);
  end if;
  select * into c from pilothouse.cd_configs cc where cc.service_id = s.id and cc.target_id = t.id for update;
  is_new := not found;
  if not is_new and (c.strategy, c.verification, c.on_failure, c.start, c.start_time, c.start_zone, c.retries, c.go_back_hours)
    is not distinct from (wanted.strategy, wanted.verification, wanted.on_failure, wanted.start, wanted.start_time,
      wanted.start_zone, wanted.retries, wanted.go_back_hours)
  then return null; end if;
  perform pilothouse.require('pipeline:write', s.runtime, s.project_id,
    pilothouse.about('service', s.id, s.project_id));
  if wanted.start = 'at_time' and not exists (select from pg_timezone_names z where z.name = wanted.start_zone) then
    return pilothouse.problem(path || '.start.time_zone', 'unknown');
  end if;
  if is_new then
    insert into pilothouse.cd_configs (service_id, target_id, strategy, verification, on_failure, start, start_time,
      start_zone, retries, go_back_hours)
    values (s.id, t.id, wanted.strategy, wanted.verification, wanted.on_failure, wanted.start, wanted.start_time,
      wanted.start_zone, wanted.retries, wanted.go_back_hours);
  else
    update pilothouse.cd_configs set strategy = wanted.strategy, verification = wanted.verification,
      on_failure = wanted.on_failure, start = wanted.start, start_time = wanted.start_time,
      start_zone = wanted.start_zone, retries = wanted.retries, go_back_hours = wanted.go_back_hours,
      revision = revision + 1
    where service_id = s.id and target_id = t.id;
  end if;
  perform pilothouse.append_event('pipeline.cd_config_changed', 'service', s.id, s.project_id, null,
    declared || jsonb_build_object('target_id', t.id, 'created', is_new));
  perform pilothouse.note_change('cd_configs', s.id || ':' || t.id, s.project_id, null, null);
  return null;
end
$$;

create or replace function pilothouse.command_declare(declaration jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  p pilothouse.projects := pilothouse.declare_project(declaration -> 'project');
  item jsonb;
  answer jsonb;
  problems jsonb := '[]';
  tickets jsonb := '[]';
begin
  for item in select * from jsonb_array_elements(declaration -> 'stages') loop
    answer := pilothouse.declare_stage(p, item);
    problems := problems || coalesce(answer -> 'problems', '[]');
    tickets := tickets || coalesce(answer -> 'tickets', '[]');
  end loop;
  for item in select * from jsonb_array_elements(declaration -> 'targets') loop
    answer := pilothouse.declare_target(p.id, item);
    problems := problems || coalesce(answer -> 'problems', '[]');
  end loop;
  for item in select * from jsonb_array_elements(declaration -> 'services') loop
    answer := pilothouse.declare_service(p, item);
    problems := problems || coalesce(answer -> 'problems', '[]');
    tickets := tickets || coalesce(answer -> 'tickets', '[]');
  end loop;
  if problems <> '[]' then
    perform pilothouse.refuse('validation_error', jsonb_build_object('problems', problems));
  end if;
  return jsonb_build_object('tickets', tickets);
end
$$;

grant execute on function pilothouse.declare_change, pilothouse.new_rules, pilothouse.declare_stage,
  pilothouse.declare_service, pilothouse.with_start to pilothouse_api;
