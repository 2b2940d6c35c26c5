-- breaking
-- Teams, delegates, freezes, changes of access as tickets, start rules, emergencies: the tables and columns of them.

alter domain pilothouse.permission drop constraint permission_check;
alter domain pilothouse.permission add constraint permission_check check (value in (
  'release:read', 'release:preview', 'release:apply', 'release:rollback', 'release:approve', 'release:break_glass',
  'environment:read', 'environment:install', 'cluster:read', 'cluster:import', 'cluster:rotate', 'pipeline:read',
  'pipeline:write', 'pipeline:trigger', 'access:read', 'access:write', 'audit:read'));

create table pilothouse.teams (
  id uuid primary key,
  project_id uuid not null references pilothouse.projects,
  name pilothouse.name not null, revision integer not null default 1,
  created_at timestamptz not null default clock_timestamp(),
  created_by text not null default session_user,
  unique (project_id, name)
);

create table pilothouse.team_members (
  team_id uuid not null references pilothouse.teams,
  person_id uuid not null references pilothouse.people,
  created_at timestamptz not null default clock_timestamp(),
  created_by text not null default session_user,
  primary key (team_id, person_id)
);
create index team_members_by_person on pilothouse.team_members (person_id);

alter table pilothouse.services add column team_id uuid references pilothouse.teams;

-- A binding belongs to one login, or to everybody in a team.
alter table pilothouse.role_bindings
  alter column member_id drop not null,
  add column team_id uuid references pilothouse.teams,
  add constraint one_subject check (num_nonnulls(member_id, team_id) = 1),
  drop constraint role_bindings_member_id_role_project_id_key,
  add unique nulls not distinct (member_id, team_id, role, project_id);
create index role_bindings_by_team on pilothouse.role_bindings (team_id) where team_id is not null;

-- A rule is filled by anybody who may approve there, by a role, by a team, or by the team of the service.
alter table pilothouse.approval_rules
  add column team_id uuid references pilothouse.teams,
  add column service_team boolean not null default false,
  add constraint one_kind check (num_nonnulls(role, team_id) + service_team::integer <= 1);

create table pilothouse.delegations (
  id uuid primary key,
  person_id uuid not null references pilothouse.people,
  delegate_id uuid not null references pilothouse.people,
  starts_at timestamptz not null, until timestamptz not null,
  ended_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  created_by text not null default session_user,
  check (person_id <> delegate_id), check (until > starts_at)
);
create index delegations_by_delegate on pilothouse.delegations (delegate_id);

create table pilothouse.freezes (
  id uuid primary key,
  project_id uuid not null references pilothouse.projects,
  stage_id uuid not null references pilothouse.stages,
  starts_at timestamptz not null, until timestamptz not null,
  reason text not null check (length(reason) between 1 and 4096),
  lifted_at timestamptz, lifted_by text,
  created_at timestamptz not null default clock_timestamp(),
  created_by text not null default session_user,
  check (until > starts_at)
);
create index freezes_by_stage on pilothouse.freezes (stage_id, until);

-- What was asked to be changed, and the ledger's own comparison with what counted then. `hash` names both.
create table pilothouse.access_changes (
  id uuid primary key,
  project_id uuid references pilothouse.projects,
  change jsonb not null check (octet_length(change::text) <= 65536),
  fields jsonb not null,
  hash pilothouse.digest not null,
  reason text not null default '' check (length(reason) <= 4096),
  done_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  created_by text not null default session_user
);

-- A ticket is about a plan, an emergency (review), or a change of policy or access; the last has no place.
alter table pilothouse.approval_inbox_items
  drop constraint approval_inbox_items_scope_type_check,
  add constraint approval_inbox_items_scope_type_check
    check (scope_type in ('release', 'rollback', 'review', 'policy', 'access')),
  drop constraint approval_inbox_items_scope_id_fkey,
  add column change_id uuid references pilothouse.access_changes,
  add column release_id uuid references pilothouse.releases,
  add column escalated_at timestamptz,
  add column incident_link text,
  alter column project_id drop not null,
  alter column stage_id drop not null,
  alter column target_id drop not null,
  alter column runtime drop not null,
  alter column document_digest drop not null,
  alter column expires_at drop not null;
update pilothouse.approval_inbox_items set release_id = scope_id;
alter table pilothouse.approval_inbox_items
  add constraint one_subject check (
    case when scope_type in ('policy', 'access') then change_id is not null and release_id is null and scope_id = change_id
      else change_id is null and release_id is not null and scope_id = release_id
        and num_nonnulls(project_id, stage_id, target_id, runtime, document_digest) = 5 end),
  add constraint runs_out check ((expires_at is null) = (scope_type = 'review'));
alter table pilothouse.approval_inbox_subjects
  drop constraint approval_inbox_subjects_scope_type_check,
  add constraint approval_inbox_subjects_scope_type_check check (scope_type in ('release', 'rollback', 'review'));

alter table pilothouse.cd_configs
  drop constraint cd_configs_start_check,
  add constraint cd_configs_start_check check (start in ('by_hand', 'on_approval', 'at_time')),
  add column start_time text check (start_time ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
  add column start_zone text,
  add constraint start_at_time check ((start = 'at_time') = (num_nonnulls(start_time, start_zone) = 2)
    and (start = 'at_time' or num_nonnulls(start_time, start_zone) = 0));

-- The rule as it was when the release was asked for, as the contract writes it; `start_due_at` comes with the approval.
alter table pilothouse.releases
  add column start_rule jsonb not null default '"by_hand"',
  add column start_due_at timestamptz,
  add column break_glass jsonb;

create table pilothouse.executors (
  login text primary key references pilothouse.members (login),
  runtimes text[] not null,
  seen_at timestamptz not null default clock_timestamp()
);

alter table pilothouse.timeline_events
  drop constraint timeline_events_resource_type_check,
  add constraint timeline_events_resource_type_check check (resource_type in (
    'release', 'ticket', 'service', 'target', 'stage', 'project', 'member', 'team', 'ledger'));

do $$
declare relation text;
begin
  foreach relation in array array['teams', 'team_members', 'delegations', 'freezes', 'access_changes', 'executors'] loop
    execute format('alter table pilothouse.%I enable row level security, force row level security', relation);
    execute format('create policy by_owner on pilothouse.%I to pilothouse_owner using (true) with check (true)', relation);
    execute format('create policy by_command on pilothouse.%I to pilothouse_api using (true) with check (true)', relation);
    execute format('grant select on pilothouse.%I to pilothouse_api', relation);
  end loop;
end
$$;

insert into pilothouse.event_actions (action)
values ('release.glass_broken'), ('access.role_changed'), ('access.team_changed'), ('access.delegated')
-- An event that was written keeps its name when these tables are taken back.
on conflict do nothing;
insert into pilothouse.lifecycle_transitions (state, event, next, action)
values ('pending_approval', 'glass_broken', 'approved', 'release.glass_broken');

insert into pilothouse.roles (name) values ('incident-responder');
insert into pilothouse.role_permissions (role, permission, runtime)
values ('incident-responder', 'release:read', '*'), ('incident-responder', 'release:break_glass', '*');
