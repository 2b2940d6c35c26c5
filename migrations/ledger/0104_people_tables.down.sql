-- What only the new tables and columns hold is lost: teams, delegations, freezes, and the tickets that are not about a
-- plan. The record stays as it was written, so that its chains still hold.

alter table pilothouse.approval_inbox_actions disable trigger only_added;
alter table pilothouse.approval_inbox_subjects disable trigger only_added;
update pilothouse.releases set approval_ticket = null where approval_ticket in (
  select i.id from pilothouse.approval_inbox_items i where i.scope_type not in ('release', 'rollback'));
delete from pilothouse.approval_inbox_actions where ticket_id in (
  select i.id from pilothouse.approval_inbox_items i where i.scope_type not in ('release', 'rollback'));
delete from pilothouse.approval_inbox_subjects where ticket_id in (
  select i.id from pilothouse.approval_inbox_items i where i.scope_type not in ('release', 'rollback'));
delete from pilothouse.approval_inbox_items where scope_type not in ('release', 'rollback');
alter table pilothouse.approval_inbox_actions enable trigger only_added;
alter table pilothouse.approval_inbox_subjects enable trigger only_added;

alter table pilothouse.approval_inbox_subjects
  drop constraint approval_inbox_subjects_scope_type_check,
  add constraint approval_inbox_subjects_scope_type_check check (scope_type in ('release', 'rollback'));
alter table pilothouse.approval_inbox_items
  drop constraint one_subject,
  drop constraint runs_out,
  drop constraint approval_inbox_items_scope_type_check,
  add constraint approval_inbox_items_scope_type_check check (scope_type in ('release', 'rollback')),
  add constraint approval_inbox_items_scope_id_fkey foreign key (scope_id) references pilothouse.releases,
  drop column change_id,
  drop column release_id,
  drop column escalated_at,
  drop column incident_link,
  alter column project_id set not null,
  alter column stage_id set not null,
  alter column target_id set not null,
  alter column runtime set not null,
  alter column document_digest set not null,
  alter column expires_at set not null;

alter table pilothouse.releases drop column start_rule, drop column start_due_at, drop column break_glass;

update pilothouse.cd_configs set start = 'by_hand', start_time = null, start_zone = null where start <> 'by_hand';
alter table pilothouse.cd_configs
  drop constraint start_at_time,
  drop column start_time,
  drop column start_zone,
  drop constraint cd_configs_start_check,
  add constraint cd_configs_start_check check (start in ('by_hand'));

-- A rule for a team, or for a role that goes, is left for anybody who may approve there: without it fewer would do.
update pilothouse.approval_rules set role = null where role = 'incident-responder';
alter table pilothouse.approval_rules drop constraint one_kind, drop column team_id, drop column service_team;

delete from pilothouse.role_bindings where member_id is null or role = 'incident-responder';
drop index pilothouse.role_bindings_by_team;
alter table pilothouse.role_bindings
  drop constraint one_subject,
  drop column team_id,
  alter column member_id set not null,
  add constraint role_bindings_member_id_role_project_id_key unique nulls not distinct (member_id, role, project_id);

alter table pilothouse.services drop column team_id;
drop table pilothouse.executors, pilothouse.access_changes, pilothouse.freezes, pilothouse.delegations,
  pilothouse.team_members, pilothouse.teams;

delete from pilothouse.role_permissions where role = 'incident-responder' or permission = 'release:break_glass';
delete from pilothouse.roles where name = 'incident-responder';
alter domain pilothouse.permission drop constraint permission_check;
alter domain pilothouse.permission add constraint permission_check check (value in (
  'release:read', 'release:preview', 'release:apply', 'release:rollback', 'release:approve', 'environment:read',
  'environment:install', 'cluster:read', 'cluster:import', 'cluster:rotate', 'pipeline:read', 'pipeline:write',
  'pipeline:trigger', 'access:read', 'access:write', 'audit:read'));

delete from pilothouse.lifecycle_transitions where event = 'glass_broken';
delete from pilothouse.event_actions a
where a.action in ('release.glass_broken', 'access.role_changed', 'access.team_changed', 'access.delegated')
  and not exists (select from pilothouse.timeline_events e where e.action = a.action);
-- Events about teams that were already written stay; only new ones are refused.
alter table pilothouse.timeline_events
  drop constraint timeline_events_resource_type_check,
  add constraint timeline_events_resource_type_check check (resource_type in (
    'release', 'ticket', 'service', 'target', 'stage', 'project', 'member', 'ledger')) not valid;
