-- What members read. `body` has the contract's shape (src-preload/contract); the other columns are there to filter,
-- to order and to page by. Operators on them must be leakproof, or a security barrier keeps them from the indexes.
-- An ORDER BY in a view is a hint: a barrier hides the reader's own from the planner, so that without it a page of a
-- long list would be sorted out of the whole list. Readers say their order themselves all the same.
grant create on schema pilothouse_read to pilothouse_reader;
set local role pilothouse_reader;

create view pilothouse_read.ledger with (security_barrier) as
select jsonb_build_object('id', l.id, 'embedded', l.embedded, 'solo', pilothouse.is_solo()) as body
  from pilothouse.ledger_identity l;

create view pilothouse_read.members with (security_barrier) as
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

create view pilothouse_read.grants with (security_barrier) as
select distinct jsonb_build_object(
    'permission', p.permission, 'runtime', p.runtime, 'project_id', b.project_id) as body
  from pilothouse.members m
  join pilothouse.role_bindings b on b.member_id = m.id and (b.until is null or b.until > statement_timestamp())
  join pilothouse.role_permissions p on p.role = b.role
 where m.id = (select pilothouse.own_member()) and m.active;

create view pilothouse_read.projects with (security_barrier) as
select p.id, p.name::text as name, jsonb_build_object('id', p.id, 'name', p.name) as body
  from pilothouse.projects p;

create view pilothouse_read.stages with (security_barrier) as
select s.id, s.project_id, p.name::text as project, s.rank, s.name::text as name,
  jsonb_build_object(
    'id', s.id, 'project_id', s.project_id, 'name', s.name, 'rank', s.rank, 'production', s.production,
    'preview_ttl_minutes', s.preview_ttl_minutes, 'approval_window_hours', s.approval_window_hours) as body
  from pilothouse.stages s
  join pilothouse.projects p on p.id = s.project_id;

create view pilothouse_read.services with (security_barrier) as
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

-- A release that is being applied holds its target, also when its executor is silent: only recovery frees it.
create view pilothouse_read.targets with (security_barrier) as
select t.id, t.project_id, p.name::text as project, t.name::text as name,
  jsonb_build_object(
    'id', t.id, 'project_id', t.project_id, 'name', t.name,
    'stage', jsonb_build_object('id', st.id, 'name', st.name, 'production', st.production),
    'runtime', t.runtime, 'place', t.place, 'identity', t.identity, 'fence', t.fence,
    'last_applied', case when last.id is not null then jsonb_build_object(
      'release', last.label, 'document_digest', t.last_document_digest, 'at', t.last_applied_at) end,
    'locked_by', (
      select r.lease_holder from pilothouse.releases r
       where r.target_id = t.id and r.lifecycle_state = 'applying' and r.lease_holder is not null
       limit 1),
    'revision', t.revision) as body
  from pilothouse.targets t
  join pilothouse.projects p on p.id = t.project_id
  join pilothouse.stages st on st.id = t.stage_id
  left join pilothouse.releases last on last.id = t.last_release_id;

-- `recipient` encrypts to the target; `wrapped` is its key for the caller, where they have one and may apply.
create view pilothouse_read.target_keys with (security_barrier) as
select t.id as target_id, t.recipient, k.wrapped
  from pilothouse.targets t
  left join pilothouse.target_keys k on k.target_id = t.id and k.member_id = (select pilothouse.own_member())
 where t.recipient is not null;

create view pilothouse_read.unwrapped with (security_barrier) as
select t.id as target_id, m.login, m.recipient
  from pilothouse.targets t
  cross join pilothouse.members m
 where pilothouse.may(session_user::text, 'release:apply', t.runtime::text, t.project_id)
   and m.active and m.recipient is not null
   and pilothouse.may(m.login, 'release:apply', t.runtime::text, t.project_id)
   and not exists (select from pilothouse.target_keys k where k.target_id = t.id and k.member_id = m.id);

create view pilothouse_read.sealed_values with (security_barrier) as
select s.target_id, s.token, s.ciphertext
  from pilothouse.sealed_values s;

-- `xid` and `seq` order changes by when their transactions began; a reader goes no further than the oldest open one.
create view pilothouse_read.changes with (security_barrier) as
select c.xid, c.seq,
  jsonb_build_object(
    'position', c.xid::text || ':' || c.seq, 'entity', c.entity, 'entity_id', c.entity_id,
    'project_id', c.project_id, 'release_id', c.release_id, 'ticket_id', c.ticket_id) as body
  from pilothouse.change_log c
 order by c.xid, c.seq;

grant select on
  pilothouse_read.ledger, pilothouse_read.members, pilothouse_read.grants, pilothouse_read.projects,
  pilothouse_read.stages, pilothouse_read.services, pilothouse_read.targets, pilothouse_read.target_keys,
  pilothouse_read.unwrapped, pilothouse_read.sealed_values, pilothouse_read.changes
  to pilothouse_member;

set local role pilothouse_owner;
revoke create on schema pilothouse_read from pilothouse_reader;
