-- The inbox; see 0101 for how these views are made.
grant create on schema pilothouse_read to pilothouse_reader;
set local role pilothouse_reader;

-- A pending ticket whose time is over is shown as expired already: nobody can decide it any more, whether or not that
-- has been written down. `can_decide` says what the function would: pending, by a human who may approve there, who
-- has not approved yet, and none of whose logins made the release, planned it or asked.
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

grant select on pilothouse_read.tickets to pilothouse_member;

set local role pilothouse_owner;
revoke create on schema pilothouse_read from pilothouse_reader;
