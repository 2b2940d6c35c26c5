create schema pilothouse;
create schema pilothouse_api;
create schema pilothouse_read;

set local role pilothouse_api;
alter default privileges revoke execute on functions from public;
set local role pilothouse_reader;
alter default privileges revoke execute on functions from public;
set local role pilothouse_owner;
alter default privileges revoke execute on functions from public;

grant usage on schema pilothouse_api, pilothouse_read to pilothouse_member;
grant usage on schema pilothouse, pilothouse_api to pilothouse_api;
grant usage on schema pilothouse, pilothouse_read to pilothouse_reader;

-- RFC 9562 version 7: 48 bits of milliseconds before a random version 4, with the version's two bits set to 7.
create function pilothouse.uuid_v7() returns uuid
language sql volatile set search_path = pg_catalog, pg_temp as $$
  select encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
    placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
    from 1 for 6), 52, 1), 53, 1), 'hex')::uuid
$$;

create domain pilothouse.digest as text check (value ~ '^sha256:[0-9a-f]{64}$');
create domain pilothouse.name as text check (value ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$');
create domain pilothouse.runtime as text check (value in ('k8s', 'compose'));
create domain pilothouse.strategy as text check (value in ('rolling', 'blue_green', 'canary'));
create domain pilothouse.permission as text check (value in (
  'release:read', 'release:preview', 'release:apply', 'release:rollback', 'release:approve', 'environment:read',
  'environment:install', 'cluster:read', 'cluster:import', 'cluster:rotate', 'pipeline:read', 'pipeline:write',
  'pipeline:trigger', 'access:read', 'access:write', 'audit:read'));
create domain pilothouse.lifecycle_state as text check (value in (
  'draft', 'preview', 'pending_approval', 'approved', 'applying', 'applied', 'failed', 'rollback', 'rejected',
  'cancelled'));
create domain pilothouse.source as text check (value in (
  'desktop', 'cli', 'assistant', 'webhook', 'scheduler', 'ledger'));

create table pilothouse.ledger_identity (
  only_row boolean primary key default true check (only_row),
  id uuid not null, embedded boolean not null,
  created_at timestamptz not null default clock_timestamp()
);

create table pilothouse.people (
  id uuid primary key,
  name text not null check (length(name) between 1 and 200),
  created_at timestamptz not null default clock_timestamp(),
  created_by text not null default session_user
);

create table pilothouse.members (
  id uuid primary key,
  login text not null unique check (login ~ '^[a-z][a-z0-9_]{0,40}$'),
  person_id uuid not null references pilothouse.people,
  kind text not null check (kind in ('human', 'agent', 'service')),
  active boolean not null default true,
  recipient text check (recipient ~ '^age1[a-z0-9]{10,250}$'),
  revision integer not null default 1, created_at timestamptz not null default clock_timestamp(),
  created_by text not null default session_user
);

create table pilothouse.projects (
  id uuid primary key,
  name pilothouse.name not null unique, revision integer not null default 1,
  created_at timestamptz not null default clock_timestamp(),
  created_by text not null default session_user
);

create table pilothouse.roles (name text primary key check (name ~ '^[a-z][a-z0-9-]{0,62}$'));

create table pilothouse.role_permissions (
  role text not null references pilothouse.roles,
  permission pilothouse.permission not null,
  runtime text not null check (runtime in ('k8s', 'compose', '*')),
  primary key (role, permission, runtime)
);

-- A binding without a project counts for all of them.
create table pilothouse.role_bindings (
  id uuid primary key,
  member_id uuid not null references pilothouse.members,
  role text not null references pilothouse.roles,
  project_id uuid references pilothouse.projects,
  until timestamptz, created_at timestamptz not null default clock_timestamp(),
  created_by text not null default session_user,
  unique nulls not distinct (member_id, role, project_id)
);

create table pilothouse.stages (
  id uuid primary key,
  project_id uuid not null references pilothouse.projects,
  name pilothouse.name not null, rank integer not null,
  production boolean not null,
  preview_ttl_minutes integer not null check (preview_ttl_minutes between 1 and 1440),
  approval_window_hours integer not null check (approval_window_hours between 1 and 168),
  revision integer not null default 1, created_at timestamptz not null default clock_timestamp(),
  created_by text not null default session_user,
  unique (project_id, name)
);

-- `version` grows with every change of the policy or of its rules; runtime `*` means both.
create table pilothouse.approval_policies (
  id uuid primary key,
  project_id uuid not null references pilothouse.projects,
  stage_id uuid not null references pilothouse.stages,
  runtime text not null default '*' check (runtime in ('k8s', 'compose', '*')),
  version integer not null default 1, created_at timestamptz not null default clock_timestamp(),
  created_by text not null default session_user,
  unique (stage_id, runtime)
);

-- Rules are joined by AND; a rule without a role is filled by anybody who may approve there.
create table pilothouse.approval_rules (
  id uuid primary key,
  policy_id uuid not null references pilothouse.approval_policies,
  position integer not null,
  role text references pilothouse.roles,
  minimum integer not null check (minimum between 1 and 20),
  unique (policy_id, position)
);

create table pilothouse.services (
  id uuid primary key,
  project_id uuid not null references pilothouse.projects,
  name pilothouse.name not null, runtime pilothouse.runtime not null,
  source jsonb not null, variables jsonb not null,
  last_number integer not null default 0, revision integer not null default 1,
  created_at timestamptz not null default clock_timestamp(), created_by text not null default session_user,
  unique (project_id, name)
);

create table pilothouse.documents (
  digest pilothouse.digest primary key,
  bytes bytea not null check (octet_length(bytes) <= 4194304),
  created_at timestamptz not null default clock_timestamp(),
  created_by text not null default session_user
);

-- One place has one row in the whole ledger (`identity`), or a second name would go round the first one's policy.
create table pilothouse.targets (
  id uuid primary key,
  project_id uuid not null references pilothouse.projects,
  stage_id uuid not null references pilothouse.stages,
  name pilothouse.name not null, runtime pilothouse.runtime not null,
  place jsonb not null, identity pilothouse.digest not null unique,
  fence bigint not null default 0,
  recipient text check (recipient ~ '^age1[a-z0-9]{10,250}$'),
  last_release_id uuid,
  last_document_digest pilothouse.digest references pilothouse.documents,
  last_applied_at timestamptz, revision integer not null default 1,
  created_at timestamptz not null default clock_timestamp(), created_by text not null default session_user,
  unique (project_id, name)
);

create table pilothouse.cd_configs (
  service_id uuid not null references pilothouse.services,
  target_id uuid not null references pilothouse.targets,
  strategy pilothouse.strategy not null, verification jsonb not null,
  on_failure text not null check (on_failure in ('stop', 'go_back')),
  start text not null check (start in ('by_hand')),
  retries integer not null check (retries between 0 and 10),
  go_back_hours integer not null check (go_back_hours between 0 and 720),
  revision integer not null default 1, created_at timestamptz not null default clock_timestamp(),
  created_by text not null default session_user,
  primary key (service_id, target_id)
);

create table pilothouse.releases (
  id uuid primary key,
  project_id uuid not null references pilothouse.projects,
  service_id uuid not null references pilothouse.services,
  target_id uuid not null references pilothouse.targets,
  number integer not null, label text not null,
  runtime pilothouse.runtime not null,
  kind text not null check (kind in ('release', 'rollback')),
  lifecycle_state pilothouse.lifecycle_state not null default 'draft',
  run text not null default 'idle' check (run in ('idle', 'running', 'waiting', 'unknown')),
  revision integer not null default 0,
  version_label text check (length(version_label) <= 128),
  variables jsonb not null default '{}', secret_variables text[] not null default '{}',
  strategy pilothouse.strategy not null, preview_ref uuid,
  document_digest pilothouse.digest references pilothouse.documents,
  approval_required boolean not null default false, approval_ticket uuid,
  approved_at timestamptz, approved_until timestamptz,
  source_release_id uuid references pilothouse.releases,
  target_revision uuid references pilothouse.releases,
  reason text not null default '' check (length(reason) <= 4096),
  change_link text check (length(change_link) <= 4096),
  correlation_id uuid not null, attempts integer not null default 0,
  lease_holder text, lease_until timestamptz,
  fence bigint, abort_requested boolean not null default false,
  failure jsonb, left_live_base jsonb,
  left_live_base_digest pilothouse.digest, applied_at timestamptz,
  created_at timestamptz not null default clock_timestamp(), created_by text not null default session_user,
  updated_at timestamptz not null default clock_timestamp(),
  unique (service_id, number),
  check ((kind = 'rollback') = (source_release_id is not null and target_revision is not null))
);
create index releases_by_target on pilothouse.releases (target_id, created_at desc);
create index releases_by_project on pilothouse.releases (project_id, created_at desc);
create index releases_by_label on pilothouse.releases (label);
alter table pilothouse.targets add foreign key (last_release_id) references pilothouse.releases;

-- Columns from `live_base` to `way_back` are the previewing member's word; the rest the ledger checked itself.
create table pilothouse.previews (
  preview_ref uuid primary key,
  release_id uuid not null references pilothouse.releases, revision integer not null,
  context text not null check (octet_length(context) <= 4194304),
  context_hash pilothouse.digest not null,
  document_digest pilothouse.digest not null references pilothouse.documents,
  previous_document_digest pilothouse.digest references pilothouse.documents,
  policy jsonb not null, live_base jsonb not null,
  live_base_digest pilothouse.digest not null,
  diff jsonb not null check (octet_length(diff::text) <= 2097152),
  checks jsonb not null,
  risk jsonb not null, images jsonb not null,
  steps jsonb not null, way_back jsonb not null,
  claimed_by text not null default session_user, created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null, voided_at timestamptz,
  unique (release_id, revision)
);
alter table pilothouse.releases add foreign key (preview_ref) references pilothouse.previews;

create table pilothouse.release_steps (
  release_id uuid not null references pilothouse.releases,
  attempt integer not null, index integer not null,
  key text not null check (length(key) <= 200),
  host text not null check (length(host) <= 300),
  message jsonb not null,
  status text not null check (status in ('intended', 'succeeded', 'failed', 'unknown')),
  fence bigint not null, started_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  detail jsonb not null check (octet_length(detail::text) <= 65536),
  created_by text not null default session_user,
  primary key (release_id, attempt, index, key, host)
);

create table pilothouse.release_logs (
  id uuid primary key,
  release_id uuid not null references pilothouse.releases,
  batch integer not null, attempt integer not null,
  step text not null check (length(step) <= 200),
  host text not null check (length(host) <= 300),
  text text not null check (octet_length(text) <= 262144),
  at timestamptz not null default clock_timestamp(), created_by text not null default session_user,
  unique (release_id, batch)
);

create table pilothouse.diagnostics (
  id uuid primary key,
  release_id uuid not null references pilothouse.releases,
  attempt integer not null,
  phase text not null check (phase in ('preflight', 'render', 'apply', 'rollout', 'verify', 'rollback')),
  code text not null,
  severity text not null check (severity in ('info', 'warning', 'error')),
  resource jsonb not null, message jsonb not null,
  evidence jsonb not null check (octet_length(evidence::text) <= 65536),
  hint jsonb not null, count integer not null default 1,
  first_seen timestamptz not null default clock_timestamp(),
  created_by text not null default session_user
);
create index diagnostics_by_release on pilothouse.diagnostics (release_id, attempt);

create table pilothouse.approval_inbox_items (
  id uuid primary key,
  scope_type text not null check (scope_type in ('release', 'rollback')),
  scope_id uuid not null references pilothouse.releases,
  project_id uuid not null references pilothouse.projects,
  stage_id uuid not null references pilothouse.stages,
  target_id uuid not null references pilothouse.targets,
  runtime pilothouse.runtime not null,
  risk_level text not null check (risk_level in ('low', 'medium', 'high', 'critical')),
  risk_reasons jsonb not null,
  priority text not null check (priority in ('p0', 'p1', 'p2', 'p3')),
  status text not null default 'pending'
    check (status in ('pending', 'approved', 'rejected', 'expired', 'cancelled', 'superseded')),
  requested_by text not null default session_user,
  requested_by_person uuid not null references pilothouse.people,
  assigned_to text references pilothouse.members (login),
  rules jsonb not null, policy_version integer not null,
  source pilothouse.source not null, summary jsonb not null,
  reason text not null, change_link text,
  context_hash pilothouse.digest not null, document_digest pilothouse.digest not null,
  revision integer not null, expires_at timestamptz not null,
  sla_due_at timestamptz not null, decided_at timestamptz,
  decided_by text, created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp()
);
create index approval_inbox_items_by_scope on pilothouse.approval_inbox_items (scope_id);
create index approval_inbox_items_open on pilothouse.approval_inbox_items (project_id, status, priority, expires_at);
alter table pilothouse.releases add foreign key (approval_ticket) references pilothouse.approval_inbox_items;

create table pilothouse.approval_inbox_subjects (
  ticket_id uuid not null references pilothouse.approval_inbox_items,
  scope_type text not null check (scope_type in ('release', 'rollback')),
  scope_id uuid not null references pilothouse.releases,
  preview_ref uuid not null references pilothouse.previews,
  revision integer not null, context_hash pilothouse.digest not null,
  document_digest pilothouse.digest not null, created_at timestamptz not null default clock_timestamp(),
  primary key (ticket_id, scope_id)
);

-- `person_id` is whose act it was, `person` that person's name at the time; null for the ledger itself.
create table pilothouse.approval_inbox_actions (
  id uuid primary key,
  ticket_id uuid not null references pilothouse.approval_inbox_items,
  action text not null check (action in ('created', 'assigned', 'viewed', 'commented', 'approved', 'rejected',
    'expired', 'escalated', 'superseded', 'revoked')),
  actor text not null,
  person_id uuid references pilothouse.people,
  person text,
  comment text check (length(comment) <= 4096),
  meta jsonb not null default '{}',
  at timestamptz not null default clock_timestamp()
);
create index approval_inbox_actions_by_ticket on pilothouse.approval_inbox_actions (ticket_id, at);

create table pilothouse.target_keys (
  target_id uuid not null references pilothouse.targets,
  member_id uuid not null references pilothouse.members,
  login text not null references pilothouse.members (login),
  wrapped bytea not null check (octet_length(wrapped) <= 65536),
  created_at timestamptz not null default clock_timestamp(), created_by text not null default session_user,
  primary key (target_id, member_id)
);

create table pilothouse.sealed_values (
  target_id uuid not null references pilothouse.targets,
  token text not null check (token ~ '^pilothouse-sealed:[A-Za-z_][A-Za-z0-9_]{0,127}:[0-9a-f]{64}$'),
  name text not null,
  ciphertext bytea not null check (octet_length(ciphertext) <= 262144),
  created_at timestamptz not null default clock_timestamp(), created_by text not null default session_user,
  primary key (target_id, token)
);

create table pilothouse.event_actions (action text primary key);
-- `bytes` is the event as it was hashed: hash = SHA-256(prev_hash ‖ bytes), both written in hexadecimal.
create table pilothouse.timeline_events (
  id uuid primary key,
  action text not null references pilothouse.event_actions,
  resource_type text not null check (resource_type in (
    'release', 'ticket', 'service', 'target', 'stage', 'project', 'member', 'ledger')),
  resource_id uuid not null,
  project_id uuid references pilothouse.projects,
  actor text not null, actor_person text,
  actor_kind text not null check (actor_kind in ('human', 'agent', 'service', 'system')),
  source pilothouse.source not null,
  severity text not null check (severity in ('info', 'warning', 'error')),
  correlation_id uuid not null, occurred_at timestamptz not null,
  detail jsonb not null, chain_seq integer not null,
  prev_hash text not null check (prev_hash ~ '^[0-9a-f]{64}$'),
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  bytes text not null,
  unique (resource_type, resource_id, chain_seq)
);
create index timeline_events_by_time on pilothouse.timeline_events (occurred_at desc);

-- What a reader follows; `entity` is the name of a table.
create table pilothouse.change_log (
  xid xid8 not null default pg_current_xact_id(), seq bigint generated always as identity,
  entity text not null, entity_id text not null,
  project_id uuid, release_id uuid,
  ticket_id uuid, at timestamptz not null default clock_timestamp(),
  primary key (xid, seq)
);

-- `project` null asks for the whole ledger. Runs as its owner: policies of other roles call it for their caller.
create function pilothouse.may(login text, permission text, runtime text, project uuid) returns boolean
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
grant execute on function pilothouse.may to pilothouse_api, pilothouse_reader, pilothouse_member;

-- Row security is on everywhere, the owner included; 0100 says what pilothouse_reader may see for whom.
do $$
declare relation text;
begin
  for relation in select tablename from pg_tables where schemaname = 'pilothouse' loop
    execute format('alter table pilothouse.%I enable row level security, force row level security', relation);
    execute format('create policy by_owner on pilothouse.%I to pilothouse_owner using (true) with check (true)', relation);
    execute format('create policy by_command on pilothouse.%I to pilothouse_api using (true) with check (true)', relation);
    execute format('grant select on pilothouse.%I to pilothouse_api', relation);
  end loop;
end
$$;
