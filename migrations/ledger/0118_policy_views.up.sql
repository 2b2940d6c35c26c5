-- Releases, who carries them out, and the inbox, as members read them; see 0100 and 0101 for how these are made.

-- Whether a release could start now by its rule. Behind a view, so that it runs as its owner.
create function pilothouse.is_due(release uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from pilothouse.releases r join pilothouse.targets t on t.id = r.target_id
    where r.id = is_due.release and r.lifecycle_state = 'approved' and r.start_due_at <= clock_timestamp()
      and r.approved_until > clock_timestamp()
      and (r.break_glass is not null or (pilothouse.freeze_of(t.stage_id)).id is null)
      and not exists (select from pilothouse.releases o
        where o.target_id = r.target_id and o.lifecycle_state = 'applying')
      and pilothouse.may(session_user, pilothouse.apply_permission(r.kind), r.runtime, r.project_id))
$$;
grant execute on function pilothouse.is_due to pilothouse_reader, pilothouse_member;

-- A change is seen by whoever asked for it, could decide it, or oversees its project (or all of them).
drop policy by_reader on pilothouse.approval_inbox_items;
create policy by_reader on pilothouse.approval_inbox_items for select to pilothouse_reader
  using (case
    when scope_type in ('policy', 'access') then
      requested_by_person = (select pilothouse.own_person())
      or project_id = any ((select pilothouse.readable_projects(
        '{release:read,release:approve,access:read,access:write,audit:read}'))::uuid[])
      or (project_id is null
        and (select pilothouse.holds_everywhere('{release:approve,access:read,access:write,audit:read}')))
    else
      project_id = any ((select pilothouse.readable_projects('{release:read}'))::uuid[])
      and case runtime
        when 'compose' then project_id = any ((select pilothouse.readable_projects('{release:read}', 'compose'))::uuid[])
        else project_id = any ((select pilothouse.readable_projects('{release:read}', 'k8s'))::uuid[]) end
    end);

grant create on schema pilothouse_read to pilothouse_reader;
set local role pilothouse_reader;

-- A run whose lease has lapsed is shown as unknown: nobody knows what its executor has done since.
drop view pilothouse_read.releases;
create view pilothouse_read.releases with (security_barrier) as
select r.id, r.label, r.project_id, p.name::text as project, r.service_id, s.name::text as service, r.target_id,
  t.name::text as target, st.name::text as stage, r.runtime::text as runtime, r.lifecycle_state::text as lifecycle_state,
  r.fence, r.created_by, asker.name as created_by_person, r.version_label, r.reason, r.change_link, r.created_at,
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
    'start', jsonb_build_object('rule', r.start_rule, 'due_at', r.start_due_at), 'break_glass', r.break_glass,
    'target_revision', r.target_revision, 'reason', r.reason, 'change_link', r.change_link,
    'correlation_id', r.correlation_id, 'attempts', r.attempts, 'lease_holder', r.lease_holder,
    'lease_until', r.lease_until, 'fence', r.fence, 'abort_requested', r.abort_requested, 'failure', r.failure,
    'created_by', r.created_by, 'created_at', r.created_at, 'updated_at', r.updated_at) as body
  from pilothouse.releases r
  join pilothouse.projects p on p.id = r.project_id
  join pilothouse.services s on s.id = r.service_id
  join pilothouse.targets t on t.id = r.target_id
  join pilothouse.stages st on st.id = t.stage_id
  left join pilothouse.members m on m.login = r.created_by
  left join pilothouse.people asker on asker.id = m.person_id
 order by r.created_at desc, r.id desc;

-- What an executor takes next, the longest due first.
create view pilothouse_read.due_releases with (security_barrier) as
select v.id, r.start_due_at, v.body
  from pilothouse_read.releases v
  join pilothouse.releases r on r.id = v.id
 where case when r.lifecycle_state = 'approved' and r.start_due_at <= statement_timestamp()
   then pilothouse.is_due(r.id) else false end;

create view pilothouse_read.executors with (security_barrier) as
select e.login, jsonb_build_object(
    'login', e.login, 'person', coalesce(p.name, e.login), 'runtimes', e.runtimes, 'seen_at', e.seen_at,
    'online', e.seen_at > statement_timestamp() - interval '2 minutes') as body
  from pilothouse.executors e
  left join pilothouse.members m on m.login = e.login
  left join pilothouse.people p on p.id = m.person_id;

-- A pending ticket whose time is over is shown as expired already: nobody can decide it any more, whether or not that
-- has been written down. An emergency's review has no such time.
drop view pilothouse_read.tickets;
create view pilothouse_read.tickets with (security_barrier) as
select i.id, i.scope_type, i.scope_id, i.label, i.project, i.target, i.runtime, i.status, i.risk_level, i.priority,
  i.assigned_to, i.requested_by, i.requested_by_person, i.requested_by_name, i.reason, i.change_link, i.expires_at,
  i.sla_due_at, i.created_at, i.overdue, i.can_decide,
  coalesce(i.assigned_to = session_user, false) or i.requested_by_person = (select pilothouse.own_person())
    or i.can_decide as is_mine,
  i.facts || jsonb_build_object(
    'status', i.status, 'overdue', i.overdue, 'can_decide', i.can_decide,
    'rules', (
      select coalesce(jsonb_agg(rule.body || jsonb_build_object('approved_by', (
          select coalesce(jsonb_agg(distinct a.person), '[]')
            from pilothouse.approval_inbox_actions a
           where a.ticket_id = i.id and a.action = 'approved'
             and (rule.body ->> 'role' is null or a.meta -> 'roles' ? (rule.body ->> 'role'))
             and (rule.body ->> 'team' is null or a.meta -> 'teams' ? (rule.body ->> 'team'))))
        order by rule.place), '[]')
        from jsonb_array_elements(i.rules) with ordinality as rule (body, place)),
    'actions', (
      select coalesce(jsonb_agg(jsonb_build_object(
          'action', a.action, 'actor', a.actor, 'person', a.person, 'comment', a.comment, 'at', a.at)
        order by a.at, a.id), '[]')
        from pilothouse.approval_inbox_actions a
       where a.ticket_id = i.id)) as body
  from (
    select item.id, item.scope_type, item.scope_id, r.label, p.name::text as project, t.name::text as target,
      item.runtime::text as runtime, item.risk_level, item.priority, item.assigned_to, item.requested_by,
      item.requested_by_person, coalesce(asker.name, item.requested_by) as requested_by_name, item.reason,
      item.change_link, item.expires_at, item.sla_due_at, item.created_at, item.rules,
      case when item.status = 'pending' and item.expires_at <= statement_timestamp() then 'expired'
        else item.status end as status,
      item.status = 'pending' and (item.expires_at <= statement_timestamp()) is not true
        and item.sla_due_at <= statement_timestamp() as overdue,
      case when item.status = 'pending' and (item.expires_at <= statement_timestamp()) is not true
        then item.id in (select d.id from pilothouse.decidable() as d (id)) else false end as can_decide,
      jsonb_build_object(
        'id', item.id, 'scope_type', item.scope_type, 'scope_id', item.scope_id,
        'project_id', item.project_id, 'project', p.name, 'risk_level', item.risk_level,
        'risk_reasons', item.risk_reasons, 'priority', item.priority, 'requested_by', item.requested_by,
        'requested_by_person', coalesce(asker.name, item.requested_by), 'assigned_to', item.assigned_to,
        'source', item.source, 'summary', item.summary, 'reason', item.reason, 'change_link', item.change_link,
        'context_hash', item.context_hash, 'revision', item.revision, 'expires_at', item.expires_at,
        'sla_due_at', item.sla_due_at, 'escalated_at', item.escalated_at, 'decided_at', item.decided_at,
        'decided_by', item.decided_by, 'created_at', item.created_at, 'updated_at', item.updated_at)
      || case when item.change_id is not null then jsonb_build_object('change', c.change, 'fields', c.fields)
        else jsonb_build_object('release', r.label, 'stage', st.name, 'target', t.name, 'runtime', item.runtime,
          'document_digest', item.document_digest) end
      || case item.scope_type when 'review' then jsonb_build_object('incident_link', item.incident_link) else '{}' end
        as facts
      from pilothouse.approval_inbox_items item
      left join pilothouse.releases r on r.id = item.release_id
      left join pilothouse.access_changes c on c.id = item.change_id
      left join pilothouse.projects p on p.id = item.project_id
      left join pilothouse.stages st on st.id = item.stage_id
      left join pilothouse.targets t on t.id = item.target_id
      left join pilothouse.people asker on asker.id = item.requested_by_person
  ) as i;

grant select on pilothouse_read.releases, pilothouse_read.due_releases, pilothouse_read.executors,
  pilothouse_read.tickets to pilothouse_member;

set local role pilothouse_owner;
revoke create on schema pilothouse_read from pilothouse_reader;
