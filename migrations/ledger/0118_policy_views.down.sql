drop view pilothouse_read.due_releases, pilothouse_read.executors, pilothouse_read.tickets, pilothouse_read.releases;
drop policy by_reader on pilothouse.approval_inbox_items;
create policy by_reader on pilothouse.approval_inbox_items for select to pilothouse_reader
  using (
    project_id = any ((select pilothouse.readable_projects('{release:read}'))::uuid[])
    and case runtime
      when 'compose' then project_id = any ((select pilothouse.readable_projects('{release:read}', 'compose'))::uuid[])
      else project_id = any ((select pilothouse.readable_projects('{release:read}', 'k8s'))::uuid[]) end);

drop function pilothouse.is_due;

grant create on schema pilothouse_read to pilothouse_reader;
set local role pilothouse_reader;

create view pilothouse_read.releases with (security_barrier) as
select r.id, r.label, r.project_id, p.name::text as project, r.service_id, s.name::text as service, r.target_id,
  t.name::text as target, r.lifecycle_state::text as lifecycle_state, r.fence, r.created_at,
  jsonb_build_object(
    'id', r.id, 'label', r.label, 'number', r.number, 'project_id', r.project_id, 'project', p.name,
    'service', jsonb_build_object('id', s.id, 'name', s.name),
    'target', jsonb_build_object('id', t.id, 'name', t.name, 'stage_id', st.id, 'stage', st.name),
    'runtime', r.runtime, 'kind', r.kind, 'lifecycle_state', r.lifecycle_state,
    'run', case when r.run = 'running' and r.lease_until <= statement_timestamp() then 'unknown' else r.run end,
    'revision', r.revision, 'version_label', r.version_label, 'variables', r.variables,
    'secret_variables', r.secret_variables, 'strategy', r.strategy, 'preview_ref', r.preview_ref,
    'document_digest', r.document_digest, 'approval_required', r.approval_required,
    'approval_ticket', r.approval_ticket)
  || jsonb_build_object(
    'approved_until', r.approved_until, 'source_release_id', r.source_release_id,
    'target_revision', r.target_revision, 'reason', r.reason, 'change_link', r.change_link,
    'correlation_id', r.correlation_id, 'attempts', r.attempts, 'lease_holder', r.lease_holder,
    'lease_until', r.lease_until, 'fence', r.fence, 'abort_requested', r.abort_requested, 'failure', r.failure,
    'created_by', r.created_by, 'created_at', r.created_at, 'updated_at', r.updated_at) as body
  from pilothouse.releases r
  join pilothouse.projects p on p.id = r.project_id
  join pilothouse.services s on s.id = r.service_id
  join pilothouse.targets t on t.id = r.target_id
  join pilothouse.stages st on st.id = t.stage_id
 order by r.created_at desc, r.id desc;

create view pilothouse_read.tickets with (security_barrier) as
select i.id, i.scope_id, i.label, i.project, i.status, i.risk_level, i.priority, i.assigned_to, i.requested_by_person,
  i.expires_at, i.sla_due_at, i.created_at, i.overdue, i.can_decide,
  coalesce(i.assigned_to = session_user, false) or i.can_decide
    or i.requested_by_person = (select pilothouse.own_person()) as is_mine,
  i.facts || jsonb_build_object(
    'status', i.status, 'overdue', i.overdue, 'can_decide', i.can_decide,
    'rules', (
      select coalesce(jsonb_agg(rule.body || jsonb_build_object('approved_by', (
          select coalesce(jsonb_agg(distinct a.person), '[]')
            from pilothouse.approval_inbox_actions a
           where a.ticket_id = i.id and a.action = 'approved'
             and (rule.body ->> 'role' is null or a.meta -> 'roles' ? (rule.body ->> 'role'))))
        order by rule.place), '[]')
        from jsonb_array_elements(i.rules) with ordinality as rule (body, place)),
    'actions', (
      select coalesce(jsonb_agg(jsonb_build_object(
          'action', a.action, 'actor', a.actor, 'person', a.person, 'comment', a.comment, 'at', a.at)
        order by a.at, a.id), '[]')
        from pilothouse.approval_inbox_actions a
       where a.ticket_id = i.id)) as body
  from (
    select item.id, item.scope_id, r.label, p.name::text as project, item.risk_level, item.priority, item.assigned_to,
      item.requested_by_person, item.expires_at, item.sla_due_at, item.created_at, item.rules,
      case when item.status = 'pending' and item.expires_at <= statement_timestamp() then 'expired'
        else item.status end as status,
      item.status = 'pending' and item.expires_at > statement_timestamp()
        and item.sla_due_at <= statement_timestamp() as overdue,
      item.status = 'pending' and item.expires_at > statement_timestamp()
        and r.approval_ticket is not distinct from item.id
        and exists (select from pilothouse.members m
          where m.id = (select pilothouse.own_member()) and m.active and m.kind = 'human')
        and case item.runtime
          when 'compose' then
            item.project_id = any ((select pilothouse.readable_projects('{release:approve}', 'compose'))::uuid[])
          else item.project_id = any ((select pilothouse.readable_projects('{release:approve}', 'k8s'))::uuid[]) end
        and item.requested_by <> all ((select pilothouse.own_logins())::text[])
        and r.created_by <> all ((select pilothouse.own_logins())::text[])
        and not exists (select from pilothouse.previews v
          where v.preview_ref = r.preview_ref and v.claimed_by = any ((select pilothouse.own_logins())::text[]))
        and not exists (select from pilothouse.approval_inbox_actions a
          where a.ticket_id = item.id and a.action = 'approved'
            and a.person_id = (select pilothouse.own_person())) as can_decide,
      jsonb_build_object(
        'id', item.id, 'scope_type', item.scope_type, 'scope_id', item.scope_id, 'release', r.label,
        'project_id', item.project_id, 'project', p.name, 'stage', st.name, 'target', t.name,
        'runtime', item.runtime, 'risk_level', item.risk_level, 'risk_reasons', item.risk_reasons,
        'priority', item.priority, 'requested_by', item.requested_by,
        'requested_by_person', coalesce(asker.name, item.requested_by), 'assigned_to', item.assigned_to,
        'source', item.source, 'summary', item.summary, 'reason', item.reason, 'change_link', item.change_link,
        'context_hash', item.context_hash, 'document_digest', item.document_digest, 'revision', item.revision)
      || jsonb_build_object(
        'expires_at', item.expires_at, 'sla_due_at', item.sla_due_at, 'decided_at', item.decided_at,
        'decided_by', item.decided_by, 'created_at', item.created_at, 'updated_at', item.updated_at) as facts
      from pilothouse.approval_inbox_items item
      join pilothouse.releases r on r.id = item.scope_id
      join pilothouse.projects p on p.id = item.project_id
      join pilothouse.stages st on st.id = item.stage_id
      join pilothouse.targets t on t.id = item.target_id
      left join pilothouse.people asker on asker.id = item.requested_by_person
  ) as i;

grant select on pilothouse_read.releases, pilothouse_read.tickets to pilothouse_member;

set local role pilothouse_owner;
revoke create on schema pilothouse_read from pilothouse_reader;
