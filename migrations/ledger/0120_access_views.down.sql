-- What 0101 made of these, again.
drop view pilothouse_read.grantors, pilothouse_read.delegations, pilothouse_read.freezes, pilothouse_read.policies,
  pilothouse_read.teams, pilothouse_read.roles, pilothouse_read.policy_rows;

grant create on schema pilothouse_read to pilothouse_reader;
set local role pilothouse_reader;

create or replace view pilothouse_read.services with (security_barrier) as
select s.id, s.project_id, p.name::text as project, s.name::text as name,
  jsonb_build_object(
    'id', s.id, 'project_id', s.project_id, 'name', s.name, 'runtime', s.runtime, 'source', s.source,
    'variables', s.variables,
    'releases_to', (
      select coalesce(jsonb_agg(jsonb_build_object(
          'target_id', c.target_id, 'target', t.name, 'strategy', c.strategy, 'verification', c.verification,
          'on_failure', c.on_failure, 'start', c.start, 'retries', c.retries, 'go_back_hours', c.go_back_hours)
        order by t.name), '[]')
        from pilothouse.cd_configs c
        join pilothouse.targets t on t.id = c.target_id
       where c.service_id = s.id),
    'revision', s.revision) as body
  from pilothouse.services s
  join pilothouse.projects p on p.id = s.project_id;

create or replace view pilothouse_read.grants with (security_barrier) as
select distinct jsonb_build_object(
    'permission', p.permission, 'runtime', p.runtime, 'project_id', b.project_id) as body
  from pilothouse.members m
  join pilothouse.role_bindings b on b.member_id = m.id and (b.until is null or b.until > statement_timestamp())
  join pilothouse.role_permissions p on p.role = b.role
 where m.id = (select pilothouse.own_member()) and m.active;

create or replace view pilothouse_read.members with (security_barrier) as
select m.id, m.login,
  (select coalesce(array_agg(b.project_id) filter (where b.project_id is not null), '{}')
     from pilothouse.role_bindings b
    where b.member_id = m.id and (b.until is null or b.until > statement_timestamp())) as project_ids,
  exists (select from pilothouse.role_bindings b
    where b.member_id = m.id and b.project_id is null
      and (b.until is null or b.until > statement_timestamp())) as everywhere,
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

set local role pilothouse_owner;
revoke create on schema pilothouse_read from pilothouse_reader;
