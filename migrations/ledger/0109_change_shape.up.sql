-- What a change of policy or access may look like: the same shapes as src-preload/contract/access.ts, checked strictly,
-- since a ticket shows what it asks for from these very words.

create function pilothouse.has_keys(given jsonb, keys text[]) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when jsonb_typeof(given) = 'object' then
    array(select k from jsonb_object_keys(given) as k order by k) = array(select k from unnest(keys) as k order by k)
    else false end
$$;

create function pilothouse.is_text(given jsonb, pattern text) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_typeof(given) = 'string' and given #>> '{}' ~ pattern, false)
$$;

create function pilothouse.is_name(given jsonb) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select pilothouse.is_text(given, '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$')
$$;

create function pilothouse.is_login(given jsonb) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select pilothouse.is_text(given, '^[a-z][a-z0-9_]{0,40}$')
$$;

create function pilothouse.is_role_name(given jsonb) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select pilothouse.is_text(given, '^[a-z][a-z0-9-]{0,62}$')
$$;

create function pilothouse.is_number_to(given jsonb, most integer) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when jsonb_typeof(given) = 'number' and given #>> '{}' ~ '^[1-9][0-9]{0,8}$'
    then (given #>> '{}')::integer <= most else false end
$$;

create function pilothouse.is_approval_rule(given jsonb) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when jsonb_typeof(given) <> 'object' or not pilothouse.is_number_to(given -> 'minimum', 20) then false
    else coalesce(case given ->> 'kind'
      when 'anyone' then pilothouse.has_keys(given, '{kind,minimum}')
      when 'service_team' then pilothouse.has_keys(given, '{kind,minimum}')
      when 'role' then pilothouse.has_keys(given, '{kind,minimum,role}') and pilothouse.is_role_name(given -> 'role')
      when 'team' then pilothouse.has_keys(given, '{kind,minimum,team}') and pilothouse.is_name(given -> 'team')
      end, false) end
$$;

create function pilothouse.is_subject(given jsonb) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when jsonb_typeof(given) <> 'object' then false else coalesce(case given ->> 'kind'
    when 'member' then pilothouse.has_keys(given, '{kind,login}') and pilothouse.is_login(given -> 'login')
    when 'team' then pilothouse.has_keys(given, '{kind,project,team}') and pilothouse.is_name(given -> 'project')
      and pilothouse.is_name(given -> 'team')
    end, false) end
$$;

create function pilothouse.is_runtime(given jsonb) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select given in ('"k8s"', '"compose"', '"*"')
$$;

create function pilothouse.is_role_permission(given jsonb) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select pilothouse.has_keys(given, '{permission,runtime}') and pilothouse.is_runtime(given -> 'runtime')
    and jsonb_typeof(given -> 'permission') = 'string'
    and pg_input_is_valid(given ->> 'permission', 'pilothouse.permission')
$$;

-- Whether every element of a list passes; `kind` names the test.
create function pilothouse.is_list_of(given jsonb, kind text, most integer) returns boolean
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare element jsonb;
begin
  if jsonb_typeof(given) is distinct from 'array' then return false; end if;
  if jsonb_array_length(given) > most then return false; end if;
  for element in select * from jsonb_array_elements(given) loop
    if not (case kind when 'rule' then pilothouse.is_approval_rule(element)
      when 'permission' then pilothouse.is_role_permission(element) else pilothouse.is_login(element) end)
    then return false; end if;
  end loop;
  return true;
end
$$;

-- The fields of each kind of change, and what each has to be; a `?` also lets it be null.
create function pilothouse.change_shape(kind text) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case kind
    when 'policy' then '{"project": "name", "stage": "name", "runtime": "runtime", "rules": "rules"}'
    when 'stage' then '{"project": "name", "stage": "name", "preview_ttl_minutes": "minutes",
      "approval_window_hours": "hours"}'
    when 'lift_freeze' then '{"freeze": "id"}'
    when 'grant' then '{"to": "subject", "role": "role", "project": "name?", "until": "instant?"}'
    when 'revoke' then '{"from": "subject", "role": "role", "project": "name?"}'
    when 'member' then '{"login": "login", "active": "boolean"}'
    when 'role' then '{"role": "role", "permissions": "permissions"}'
    when 'team' then '{"project": "name", "team": "name", "people": "logins"}'
    when 'service_team' then '{"project": "name", "service": "name", "team": "name?"}'
    when 'delegate' then '{"person": "login", "to": "login", "from": "instant", "until": "instant"}'
    end::jsonb
$$;

create function pilothouse.fits(given jsonb, shape text) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when given = 'null' then right(shape, 1) = '?' else case rtrim(shape, '?')
    when 'name' then pilothouse.is_name(given)
    when 'login' then pilothouse.is_login(given)
    when 'role' then pilothouse.is_role_name(given)
    when 'runtime' then pilothouse.is_runtime(given)
    when 'id' then jsonb_typeof(given) = 'string' and pg_input_is_valid(given #>> '{}', 'uuid')
    when 'minutes' then pilothouse.is_number_to(given, 1440)
    when 'hours' then pilothouse.is_number_to(given, 168)
    when 'boolean' then jsonb_typeof(given) = 'boolean'
    when 'instant' then pilothouse.is_instant(given)
    when 'subject' then pilothouse.is_subject(given)
    when 'rules' then pilothouse.is_list_of(given, 'rule', 8)
    when 'permissions' then pilothouse.is_list_of(given, 'permission', 64)
    when 'logins' then pilothouse.is_list_of(given, 'login', 200) end end
$$;

-- Refuses whatever is not exactly one of those shapes.
create function pilothouse.check_change(change jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  shape jsonb;
  problems jsonb;
begin
  if jsonb_typeof(change) = 'object' then shape := pilothouse.change_shape(change ->> 'kind'); end if;
  if shape is null then
    perform pilothouse.refuse('validation_error', pilothouse.problem('change.kind', 'unknown'));
  end if;
  select jsonb_agg(jsonb_build_object('path', 'change.' || key, 'problem', case when shape -> key is null
      then 'unrecognized' when change -> key is null then 'missing' else 'invalid' end) order by key) into problems
  from (select jsonb_object_keys(change - 'kind') as key union select jsonb_object_keys(shape)) as keys
  where case when shape -> key is null or change -> key is null then true
    else not pilothouse.fits(change -> key, shape ->> key) end;
  if problems is not null then
    perform pilothouse.refuse('validation_error', jsonb_build_object('problems', problems));
  end if;
end
$$;

grant execute on function pilothouse.has_keys, pilothouse.is_text, pilothouse.is_name, pilothouse.is_login,
  pilothouse.is_role_name, pilothouse.is_number_to, pilothouse.is_approval_rule, pilothouse.is_subject,
  pilothouse.is_role_permission, pilothouse.is_runtime, pilothouse.is_list_of, pilothouse.change_shape, pilothouse.fits,
  pilothouse.check_change to pilothouse_api;
