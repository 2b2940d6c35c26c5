-- Who may read which row. Members hold no rights on tables: they read views of pilothouse_reader, and these policies
-- bind that role, whoever asks, to what the bindings of session_user allow. The functions below give sets that a
-- query computes once: write them as (select …) in a policy, never per row.

-- Projects where the caller holds one of the permissions; no permissions means any at all.
create function pilothouse.readable_projects(permissions text[], runtime text default '*') returns uuid[]
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

-- Whether the caller holds one of the permissions for the whole ledger, by a binding without a project.
create function pilothouse.holds_everywhere(permissions text[]) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from pilothouse.members m
      join pilothouse.role_bindings b on b.member_id = m.id and b.project_id is null
      join pilothouse.role_permissions p on p.role = b.role
     where m.login = session_user and m.active
       and (b.until is null or b.until > clock_timestamp())
       and p.permission = any (permissions))
$$;

-- The caller as a member, whether active or not; null for a login that is none.
create function pilothouse.own_member() returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select id from pilothouse.members where login = session_user
$$;

-- The human behind the caller; null for a login that is no active member.
create function pilothouse.own_person() returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select person_id from pilothouse.members where login = session_user and active
$$;

-- All logins of that human: whatever one of them asked for, none of them may approve.
create function pilothouse.own_logins() returns text[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(other.login), '{}')
    from pilothouse.members m join pilothouse.members other on other.person_id = m.person_id
   where m.login = session_user
$$;

-- Whether only one person works with this ledger; agents and services are nobody to ask.
create function pilothouse.is_solo() returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(distinct person_id) < 2 from pilothouse.members where active and kind = 'human'
$$;

-- PostgreSQL checks functions in views and policies against the member who reads. Members have no USAGE on the
-- schema, so that none of them can be called by name.
grant execute on function pilothouse.readable_projects, pilothouse.holds_everywhere, pilothouse.own_member,
  pilothouse.own_person, pilothouse.own_logins, pilothouse.is_solo to pilothouse_reader, pilothouse_member;

-- Who would have to approve the caller's own release there; null for a target that they can't see.
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

grant select on
  pilothouse.ledger_identity, pilothouse.people, pilothouse.members, pilothouse.projects, pilothouse.roles,
  pilothouse.role_permissions, pilothouse.role_bindings, pilothouse.stages, pilothouse.services,
  pilothouse.documents, pilothouse.targets, pilothouse.cd_configs, pilothouse.releases, pilothouse.previews,
  pilothouse.release_steps, pilothouse.release_logs, pilothouse.diagnostics, pilothouse.approval_inbox_items,
  pilothouse.approval_inbox_actions, pilothouse.target_keys, pilothouse.sealed_values, pilothouse.timeline_events,
  pilothouse.change_log
  to pilothouse_reader;

create index previews_by_document on pilothouse.previews (document_digest);
create index releases_by_time on pilothouse.releases (created_at desc, id desc);
create index timeline_events_by_project on pilothouse.timeline_events (project_id, occurred_at desc);

-- Who is who: an active member sees the ledger, its roles, and the people that they share a project with.
create policy by_reader on pilothouse.ledger_identity for select to pilothouse_reader
  using ((select pilothouse.own_person()) is not null);
create policy by_reader on pilothouse.roles for select to pilothouse_reader
  using ((select pilothouse.own_person()) is not null);
create policy by_reader on pilothouse.role_permissions for select to pilothouse_reader
  using ((select pilothouse.own_person()) is not null);
create policy by_reader on pilothouse.role_bindings for select to pilothouse_reader
  using (
    member_id = (select pilothouse.own_member())
    or project_id = any ((select pilothouse.readable_projects(null))::uuid[])
    or (project_id is null and (select pilothouse.own_person()) is not null));
create policy by_reader on pilothouse.members for select to pilothouse_reader
  using (
    id = (select pilothouse.own_member())
    or (select pilothouse.holds_everywhere('{access:read,audit:read}'))
    or exists (select from pilothouse.role_bindings b where b.member_id = members.id));
create policy by_reader on pilothouse.people for select to pilothouse_reader
  using (exists (select from pilothouse.members m where m.person_id = people.id));

-- A project's frame is seen by everybody who may do anything in it.
create policy by_reader on pilothouse.projects for select to pilothouse_reader
  using (id = any ((select pilothouse.readable_projects(null))::uuid[]));
create policy by_reader on pilothouse.stages for select to pilothouse_reader
  using (project_id = any ((select pilothouse.readable_projects(null))::uuid[]));
create policy by_reader on pilothouse.services for select to pilothouse_reader
  using (case runtime
    when 'compose' then
      project_id = any ((select pilothouse.readable_projects('{release:read,pipeline:read}', 'compose'))::uuid[])
    else project_id = any ((select pilothouse.readable_projects('{release:read,pipeline:read}', 'k8s'))::uuid[]) end);
create policy by_reader on pilothouse.targets for select to pilothouse_reader
  using (case runtime
    when 'compose' then project_id = any (
      (select pilothouse.readable_projects('{release:read,environment:read,pipeline:read}', 'compose'))::uuid[])
    else project_id = any (
      (select pilothouse.readable_projects('{release:read,environment:read,pipeline:read}', 'k8s'))::uuid[]) end);
create policy by_reader on pilothouse.cd_configs for select to pilothouse_reader
  using (exists (select from pilothouse.services s where s.id = service_id));

-- Releases, and what hangs on them: whoever sees the release sees it whole. The first condition only serves indexes.
create policy by_reader on pilothouse.releases for select to pilothouse_reader
  using (
    project_id = any ((select pilothouse.readable_projects('{release:read}'))::uuid[])
    and case runtime
      when 'compose' then project_id = any ((select pilothouse.readable_projects('{release:read}', 'compose'))::uuid[])
      else project_id = any ((select pilothouse.readable_projects('{release:read}', 'k8s'))::uuid[]) end);
create policy by_reader on pilothouse.approval_inbox_items for select to pilothouse_reader
  using (
    project_id = any ((select pilothouse.readable_projects('{release:read}'))::uuid[])
    and case runtime
      when 'compose' then project_id = any ((select pilothouse.readable_projects('{release:read}', 'compose'))::uuid[])
      else project_id = any ((select pilothouse.readable_projects('{release:read}', 'k8s'))::uuid[]) end);
create policy by_reader on pilothouse.approval_inbox_actions for select to pilothouse_reader
  using (exists (select from pilothouse.approval_inbox_items i where i.id = ticket_id));
create policy by_reader on pilothouse.previews for select to pilothouse_reader
  using (exists (select from pilothouse.releases r where r.id = release_id));
create policy by_reader on pilothouse.documents for select to pilothouse_reader
  using (exists (select from pilothouse.previews p where p.document_digest = digest));
create policy by_reader on pilothouse.release_steps for select to pilothouse_reader
  using (exists (select from pilothouse.releases r where r.id = release_id));
create policy by_reader on pilothouse.release_logs for select to pilothouse_reader
  using (exists (select from pilothouse.releases r where r.id = release_id));
create policy by_reader on pilothouse.diagnostics for select to pilothouse_reader
  using (exists (select from pilothouse.releases r where r.id = release_id));

-- Sealed values and wrapped keys: only where the caller may apply.
create policy by_reader on pilothouse.target_keys for select to pilothouse_reader
  using (exists (
    select from pilothouse.targets t where t.id = target_id
      and pilothouse.may(session_user::text, 'release:apply', t.runtime::text, t.project_id)));
create policy by_reader on pilothouse.sealed_values for select to pilothouse_reader
  using (exists (
    select from pilothouse.targets t where t.id = target_id
      and pilothouse.may(session_user::text, 'release:apply', t.runtime::text, t.project_id)));

-- The record. What concerns access is for those who oversee it, and for the one who acted.
create policy by_reader on pilothouse.timeline_events for select to pilothouse_reader
  using (
    case
      when project_id = any ((select pilothouse.readable_projects('{audit:read}'))::uuid[]) then true
      when resource_type = 'release' then exists (select from pilothouse.releases r where r.id = resource_id)
      when resource_type = 'ticket' then exists (select from pilothouse.approval_inbox_items i where i.id = resource_id)
      when project_id is null then
        actor = session_user or (select pilothouse.holds_everywhere('{access:read,audit:read}'))
      when resource_type in ('member', 'ledger') then
        actor = session_user or project_id = any ((select pilothouse.readable_projects('{access:read}'))::uuid[])
      else project_id = any ((select pilothouse.readable_projects(null))::uuid[])
    end);
-- A change says only that a row of some id moved; of the ledger as a whole every active member may know it.
create policy by_reader on pilothouse.change_log for select to pilothouse_reader
  using (
    project_id = any ((select pilothouse.readable_projects(null))::uuid[])
    or (project_id is null and (select pilothouse.own_person()) is not null));
