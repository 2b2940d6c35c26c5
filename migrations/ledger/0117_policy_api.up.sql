-- The commands of policy and access; see 0015 for how these are made.
grant create on schema pilothouse_api to pilothouse_api;
set local role pilothouse_api;

create function pilothouse_api.change(command jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$ select pilothouse.perform('change', command) $$;

create function pilothouse_api.freeze(command jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$ select pilothouse.perform('freeze', command) $$;

create function pilothouse_api.end_delegation(command jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$ select pilothouse.perform('end_delegation', command) $$;

create function pilothouse_api.break_glass(command jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$ select pilothouse.perform('break_glass', command) $$;

create function pilothouse_api.tend(command jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$ select pilothouse.perform('tend', command) $$;

grant execute on function pilothouse_api.change, pilothouse_api.freeze, pilothouse_api.end_delegation,
  pilothouse_api.break_glass, pilothouse_api.tend to pilothouse_member;

set local role pilothouse_owner;
revoke create on schema pilothouse_api from pilothouse_api;
