-- Checking the record, and saying that it was taken out.

-- Every event whose hash, place, link or columns do not hold, every head that does not end its chain, and every release
-- whose state is not the one that its chain ends with.
create function pilothouse.chain_problems()
returns table (resource_type text, resource_id uuid, seq integer, problem text)
language sql stable set search_path = pg_catalog, pg_temp as $$
  with checked as (
    select e.resource_type, e.resource_id, e.chain_seq as seq, case
      when e.chain_seq <> row_number() over chain then 'gap'
      when e.prev_hash <> lag(e.hash, 1, repeat('0', 64)) over chain then 'link'
      when e.hash <> pilothouse.sha256_hex(decode(e.prev_hash, 'hex') || convert_to(e.bytes, 'UTF8')) then 'hash'
      when e.bytes <> pilothouse.event_bytes(e) then 'content' end as problem
    from pilothouse.timeline_events e
    window chain as (partition by e.resource_type, e.resource_id order by e.chain_seq)
  ), ends as (
    select distinct on (e.resource_type, e.resource_id) e.resource_type, e.resource_id, e.chain_seq, e.hash
    from pilothouse.timeline_events e order by e.resource_type, e.resource_id, e.chain_seq desc
  )
  select c.* from checked c where c.problem is not null
  union all
  select coalesce(h.resource_type, n.resource_type), coalesce(h.resource_id, n.resource_id),
    coalesce(h.seq, n.chain_seq), 'head'
  from pilothouse.chain_heads h full join ends n using (resource_type, resource_id)
  where (h.seq, h.hash) is distinct from (n.chain_seq, n.hash)
  union all
  select 'release', r.id, coalesce(n.chain_seq, 0), 'state'
  from pilothouse.releases r left join ends n on n.resource_type = 'release' and n.resource_id = r.id
  where r.lifecycle_state is distinct from coalesce(
    (select e.detail #>> '{transition,to}' from pilothouse.timeline_events e
      where e.resource_type = 'release' and e.resource_id = r.id and e.detail ? 'transition'
      order by e.chain_seq desc limit 1), 'draft')
$$;

create function pilothouse.command_verify_chains(command jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  -- Any project will do: the report tells numbers, and names only what is broken.
  if not exists (select from pilothouse.projects p where pilothouse.may(session_user, 'release:read', '*', p.id)) then
    perform pilothouse.require('release:read', '*', null, pilothouse.about('ledger', pilothouse.ledger_id(), null));
  end if;
  return jsonb_build_object(
    'chains', (select count(*) from pilothouse.chain_heads),
    'events', (select count(*) from pilothouse.timeline_events),
    'broken', (select coalesce(jsonb_agg(b), '[]') from (
      select distinct on (c.resource_type, c.resource_id) c.* from pilothouse.chain_problems() c
      order by c.resource_type, c.resource_id, c.seq, c.problem) as b));
end
$$;

create function pilothouse.command_record_export(command jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare p pilothouse.projects;
begin
  if command ->> 'project' is not null then
    select * into p from pilothouse.projects where name = command ->> 'project';
    if not found then perform pilothouse.refuse('not_found', jsonb_build_object('project', command -> 'project')); end if;
  end if;
  perform pilothouse.require('audit:read', '*', p.id, case when p.id is null
    then pilothouse.about('ledger', pilothouse.ledger_id(), null) else pilothouse.about('project', p.id, p.id) end);
  perform pilothouse.append_event('audit.exported', case when p.id is null then 'ledger' else 'project' end,
    coalesce(p.id, pilothouse.ledger_id()), p.id, null, jsonb_build_object('events', command -> 'events'));
  return '{}';
end
$$;

grant execute on function pilothouse.chain_problems, pilothouse.command_verify_chains,
  pilothouse.command_record_export to pilothouse_api;
