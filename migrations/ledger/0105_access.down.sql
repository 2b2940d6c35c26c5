alter policy by_reader on pilothouse.people
  using (exists (select from pilothouse.members m where m.person_id = people.id));
alter policy by_reader on pilothouse.members
  using (
    id = (select pilothouse.own_member())
    or (select pilothouse.holds_everywhere('{access:read,audit:read}'))
    or exists (select from pilothouse.role_bindings b where b.member_id = members.id));
drop policy by_reader on pilothouse.delegations;
drop policy by_reader on pilothouse.access_changes;
drop policy by_reader on pilothouse.executors;
drop policy by_reader on pilothouse.approval_rules;
drop policy by_reader on pilothouse.approval_policies;
drop policy by_reader on pilothouse.freezes;
drop policy by_reader on pilothouse.team_members;
drop policy by_reader on pilothouse.teams;
revoke select on pilothouse.teams, pilothouse.team_members, pilothouse.delegations, pilothouse.freezes,
  pilothouse.access_changes, pilothouse.executors, pilothouse.approval_policies, pilothouse.approval_rules
  from pilothouse_reader;

revoke execute on function pilothouse.is_solo from pilothouse_api;
revoke execute on function pilothouse.grantors from pilothouse_reader, pilothouse_member;
drop function pilothouse.own_policy, pilothouse.policy_rows;

create or replace function pilothouse.admin_bind(member pilothouse.members, roles jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  given jsonb;
  project uuid;
begin
  for given in select * from jsonb_array_elements(roles) loop
    project := null;
    if given ->> 'project' is not null then
      select id into project from pilothouse.projects where name = given ->> 'project';
      if not found then return pilothouse.refusal('not_found', jsonb_build_object('project', given -> 'project')); end if;
    end if;
    if not exists (select from pilothouse.roles where name = given ->> 'role') then
      return pilothouse.refusal('not_found', jsonb_build_object('role', given -> 'role'));
    end if;
    if member.kind <> 'human' and exists (select from pilothouse.role_permissions p
      where p.role = given ->> 'role' and p.permission = 'release:approve')
    then
      return pilothouse.refusal('agent_not_allowed', jsonb_build_object('login', member.login, 'role', given -> 'role'));
    end if;
    insert into pilothouse.role_bindings (id, member_id, role, project_id, until)
    values (pilothouse.uuid_v7(), member.id, given ->> 'role', project, (given ->> 'until')::timestamptz)
    on conflict (member_id, role, project_id) do update set until = excluded.until;
    perform pilothouse.append_event('access.granted', 'member', member.id, project, null,
      given || jsonb_build_object('login', member.login));
  end loop;
  perform pilothouse.note_change('role_bindings', member.id::text, null, null, null);
  return null;
end
$$;

create or replace function pilothouse.holds_everywhere(permissions text[]) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from pilothouse.members m
      join pilothouse.role_bindings b on b.member_id = m.id and b.project_id is null
      join pilothouse.role_permissions p on p.role = b.role
     where m.login = session_user and m.active
       and (b.until is null or b.until > clock_timestamp())
       and p.permission = any (permissions))
$$;

create or replace function pilothouse.readable_projects(permissions text[], runtime text default '*') returns uuid[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with bound as (
    select distinct b.project_id
      from pilothouse.members m
      join pilothouse.role_bindings b on b.member_id = m.id
      join pilothouse.role_permissions p on p.role = b.role
     where m.login = session_user and m.active
       and (b.until is null or b.until > clock_timestamp())
       and (permissions is null or p.permission = any (permissions))
       and (readable_projects.runtime = '*' or p.runtime in ('*', readable_projects.runtime)))
  select case when exists (select from bound where project_id is null) then array(select id from pilothouse.projects)
    else array(select project_id from bound) end
$$;

create or replace function pilothouse.require(permission text, runtime text, project uuid, about jsonb) returns void
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

create or replace function pilothouse.grantors(project uuid) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_agg(distinct p.name), '[]')
  from pilothouse.members m join pilothouse.people p on p.id = m.person_id
  where m.kind = 'human' and pilothouse.may(m.login, 'access:write', '*', grantors.project)
$$;

drop function pilothouse_api.policy_for;
drop function pilothouse.policy_for, pilothouse.policy_decision, pilothouse.policy_rules, pilothouse.decision_rules,
  pilothouse.candidates;

create function pilothouse.candidates(role text, runtime text, project uuid, persons uuid[]) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_agg(distinct p.name), '[]')
  from pilothouse.members m join pilothouse.people p on p.id = m.person_id
  where m.active and m.kind = 'human' and m.person_id <> all (candidates.persons)
    and pilothouse.may(m.login, 'release:approve', candidates.runtime, candidates.project)
    and (candidates.role is null or candidates.role = any (pilothouse.roles_of(m.id, candidates.project)))
$$;

create function pilothouse.policy_decision(
  target uuid, kind text, source uuid, document_digest text, persons uuid[]
) returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  t pilothouse.targets;
  rules jsonb;
  solo boolean;
  covered boolean;
begin
  select * into strict t from pilothouse.targets where id = policy_decision.target;
  select coalesce(jsonb_agg(jsonb_build_object('role', r.role, 'minimum', r.minimum, 'candidates',
    pilothouse.candidates(r.role, t.runtime, t.project_id, persons)) order by r.position), '[]') into rules
  from pilothouse.approval_rules r
  where r.policy_id = (select p.id from pilothouse.approval_policies p
    where p.stage_id = t.stage_id and p.runtime in (t.runtime, '*') order by p.runtime = '*' limit 1);
  select count(distinct m.person_id) < 2 into solo from pilothouse.members m where m.active and m.kind = 'human';
  covered := policy_decision.kind = 'rollback'
    and pilothouse.covers_way_back(source, t.id, policy_decision.document_digest);
  return jsonb_build_object(
    'version', pilothouse.policy_version(t.stage_id),
    'required', jsonb_array_length(rules) > 0 and not solo and not covered,
    'rules', rules, 'solo', solo,
    'covered_by', case when covered then (select r.approval_ticket from pilothouse.releases r where r.id = source) end);
end
$$;

create function pilothouse.policy_for(target uuid, kind text, source uuid, document_digest text, requester text)
returns jsonb language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select pilothouse.policy_decision(target, kind, source, document_digest,
    array(select m.person_id from pilothouse.members m where m.login = requester))
$$;

create function pilothouse_api.policy_for(target uuid, kind text, source uuid, document_digest text) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select pilothouse.policy_for(t.id, policy_for.kind, policy_for.source, policy_for.document_digest, session_user::text)
    from pilothouse.targets t
   where t.id = policy_for.target and pilothouse.may(session_user::text, 'release:read', t.runtime::text, t.project_id)
$$;
grant create on schema pilothouse_api to pilothouse_api;
alter function pilothouse_api.policy_for owner to pilothouse_api;
revoke create on schema pilothouse_api from pilothouse_api;
grant execute on function pilothouse_api.policy_for to pilothouse_member;

grant execute on function pilothouse.policy_decision to pilothouse_api;
grant execute on function pilothouse.policy_for to pilothouse_api, pilothouse_reader;

create or replace function pilothouse.roles_of(member uuid, project uuid) returns text[]
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(distinct b.role order by b.role), '{}') from pilothouse.role_bindings b
  where b.member_id = roles_of.member and (b.project_id is null or b.project_id = roles_of.project)
    and (b.until is null or b.until > clock_timestamp())
$$;

create or replace function pilothouse.may(login text, permission text, runtime text, project uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from pilothouse.members m
    join pilothouse.role_bindings b on b.member_id = m.id
    join pilothouse.role_permissions p on p.role = b.role
    where m.login = may.login and m.active
      and p.permission = may.permission
      and (may.runtime = '*' or p.runtime in ('*', may.runtime))
      and (b.project_id is null or b.project_id = may.project)
      and (b.until is null or b.until > clock_timestamp())
  )
$$;

drop function pilothouse.deciders, pilothouse.hats_of, pilothouse.may_decide, pilothouse.acting_for, pilothouse.allowed,
  pilothouse.counts_for, pilothouse.held;
alter table pilothouse.roles drop column template;
