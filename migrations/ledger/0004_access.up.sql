-- Who asks, whether they may, and how a refusal is recorded. Internal functions run with the rights of
-- pilothouse_api, which owns the functions that members call.

create function pilothouse.ledger_id() returns uuid
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce((select id from pilothouse.ledger_identity), '00000000-0000-0000-0000-000000000000')
$$;

-- The member behind this login.
create function pilothouse.actor() returns pilothouse.members
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare m pilothouse.members;
begin
  select * into m from pilothouse.members where login = session_user;
  if not found or not m.active then
    perform pilothouse.refuse('identity_unknown', jsonb_build_object('login', session_user));
  end if;
  return m;
end
$$;

-- Display names of the people who may change access there.
create function pilothouse.grantors(project uuid) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_agg(distinct p.name), '[]')
  from pilothouse.members m join pilothouse.people p on p.id = m.person_id
  where m.kind = 'human' and pilothouse.may(m.login, 'access:write', '*', grantors.project)
$$;

create function pilothouse.about(resource_type text, resource_id uuid, project uuid, correlation uuid default null)
returns jsonb language sql immutable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('resource_type', resource_type, 'resource_id', resource_id, 'project_id', project,
    'correlation_id', correlation)
$$;

-- Refuses unless the caller may; `about` says what for.
create function pilothouse.require(permission text, runtime text, project uuid, about jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if pilothouse.may(session_user, permission, runtime, project) then return; end if;
  if project is not null and not exists (
    select from pilothouse.members m join pilothouse.role_bindings b on b.member_id = m.id
    where m.login = session_user and (b.project_id is null or b.project_id = require.project)
      and (b.until is null or b.until > clock_timestamp()))
  then
    perform pilothouse.refuse('project_scope_denied', jsonb_build_object('permission', permission,
      'project', (select p.name from pilothouse.projects p where p.id = require.project),
      'grantors', pilothouse.grantors(project)), about || jsonb_build_object('permission', permission));
  end if;
  perform pilothouse.refuse('permission_denied', jsonb_build_object('permission', permission, 'runtime', runtime,
    'grantors', pilothouse.grantors(project)), about || jsonb_build_object('permission', permission));
end
$$;

create function pilothouse.refusal(code text, data jsonb) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('ok', false, 'code', code, 'data', data)
$$;

create function pilothouse.record_denial(called text, code text, data jsonb, about jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if code not in ('permission_denied', 'project_scope_denied', 'agent_not_allowed', 'identity_unknown',
    'self_approval_denied') then return; end if;
  perform pilothouse.append_event(
    case when called = 'decide' and code <> 'identity_unknown' then 'approval.denied' else 'access.denied' end,
    coalesce(about ->> 'resource_type', 'ledger'), coalesce((about ->> 'resource_id')::uuid, pilothouse.ledger_id()),
    (about ->> 'project_id')::uuid, (about ->> 'correlation_id')::uuid,
    jsonb_strip_nulls(jsonb_build_object('code', code, 'function', called,
      'permission', coalesce(about ->> 'permission', data ->> 'permission'))), 'warning');
end
$$;

-- `<xid>:<seq>` of the last change that this transaction wrote.
create function pilothouse.commit_position() returns text
language sql volatile set search_path = pg_catalog, pg_temp as $$
  select pg_current_xact_id()::text || ':'
    || coalesce((select max(seq) from pilothouse.change_log where xid = pg_current_xact_id()), 0)
$$;

-- Runs one command: the answer is {"ok": true, …, "position"} or {"ok": false, "code", "data"}. What a refused command
-- had written is rolled back to the savepoint; the denial itself is written after that and committed.
create function pilothouse.perform(called text, command jsonb, bytes bytea default null) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  id uuid := (command ->> 'command_id')::uuid;
  earlier pilothouse.commands;
  answer jsonb;
  code text;
  told text;
begin
  -- An older snapshot would judge by permissions and decisions that no longer hold.
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'commands run in read committed' using errcode = 'active_sql_transaction';
  end if;
  -- A forgotten prompt must not hold a release for everybody else.
  perform set_config('idle_in_transaction_session_timeout', '30s', true);
  begin
    perform pilothouse.actor();
    if octet_length(command::text) > 16777216 then
      perform pilothouse.refuse('document_too_large',
        jsonb_build_object('bytes', octet_length(command::text), 'cap', 16777216));
    end if;
    if id is not null then
      insert into pilothouse.commands (command_id, function) values (id, called) on conflict do nothing;
      if not found then
        select * into strict earlier from pilothouse.commands c where c.command_id = id;
        if earlier.login <> session_user or earlier.function <> called then
          perform pilothouse.refuse('conflict', jsonb_build_object('command_id', id));
        end if;
        return earlier.result;
      end if;
    end if;
    if called = 'record_preview' then
      answer := pilothouse.command_record_preview(command, bytes);
    else
      execute format('select pilothouse.%I($1)', 'command_' || called) into answer using command;
    end if;
  exception when sqlstate 'PH001' then
    get stacked diagnostics code = message_text, told = pg_exception_detail;
    answer := pilothouse.refusal(code, told::jsonb -> 'data');
    perform pilothouse.record_denial(called, code, told::jsonb -> 'data', told::jsonb -> 'about');
  end;
  if answer ->> 'ok' is null then
    answer := answer || jsonb_build_object('ok', true, 'position', pilothouse.commit_position());
  end if;
  if id is not null and coalesce(code, '') <> 'identity_unknown' then
    insert into pilothouse.commands as c (command_id, function, result) values (id, called, answer)
    on conflict (command_id) do update set result = excluded.result
    where c.login = session_user and c.function = excluded.function and c.result is null;
  end if;
  return answer;
end
$$;

create function pilothouse.problem(path text, problem text) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('problems', jsonb_build_array(jsonb_build_object('path', path, 'problem', problem)))
$$;

create function pilothouse.command_authorize(ask jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform pilothouse.require(ask ->> 'permission', ask ->> 'runtime', (ask ->> 'project_id')::uuid,
    pilothouse.about(ask ->> 'resource_type', (ask ->> 'resource_id')::uuid,
      (select p.id from pilothouse.projects p where p.id = (ask ->> 'project_id')::uuid)));
  return '{}';
end
$$;

insert into pilothouse.roles (name) values ('viewer'), ('operator-k8s'), ('operator-compose'), ('approver'),
  ('release-manager'), ('installer'), ('auditor'), ('admin'), ('agent');
insert into pilothouse.role_permissions (role, permission, runtime)
select role, permission, case role when 'operator-k8s' then 'k8s' when 'operator-compose' then 'compose' else '*' end
from (values
  ('viewer', array['release:read', 'environment:read', 'cluster:read', 'pipeline:read']),
  ('operator-k8s', array['release:read', 'release:preview', 'release:apply', 'release:rollback', 'pipeline:read']),
  ('operator-compose', array['release:read', 'release:preview', 'release:apply', 'release:rollback', 'pipeline:read']),
  ('approver', array['release:read', 'release:approve', 'pipeline:read']),
  ('release-manager', array['release:read', 'release:preview', 'release:apply', 'release:rollback', 'release:approve',
    'pipeline:read', 'pipeline:write', 'pipeline:trigger']),
  ('installer', array['environment:read', 'environment:install', 'cluster:read', 'cluster:import']),
  ('auditor', array['release:read', 'environment:read', 'cluster:read', 'pipeline:read', 'access:read', 'audit:read']),
  ('admin', array['release:read', 'environment:read', 'environment:install', 'cluster:read', 'cluster:import',
    'cluster:rotate', 'pipeline:read', 'pipeline:write', 'pipeline:trigger', 'access:read', 'access:write',
    'audit:read']),
  ('agent', array['release:read', 'release:preview', 'pipeline:read'])
) as templates (role, allowed), unnest(allowed) as permission;

grant execute on function pilothouse.ledger_id, pilothouse.actor, pilothouse.grantors, pilothouse.about,
  pilothouse.require, pilothouse.refusal, pilothouse.record_denial, pilothouse.commit_position, pilothouse.perform,
  pilothouse.problem, pilothouse.command_authorize to pilothouse_api;
