drop function pilothouse.declare_change, pilothouse.new_rules, pilothouse.declare_stage, pilothouse.declare_service,
  pilothouse.with_start;

create or replace function pilothouse.declare_cd_config(s pilothouse.services, declared jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  t pilothouse.targets;
  c pilothouse.cd_configs;
  wanted pilothouse.cd_configs := jsonb_populate_record(null::pilothouse.cd_configs, declared);
  is_new boolean;
begin
  select * into t from pilothouse.targets tt where tt.project_id = s.project_id and tt.name = declared ->> 'target';
  if not found or t.runtime <> s.runtime then
    return pilothouse.problem('services.' || s.name || '.releases_to.' || (declared ->> 'target'),
      case when t.id is null then 'unknown' else 'other_runtime' end);
  end if;
  select * into c from pilothouse.cd_configs cc where cc.service_id = s.id and cc.target_id = t.id for update;
  is_new := not found;
  if not is_new and (c.strategy, c.verification, c.on_failure, c.start, c.retries, c.go_back_hours)
    = (wanted.strategy, wanted.verification, wanted.on_failure, wanted.start, wanted.retries, wanted.go_back_hours)
  then return null; end if;
  perform pilothouse.require('pipeline:write', s.runtime, s.project_id,
    pilothouse.about('service', s.id, s.project_id));
  if is_new then
    insert into pilothouse.cd_configs (service_id, target_id, strategy, verification, on_failure, start, retries,
      go_back_hours)
    values (s.id, t.id, wanted.strategy, wanted.verification, wanted.on_failure, wanted.start, wanted.retries,
      wanted.go_back_hours);
  else
    update pilothouse.cd_configs set strategy = wanted.strategy, verification = wanted.verification,
      on_failure = wanted.on_failure, start = wanted.start, retries = wanted.retries,
      go_back_hours = wanted.go_back_hours, revision = revision + 1
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
  problem jsonb;
  problems jsonb := '[]';
begin
  for item in select * from jsonb_array_elements(declaration -> 'stages') loop
    problem := pilothouse.declare_stage(p.id, item);
    problems := problems || coalesce(problem -> 'problems', '[]');
  end loop;
  for item in select * from jsonb_array_elements(declaration -> 'targets') loop
    problem := pilothouse.declare_target(p.id, item);
    problems := problems || coalesce(problem -> 'problems', '[]');
  end loop;
  for item in select * from jsonb_array_elements(declaration -> 'services') loop
    problem := pilothouse.declare_service(p.id, item);
    problems := problems || coalesce(problem -> 'problems', '[]');
  end loop;
  if problems <> '[]' then
    perform pilothouse.refuse('validation_error', jsonb_build_object('problems', problems));
  end if;
  return '{}';
end
$$;

create function pilothouse.declare_stage(project uuid, declared jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  s pilothouse.stages;
  wanted pilothouse.stages := jsonb_populate_record(null::pilothouse.stages, declared);
  is_new boolean;
  policy uuid;
begin
  select * into s from pilothouse.stages st where st.project_id = project and st.name = wanted.name for update;
  is_new := not found;
  if not is_new and s.production <> wanted.production then
    return pilothouse.problem('stages.' || wanted.name || '.production', 'fixed');
  end if;
  if not is_new and (s.rank, s.preview_ttl_minutes, s.approval_window_hours)
    = (wanted.rank, wanted.preview_ttl_minutes, wanted.approval_window_hours) then return null; end if;
  perform pilothouse.require('access:write', '*', project, pilothouse.about('project', project, project));
  if is_new then
    insert into pilothouse.stages (id, project_id, name, rank, production, preview_ttl_minutes, approval_window_hours)
    values (wanted.id, project, wanted.name, wanted.rank, wanted.production, wanted.preview_ttl_minutes,
      wanted.approval_window_hours) returning * into s;
    insert into pilothouse.approval_policies (id, project_id, stage_id) values (pilothouse.uuid_v7(), project, s.id)
    returning id into policy;
    if s.production then
      insert into pilothouse.approval_rules (id, policy_id, position, role, minimum)
      values (pilothouse.uuid_v7(), policy, 0, null, 1);
    end if;
  else
    update pilothouse.stages set rank = wanted.rank, preview_ttl_minutes = wanted.preview_ttl_minutes,
      approval_window_hours = wanted.approval_window_hours, revision = revision + 1
    where id = s.id;
  end if;
  perform pilothouse.append_event('policy.changed', 'stage', s.id, project, null,
    declared - 'id' || jsonb_build_object('created', is_new));
  perform pilothouse.note_change('stages', s.id::text, project, null, null);
  return null;
end
$$;

create function pilothouse.declare_service(project uuid, declared jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  s pilothouse.services;
  is_new boolean;
  config jsonb;
  problem jsonb;
begin
  select * into s from pilothouse.services sv
  where sv.project_id = project and sv.name = declared ->> 'name' for update;
  is_new := not found;
  if not is_new and s.runtime <> declared ->> 'runtime' then
    return pilothouse.problem('services.' || s.name || '.runtime', 'fixed');
  end if;
  if is_new or s.source <> declared -> 'source' or s.variables <> declared -> 'variables' then
    perform pilothouse.require('pipeline:write', declared ->> 'runtime', project,
      pilothouse.about('project', project, project));
    if is_new then
      insert into pilothouse.services (id, project_id, name, runtime, source, variables)
      values ((declared ->> 'id')::uuid, project, declared ->> 'name', declared ->> 'runtime', declared -> 'source',
        declared -> 'variables') returning * into s;
    else
      update pilothouse.services set source = declared -> 'source', variables = declared -> 'variables',
        revision = revision + 1 where id = s.id;
    end if;
    perform pilothouse.append_event('pipeline.service_declared', 'service', s.id, project, null,
      declared - 'id' - 'releases_to' || jsonb_build_object('created', is_new));
    perform pilothouse.note_change('services', s.id::text, project, null, null);
  end if;
  for config in select * from jsonb_array_elements(declared -> 'releases_to') loop
    problem := pilothouse.declare_cd_config(s, config);
    if problem is not null then return problem; end if;
  end loop;
  return null;
end
$$;

grant execute on function pilothouse.declare_stage, pilothouse.declare_service to pilothouse_api;
