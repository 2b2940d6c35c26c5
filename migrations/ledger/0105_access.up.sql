-- Who may do what, with teams and delegates: what a login holds, the one decision, who can fill a rule, and what
-- members read of it all.

-- Came with the system: the templates are all the roles that there are until now.
alter table pilothouse.roles add column template boolean not null default false;
update pilothouse.roles set template = true;

-- The roles of active logins: their own; for a human also those of their teams, and, while somebody delegates to them,
-- those that this person holds through active logins of their own. What was delegated to that person is not handed on.
-- Ended ones are here too, as not `in_force`; a delegation counts from its start, until it was ended. `projects` asks
-- only for what counts in one of these, which is also what is held for all projects; null asks for everything.
create function pilothouse.held(logins text[], projects uuid[])
returns table (member_id uuid, person_id uuid, kind text, role text, project_id uuid, until timestamptz, team_id uuid,
  delegator_id uuid, in_force boolean)
language sql stable set search_path = pg_catalog, pg_temp as $$
  with holders as (
    select m.id, m.person_id, m.kind from pilothouse.members m where m.login = any (held.logins) and m.active),
  sources as (
    select h.id as member_id, h.person_id, h.kind, h.id as through, h.person_id as whose, null::uuid as delegator_id,
        null::timestamptz as until
      from holders h
    union all
    select h.id, h.person_id, h.kind, other.id, d.person_id, d.person_id, d.until
      from holders h
      join pilothouse.delegations d on d.delegate_id = h.person_id and h.kind = 'human'
        and d.ended_at is null and d.starts_at <= clock_timestamp()
      join pilothouse.members other on other.person_id = d.person_id and other.active and other.kind = 'human'),
  bound as (
    select s.member_id, s.person_id, s.kind, b.role, b.project_id, least(b.until, s.until) as until, b.team_id,
        s.delegator_id
      from sources s join pilothouse.role_bindings b on b.member_id = s.through
     where projects is null or b.project_id is null or b.project_id = any (projects)
    union
    select s.member_id, s.person_id, s.kind, b.role, b.project_id, least(b.until, s.until), b.team_id, s.delegator_id
      from sources s
      join pilothouse.team_members t on t.person_id = s.whose and s.kind = 'human'
      join pilothouse.role_bindings b on b.team_id = t.team_id
     where projects is null or b.project_id is null or b.project_id = any (projects))
  select b.*, b.until is null or b.until > clock_timestamp() from bound b
$$;

-- A delegate reads and approves, and does nothing else in somebody's place; only a human approves or breaks the glass,
-- whatever a role says.
create function pilothouse.counts_for(permission text, kind text, delegated boolean) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select (not delegated or permission in ('release:read', 'release:approve'))
    and (kind = 'human' or permission not in ('release:approve', 'release:break_glass'))
$$;

-- What a login's roles allow, line by line.
create function pilothouse.allowed(login text)
returns table (role text, permission text, runtime text, project_id uuid, until timestamptz, team_id uuid,
  delegator_id uuid, in_force boolean)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select h.role, p.permission::text, p.runtime, h.project_id, h.until, h.team_id, h.delegator_id, h.in_force
    from pilothouse.held(array[allowed.login], null) h
    join pilothouse.role_permissions p on p.role = h.role
      and pilothouse.counts_for(p.permission, h.kind, h.delegator_id is not null)
$$;

create or replace function pilothouse.may(login text, permission text, runtime text, project uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from pilothouse.held(array[may.login], array[may.project]) h
    join pilothouse.role_permissions p on p.role = h.role
    where h.in_force and p.permission = may.permission
      and (may.runtime = '*' or p.runtime in ('*', may.runtime))
      and pilothouse.counts_for(may.permission, h.kind, h.delegator_id is not null))
$$;

-- In whose place logins may do that there (`delegator_id` null: in their own), with the roles and teams that count
-- then: what one person is and what another one may are never put together. What is held for `except_persons` doesn't
-- count.
create function pilothouse.acting_for(
  logins text[], permission text, runtime text, project uuid, except_persons uuid[]
) returns table (member_id uuid, person_id uuid, delegator_id uuid, roles text[], teams text[])
language sql stable set search_path = pg_catalog, pg_temp as $$
  select h.member_id, h.person_id, h.delegator_id, array_agg(distinct h.role), array(
      select t.name::text from pilothouse.team_members tm join pilothouse.teams t on t.id = tm.team_id
      where tm.person_id = coalesce(h.delegator_id, h.person_id) and h.kind = 'human'
        and t.project_id = acting_for.project)
    from pilothouse.held(acting_for.logins, array[acting_for.project]) h
    left join pilothouse.role_permissions p on p.role = h.role and p.permission = acting_for.permission
      and (acting_for.runtime = '*' or p.runtime in ('*', acting_for.runtime))
      and pilothouse.counts_for(acting_for.permission, h.kind, h.delegator_id is not null)
   where h.in_force and (h.delegator_id is null or h.delegator_id <> all (acting_for.except_persons))
   group by h.member_id, h.person_id, h.kind, h.delegator_id
  having count(p.role) > 0
$$;

create function pilothouse.may_decide(login text, permission text, runtime text, project uuid, except_persons uuid[])
returns boolean language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from pilothouse.acting_for(array[may_decide.login], may_decide.permission, may_decide.runtime,
      may_decide.project, may_decide.except_persons))
$$;

-- {"roles", "teams"}: what counts of a member who approves there, their own or of those in whose place they do.
create function pilothouse.hats_of(member uuid, project uuid, except_persons uuid[], runtime text default '*')
returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  with acting as (
    select f.roles, f.teams from pilothouse.acting_for(
      array(select m.login from pilothouse.members m where m.id = hats_of.member), 'release:approve', hats_of.runtime,
      hats_of.project, hats_of.except_persons) f)
  select jsonb_build_object(
    'roles', to_jsonb(array(select distinct r from acting, unnest(acting.roles) as r order by 1)),
    'teams', to_jsonb(array(select distinct t from acting, unnest(acting.teams) as t order by 1)))
$$;

create or replace function pilothouse.roles_of(member uuid, project uuid) returns text[]
language sql stable set search_path = pg_catalog, pg_temp as $$
  select array(select jsonb_array_elements_text(pilothouse.hats_of(roles_of.member, roles_of.project, '{}') -> 'roles'))
$$;

-- The people who may do that there, except `persons`, and what counts of them: a row for each in whose place they may.
create function pilothouse.deciders(permission text, runtime text, project uuid, persons uuid[])
returns table (name text, roles text[], teams text[])
language sql stable set search_path = pg_catalog, pg_temp as $$
  select p.name, f.roles, f.teams
    from pilothouse.acting_for(array(select m.login from pilothouse.members m where m.active and m.kind = 'human'),
      deciders.permission, deciders.runtime, deciders.project, deciders.persons) f
    join pilothouse.people p on p.id = f.person_id
   where f.person_id <> all (deciders.persons)
$$;

-- Names of the people who may fill a rule (no role, no team: anybody who may do that there), except `persons`.
drop function pilothouse.candidates(text, text, uuid, uuid[]);
create function pilothouse.candidates(
  role text, team text, runtime text, project uuid, permission text, persons uuid[]
) returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_agg(distinct d.name), '[]')
    from pilothouse.deciders(candidates.permission, candidates.runtime, candidates.project, candidates.persons) d
   where (candidates.role is null or candidates.role = any (d.roles))
     and (candidates.team is null or candidates.team = any (d.teams))
$$;

-- A policy's rules as they count for one plan. A team of another project, and the team of a service that has none, is
-- '?': no team is called so, and nobody fills the rule.
create function pilothouse.decision_rules(policy uuid, service uuid, runtime text, project uuid, persons uuid[])
returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  with deciders as materialized (
    select * from pilothouse.deciders('release:approve', decision_rules.runtime, decision_rules.project,
      decision_rules.persons)),
  rules as (
    select r.position, r.role, r.minimum, case when r.team_id is not null or r.service_team
        then coalesce(t.name::text, '?') end as team
      from pilothouse.approval_rules r
      left join pilothouse.services s on s.id = decision_rules.service and r.service_team
      left join pilothouse.teams t on t.id = coalesce(r.team_id, s.team_id) and t.project_id = decision_rules.project
     where r.policy_id = decision_rules.policy)
  select coalesce(jsonb_agg(jsonb_build_object('role', r.role, 'team', r.team, 'minimum', r.minimum, 'candidates', (
      select coalesce(jsonb_agg(distinct d.name), '[]') from deciders d
      where (r.role is null or r.role = any (d.roles)) and (r.team is null or r.team = any (d.teams))))
    order by r.position), '[]')
  from rules r
$$;

-- The rules of a policy as they are written down, for those who read it.
create function pilothouse.policy_rules(policy uuid) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with deciders as materialized (
    select d.* from pilothouse.approval_policies p,
      lateral pilothouse.deciders('release:approve', p.runtime, p.project_id, '{}') d where p.id = policy_rules.policy)
  select coalesce(jsonb_agg(jsonb_build_object(
      'rule', jsonb_strip_nulls(jsonb_build_object('kind', case when r.service_team then 'service_team'
        when r.team_id is not null then 'team' when r.role is not null then 'role' else 'anyone' end,
        'role', r.role, 'team', t.name, 'minimum', r.minimum)),
      'candidates', (select coalesce(jsonb_agg(distinct d.name), '[]') from deciders d where not r.service_team
        and (r.role is null or r.role = any (d.roles)) and (r.team_id is null or t.name = any (d.teams))))
    order by r.position), '[]')
  from pilothouse.approval_rules r left join pilothouse.teams t on t.id = r.team_id
  where r.policy_id = policy_rules.policy
$$;

-- Runs as its owner: whoever plans has to see who can approve, not what else those people are. Without a service, it is
-- that of the release to go back from.
drop function pilothouse.policy_for(uuid, text, uuid, text, text);
drop function pilothouse.policy_decision(uuid, text, uuid, text, uuid[]);
create function pilothouse.policy_decision(
  target uuid, kind text, source uuid, document_digest text, persons uuid[], service uuid default null
) returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  t pilothouse.targets;
  rules jsonb;
  solo boolean := pilothouse.is_solo();
  covered boolean;
begin
  select * into strict t from pilothouse.targets where id = policy_decision.target;
  rules := coalesce((
    select pilothouse.decision_rules(p.id, coalesce(policy_decision.service,
        (select r.service_id from pilothouse.releases r where r.id = policy_decision.source)),
      t.runtime, t.project_id, persons)
    from pilothouse.approval_policies p
    where p.stage_id = t.stage_id and p.runtime in (t.runtime, '*') order by p.runtime = '*' limit 1), '[]');
  covered := policy_decision.kind = 'rollback'
    and pilothouse.covers_way_back(source, t.id, policy_decision.document_digest);
  return jsonb_build_object(
    'version', pilothouse.policy_version(t.stage_id),
    'required', jsonb_array_length(rules) > 0 and not solo and not covered,
    'rules', rules, 'solo', solo,
    'covered_by', case when covered then (select r.approval_ticket from pilothouse.releases r where r.id = source) end);
end
$$;

create function pilothouse.policy_for(
  target uuid, kind text, source uuid, document_digest text, requester text, service uuid default null
) returns jsonb language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select pilothouse.policy_decision(target, kind, source, document_digest,
    array(select m.person_id from pilothouse.members m where m.login = requester), policy_for.service)
$$;

drop function pilothouse_api.policy_for(uuid, text, uuid, text);
create function pilothouse_api.policy_for(
  target uuid, kind text, source uuid, document_digest text, service uuid default null
) returns jsonb language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select pilothouse.policy_for(t.id, policy_for.kind, policy_for.source, policy_for.document_digest, session_user::text,
      s.id)
    from pilothouse.targets t
    left join pilothouse.services s on s.id = policy_for.service and s.project_id = t.project_id
   where t.id = policy_for.target and pilothouse.may(session_user::text, 'release:read', t.runtime::text, t.project_id)
$$;
grant create on schema pilothouse_api to pilothouse_api;
alter function pilothouse_api.policy_for owner to pilothouse_api;
revoke create on schema pilothouse_api from pilothouse_api;
grant execute on function pilothouse_api.policy_for to pilothouse_member;

-- Display names of the people who may change access there. Runs as its owner, for those who read it.
create or replace function pilothouse.grantors(project uuid) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select pilothouse.candidates(null, null, '*', grantors.project, 'access:write', '{}')
$$;

create or replace function pilothouse.require(permission text, runtime text, project uuid, about jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if pilothouse.may(session_user, permission, runtime, project) then return; end if;
  if project is not null and not exists (
    select from pilothouse.allowed(session_user) a
    where a.in_force and (a.project_id is null or a.project_id = require.project))
  then
    perform pilothouse.refuse('project_scope_denied', jsonb_build_object('permission', permission,
      'project', (select p.name from pilothouse.projects p where p.id = require.project),
      'grantors', pilothouse.grantors(project)), about || jsonb_build_object('permission', permission));
  end if;
  perform pilothouse.refuse('permission_denied', jsonb_build_object('permission', permission, 'runtime', runtime,
    'grantors', pilothouse.grantors(project)), about || jsonb_build_object('permission', permission));
end
$$;

-- Projects where the caller holds one of the permissions; no permissions means any at all.
create or replace function pilothouse.readable_projects(permissions text[], runtime text default '*') returns uuid[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with bound as (
    select distinct a.project_id from pilothouse.allowed(session_user) a
     where a.in_force and (permissions is null or a.permission = any (permissions))
       and (readable_projects.runtime = '*' or a.runtime in ('*', readable_projects.runtime)))
  select case when exists (select from bound where project_id is null) then array(select id from pilothouse.projects)
    else array(select project_id from bound) end
$$;

-- Whether the caller holds one of the permissions for the whole ledger, by a binding without a project.
create or replace function pilothouse.holds_everywhere(permissions text[]) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from pilothouse.allowed(session_user) a
     where a.in_force and a.project_id is null and a.permission = any (permissions))
$$;

-- What a login may do, line by line, ended lines too: what a desktop decides by, before the ledger decides again.
-- `until` is in milliseconds since the epoch.
create function pilothouse.policy_rows(login text) returns table (body jsonb, in_force boolean)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object(
      'role', a.role, 'permission', a.permission, 'runtime', a.runtime, 'project_id', a.project_id,
      'project', p.name, 'team', t.name, 'delegator', d.name,
      'until', case when isfinite(a.until) then floor(extract(epoch from a.until) * 1000)::bigint
        when a.until < clock_timestamp() then 0 end),
    a.in_force
    from pilothouse.allowed(policy_rows.login) a
    left join pilothouse.projects p on p.id = a.project_id
    left join pilothouse.teams t on t.id = a.team_id
    left join pilothouse.people d on d.id = a.delegator_id
$$;

-- The caller's own lines: nobody asks for another's.
create function pilothouse.own_policy() returns table (body jsonb, in_force boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select * from pilothouse.policy_rows(session_user)
$$;

-- Binds roles `[{"role", "project"?, "until"?}]` to a member; the answer is a refusal, or null.
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
      where p.role = given ->> 'role' and p.permission in ('release:approve', 'release:break_glass'))
    then
      return pilothouse.refusal('agent_not_allowed', jsonb_build_object('login', member.login, 'role', given -> 'role'));
    end if;
    insert into pilothouse.role_bindings (id, member_id, role, project_id, until)
    values (pilothouse.uuid_v7(), member.id, given ->> 'role', project, (given ->> 'until')::timestamptz)
    on conflict (member_id, team_id, role, project_id) do update set until = excluded.until;
    perform pilothouse.append_event('access.granted', 'member', member.id, project, null,
      given || jsonb_build_object('login', member.login));
  end loop;
  perform pilothouse.note_change('role_bindings', member.id::text, null, null, null);
  return null;
end
$$;

grant execute on function pilothouse.held, pilothouse.counts_for, pilothouse.allowed, pilothouse.acting_for,
  pilothouse.may_decide, pilothouse.hats_of, pilothouse.deciders, pilothouse.candidates, pilothouse.decision_rules,
  pilothouse.policy_decision, pilothouse.is_solo to pilothouse_api;
grant execute on function pilothouse.policy_for to pilothouse_api, pilothouse_reader;
-- Behind views and policies, and so checked against the member who reads; see 0100.
grant execute on function pilothouse.grantors, pilothouse.policy_rules, pilothouse.own_policy
  to pilothouse_reader, pilothouse_member;

grant select on pilothouse.teams, pilothouse.team_members, pilothouse.delegations, pilothouse.freezes,
  pilothouse.access_changes, pilothouse.executors, pilothouse.approval_policies, pilothouse.approval_rules
  to pilothouse_reader;

-- A project's frame is seen by everybody who may do anything in it; so is who is in a team that holds a role there.
create policy by_reader on pilothouse.teams for select to pilothouse_reader
  using (project_id = any ((select pilothouse.readable_projects(null))::uuid[]));
create policy by_reader on pilothouse.team_members for select to pilothouse_reader
  using (
    exists (select from pilothouse.teams t where t.id = team_id)
    or exists (select from pilothouse.role_bindings b where b.team_id = team_members.team_id));
alter policy by_reader on pilothouse.members
  using (
    id = (select pilothouse.own_member())
    or (select pilothouse.holds_everywhere('{access:read,audit:read}'))
    or exists (select from pilothouse.role_bindings b where b.member_id = members.id)
    or (kind = 'human' and exists (select from pilothouse.team_members t where t.person_id = members.person_id)));
create policy by_reader on pilothouse.freezes for select to pilothouse_reader
  using (project_id = any ((select pilothouse.readable_projects(null))::uuid[]));
create policy by_reader on pilothouse.approval_policies for select to pilothouse_reader
  using (project_id = any ((select pilothouse.readable_projects(null))::uuid[]));
create policy by_reader on pilothouse.approval_rules for select to pilothouse_reader
  using (exists (select from pilothouse.approval_policies p where p.id = policy_id));
create policy by_reader on pilothouse.executors for select to pilothouse_reader
  using (exists (select from pilothouse.members m where m.login = executors.login));
-- A change is shown by its ticket, and to nobody else.
create policy by_reader on pilothouse.access_changes for select to pilothouse_reader
  using (exists (select from pilothouse.approval_inbox_items i where i.change_id = access_changes.id));

-- A delegation is for the two whom it is about, whoever oversees access, and those who see both of them anyway.
create policy by_reader on pilothouse.delegations for select to pilothouse_reader
  using (
    (select pilothouse.own_person()) in (person_id, delegate_id)
    or (select pilothouse.holds_everywhere('{access:read,audit:read}'))
    or (exists (select from pilothouse.members m where m.person_id = delegations.person_id)
      and exists (select from pilothouse.members m where m.person_id = delegations.delegate_id)));
alter policy by_reader on pilothouse.people
  using (
    exists (select from pilothouse.members m where m.person_id = people.id)
    or exists (select from pilothouse.delegations d where people.id in (d.person_id, d.delegate_id)));
