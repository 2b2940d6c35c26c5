-- What members may call: one function a command, each the caller's own login judged by pilothouse_api's rights.

grant create on schema pilothouse_api to pilothouse_api;
set local role pilothouse_api;

create function pilothouse_api.record_preview(command jsonb, document bytea) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$ select pilothouse.perform('record_preview', command, document) $$;

create function pilothouse_api.authorize(command jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$ select pilothouse.perform('authorize', command) $$;

create function pilothouse_api.declare(command jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$ select pilothouse.perform('declare', command) $$;

create function pilothouse_api.request_apply(command jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$ select pilothouse.perform('request_apply', command) $$;

create function pilothouse_api.decide(command jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$ select pilothouse.perform('decide', command) $$;

create function pilothouse_api.withdraw(command jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$ select pilothouse.perform('withdraw', command) $$;

create function pilothouse_api.request_abort(command jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$ select pilothouse.perform('request_abort', command) $$;

create function pilothouse_api.assign(command jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$ select pilothouse.perform('assign', command) $$;

create function pilothouse_api.comment(command jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$ select pilothouse.perform('comment', command) $$;

create function pilothouse_api.viewed(command jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$ select pilothouse.perform('viewed', command) $$;

create function pilothouse_api.take_lease(command jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$ select pilothouse.perform('take_lease', command) $$;

create function pilothouse_api.renew_lease(command jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$ select pilothouse.perform('renew_lease', command) $$;

create function pilothouse_api.record_step(command jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$ select pilothouse.perform('record_step', command) $$;

create function pilothouse_api.record_logs(command jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$ select pilothouse.perform('record_logs', command) $$;

create function pilothouse_api.record_diagnostics(command jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$ select pilothouse.perform('record_diagnostics', command) $$;

create function pilothouse_api.finish(command jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$ select pilothouse.perform('finish', command) $$;

create function pilothouse_api.enroll_recipient(command jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$ select pilothouse.perform('enroll_recipient', command) $$;

create function pilothouse_api.put_target_key(command jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$ select pilothouse.perform('put_target_key', command) $$;

create function pilothouse_api.verify_chains(command jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$ select pilothouse.perform('verify_chains', command) $$;

create function pilothouse_api.record_export(command jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$ select pilothouse.perform('record_export', command) $$;

grant execute on all functions in schema pilothouse_api to pilothouse_member;

set local role pilothouse_owner;
revoke create on schema pilothouse_api from pilothouse_api;
