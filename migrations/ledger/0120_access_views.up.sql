-- Who may do what, as members read it; see 0101 for how these views are made.
grant create on schema pilothouse_read to pilothouse_reader;
set local role pilothouse_reader;

-- People who work in a project through a team count as its members; `roles` are those of the login itself.
create or replace view pilothouse_read.members with (security_barrier) as
select m.id, m.login,
  (select coalesce(array_agg(b.project_id) filter (where b.project_id is not null), '{}')
     from pilothouse.role_bindings b
    where (b.until is null or b.until > statement_timestamp())
      and (b.member_id = m.id or (m.kind = 'human' and b.team_id in (
        select t.team_id from pilothouse.team_members t where t.person_id = m.person_id)))) as project_ids,
  exists (select from pilothouse.role_bindings b
    where b.project_id is null and (b.until is null or b.until > statement_timestamp())
      and (b.member_id = m.id or (m.kind = 'human' and b.team_id in (
        select t.team_id from pilothouse.team_members t where t.person_id = m.person_id)))) as everywhere,
  jsonb_build_object(
    'id', m.id, 'login', m.login, 'kind', m.kind,
    'person', jsonb_build_object('id', p.id, 'name', p.name),
    'active', m.active, 'recipient', m.recipient,
    'roles', (
      select coalesce(jsonb_agg(jsonb_build_object('role', b.role, 'project', project.name, 'until', b.until)
        order by project.name nulls first, b.role), '[]')
        from pilothouse.role_bindings b
        left join pilothouse.projects project on project.id = b.project_id
       where b.member_id = m.id and (b.until is null or b.until > statement_timestamp())),
    'created_at', m.created_at) as body
  from pilothouse.members m
  join pilothouse.people p on p.id = m.person_id;

-- The reader's own policy, ended lines too.
create view pilothouse_read.policy_rows with (security_barrier) as
select a.body from pilothouse.own_policy() a;

create or replace view pilothouse_read.grants with (security_barrier) as
select distinct jsonb_build_object('permission', a.body -> 'permission', 'runtime', a.body -> 'runtime',
    'project_id', a.body -> 'project_id') as body
  from pilothouse.own_policy() a
 where a.in_force;

create view pilothouse_read.roles with (security_barrier) as
select r.name::text as name,
  jsonb_build_object(
    'role', r.name, 'template', r.template,
    'permissions', (
      select coalesce(jsonb_agg(jsonb_build_object('permission', p.permission, 'runtime', p.runtime)
        order by p.permission, p.runtime), '[]')
        from pilothouse.role_permissions p
       where p.role = r.name)) as body
  from pilothouse.roles r;

create view pilothouse_read.teams with (security_barrier) as
select t.id, p.name::text as project, t.name::text as name,
  jsonb_build_object(
    'id', t.id, 'project', p.name, 'name', t.name,
    'people', (
      select coalesce(jsonb_agg(jsonb_build_object('id', who.id, 'name', who.name) order by who.name, who.id), '[]')
        from pilothouse.team_members tm
        join pilothouse.people who on who.id = tm.person_id
       where tm.team_id = t.id),
    'roles', (
      select coalesce(jsonb_agg(jsonb_build_object('role', b.role, 'project', project.name, 'until', b.until)
        order by project.name nulls first, b.role), '[]')
        from pilothouse.role_bindings b
        left join pilothouse.projects project on project.id = b.project_id
       where b.team_id = t.id and (b.until is null or b.until > statement_timestamp()))) as body
  from pilothouse.teams t
  join pilothouse.projects p on p.id = t.project_id;

-- Every stage has a line for both runtimes, also where nothing was ever asked there; a runtime's own stands beside it.
create view pilothouse_read.policies with (security_barrier) as
select p.name::text as project, s.rank, s.name::text as stage, runtimes.runtime,
  jsonb_build_object(
    'stage_id', s.id, 'project', p.name, 'stage', s.name, 'production', s.production, 'runtime', runtimes.runtime,
    'version', coalesce(policy.version, 0), 'rules', coalesce(pilothouse.policy_rules(policy.id), '[]'),
    'preview_ttl_minutes', s.preview_ttl_minutes, 'approval_window_hours', s.approval_window_hours) as body
  from pilothouse.stages s
  join pilothouse.projects p on p.id = s.project_id
  cross join (values ('*'), ('compose'), ('k8s')) as runtimes (runtime)
  left join pilothouse.approval_policies policy on policy.stage_id = s.id and policy.runtime = runtimes.runtime
 where runtimes.runtime = '*' or policy.id is not null;

create view pilothouse_read.freezes with (security_barrier) as
select p.name::text as project, f.starts_at, f.id,
  jsonb_build_object(
    'id', f.id, 'project', p.name, 'stage', s.name, 'from', f.starts_at, 'until', f.until, 'reason', f.reason,
    'created_by', f.created_by, 'lifted_at', f.lifted_at,
    'active', f.lifted_at is null and f.starts_at <= statement_timestamp() and f.until > statement_timestamp()) as body
  from pilothouse.freezes f
  join pilothouse.stages s on s.id = f.stage_id
  join pilothouse.projects p on p.id = f.project_id;

create view pilothouse_read.delegations with (security_barrier) as
select d.starts_at, d.id,
  jsonb_build_object(
    'id', d.id, 'person', jsonb_build_object('id', who.id, 'name', who.name),
    'to', jsonb_build_object('id', other.id, 'name', other.name), 'from', d.starts_at, 'until', d.until,
    'ended_at', d.ended_at,
    'active', d.ended_at is null and d.starts_at <= statement_timestamp() and d.until > statement_timestamp()) as body
  from pilothouse.delegations d
  join pilothouse.people who on who.id = d.person_id
  join pilothouse.people other on other.id = d.delegate_id;

-- Who may change access, by project that the reader sees; without a project: everywhere.
create view pilothouse_read.grantors with (security_barrier) as
select p.id as project_id, pilothouse.grantors(p.id) as body
  from pilothouse.projects p
union all
select null, pilothouse.grantors(null) where (select pilothouse.own_person()) is not null;

create or replace view pilothouse_read.services with (security_barrier) as
select s.id, s.project_id, p.name::text as project, s.name::text as name,
  jsonb_build_object(
    'id', s.id, 'project_id', s.project_id, 'name', s.name, 'team', team.name, 'runtime', s.runtime, 'source', s.source,
    'variables', s.variables,
    'releases_to', (
      select coalesce(jsonb_agg(jsonb_build_object(
          'target_id', c.target_id, 'target', t.name, 'strategy', c.strategy, 'verification', c.verification,
          'on_failure', c.on_failure, 'retries', c.retries, 'go_back_hours', c.go_back_hours,
          'start', case when c.start = 'at_time' then jsonb_build_object('time', c.start_time, 'time_zone', c.start_zone)
            else to_jsonb(c.start) end)
        order by t.name), '[]')
        from pilothouse.cd_configs c
        join pilothouse.targets t on t.id = c.target_id
       where c.service_id = s.id),
    'revision', s.revision) as body
  from pilothouse.services s
  join pilothouse.projects p on p.id = s.project_id
  left join pilothouse.teams team on team.id = s.team_id;

grant select on
  pilothouse_read.policy_rows, pilothouse_read.roles, pilothouse_read.teams, pilothouse_read.policies,
  pilothouse_read.freezes, pilothouse_read.delegations, pilothouse_read.grantors
  to pilothouse_member;

set local role pilothouse_owner;
revoke create on schema pilothouse_read from pilothouse_reader;
