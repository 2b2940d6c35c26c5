-- What a client says of a plan is shown in lists that others work from. A word of another shape there would keep
-- everybody's inbox from being read, so the ledger takes only what it can hand on.

create function pilothouse.are_messages(said jsonb) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_typeof(said) = 'array' and not exists (
    select from jsonb_array_elements(case when jsonb_typeof(said) = 'array' then said else '[]' end) as m (message)
    where jsonb_typeof(m.message) is distinct from 'object' or jsonb_typeof(m.message -> 'text') is distinct from 'string'
      or (m.message ? 'params' and (jsonb_typeof(m.message -> 'params') <> 'object' or exists (
        select from jsonb_each(case when jsonb_typeof(m.message -> 'params') = 'object' then m.message -> 'params'
          else '{}' end) as p where jsonb_typeof(p.value) not in ('string', 'number'))))), false)
$$;

-- A list whose every element is an object.
create function pilothouse.are_objects(said jsonb) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_typeof(said) = 'array' and not exists (
    select from jsonb_array_elements(case when jsonb_typeof(said) = 'array' then said else '[]' end) as o (element)
    where jsonb_typeof(o.element) <> 'object'), false)
$$;

create function pilothouse.guard_plan() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  problem text := case
    when not pilothouse.are_messages(new.diff -> 'words') then 'diff.words'
    when not pilothouse.are_objects(new.diff -> 'objects') then 'diff.objects'
    when jsonb_typeof(new.diff -> 'counts') is distinct from 'object' then 'diff.counts'
    when not pilothouse.are_messages(new.risk -> 'reasons') then 'risk.reasons'
    when coalesce(new.risk ->> 'level', '') not in ('low', 'medium', 'high', 'critical') then 'risk.level'
    when not pilothouse.are_objects(new.checks) then 'checks'
    when not pilothouse.are_objects(new.images) then 'images'
    when not pilothouse.are_objects(new.steps) then 'steps'
    when jsonb_typeof(new.way_back) is distinct from 'object' then 'way_back' end;
begin
  if problem is not null then
    perform pilothouse.refuse('validation_error', pilothouse.problem(problem, 'malformed'));
  end if;
  return new;
end
$$;
create trigger guard before insert on pilothouse.previews for each row execute function pilothouse.guard_plan();

create function pilothouse.guard_variables() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare is_name constant text := '^[A-Za-z_][A-Za-z0-9_]{0,127}$';
begin
  if jsonb_typeof(new.variables) <> 'object' or exists (
    select from jsonb_each(case when jsonb_typeof(new.variables) = 'object' then new.variables else '{}' end) as v
    where v.key !~ is_name or jsonb_typeof(v.value) <> 'string')
  then
    perform pilothouse.refuse('validation_error', pilothouse.problem('variables', 'malformed'));
  end if;
  if exists (select from unnest(new.secret_variables) as s (name) where s.name is null or s.name !~ is_name) then
    perform pilothouse.refuse('validation_error', pilothouse.problem('secret_variables', 'malformed'));
  end if;
  return new;
end
$$;
create trigger variables before insert or update of variables, secret_variables on pilothouse.releases
for each row execute function pilothouse.guard_variables();

grant execute on function pilothouse.are_messages, pilothouse.are_objects to pilothouse_api;
