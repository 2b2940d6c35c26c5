-- Plans: what is recorded, what of it the ledger checks itself, and what a plan makes void.

grant insert on pilothouse.documents, pilothouse.previews, pilothouse.releases, pilothouse.sealed_values
  to pilothouse_api;
grant update (voided_at) on pilothouse.previews to pilothouse_api;
-- Neither the state nor the revision nor what a release is: those are transition's alone.
grant update (run, version_label, variables, secret_variables, strategy, preview_ref, document_digest,
  approval_required, approval_ticket, approved_at, approved_until, reason, change_link, attempts, lease_holder,
  lease_until, fence, abort_requested, failure, left_live_base, left_live_base_digest, applied_at, updated_at)
  on pilothouse.releases to pilothouse_api;
grant update (status, assigned_to, decided_at, decided_by, updated_at) on pilothouse.approval_inbox_items
  to pilothouse_api;
grant insert on pilothouse.approval_inbox_items, pilothouse.approval_inbox_subjects,
  pilothouse.approval_inbox_actions to pilothouse_api;

-- The release, locked before anything of it is judged.
create function pilothouse.lock_release(release uuid) returns pilothouse.releases
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare r pilothouse.releases;
begin
  select * into r from pilothouse.releases where id = lock_release.release for update;
  if not found then
    perform pilothouse.refuse('release_not_found', jsonb_build_object('release', lock_release.release));
  end if;
  return r;
end
$$;

create function pilothouse.about_release(r pilothouse.releases) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select pilothouse.about('release', r.id, r.project_id, r.correlation_id)
$$;

-- How a release is judged and what follows a failure: part of what is approved. Null where the service does not go there.
create function pilothouse.delivery_of(service uuid, target uuid) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('verification', c.verification, 'on_failure', c.on_failure, 'retries', c.retries,
    'go_back_hours', c.go_back_hours)
  from pilothouse.cd_configs c where c.service_id = delivery_of.service and c.target_id = delivery_of.target
$$;

-- The permission to carry a release out; a rollback has one of its own.
create function pilothouse.apply_permission(kind text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case kind when 'rollback' then 'release:rollback' else 'release:apply' end
$$;

create function pilothouse.require_seen(r pilothouse.releases, seen integer) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if seen is distinct from r.revision then
    perform pilothouse.refuse('conflict', jsonb_build_object('release', r.id, 'seen_revision', seen,
      'revision', r.revision));
  end if;
end
$$;

create function pilothouse.release_answer(release uuid) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('release_id', r.id, 'state', r.lifecycle_state, 'revision', r.revision,
    'ticket_id', r.approval_ticket)
  from pilothouse.releases r where r.id = release_answer.release
$$;

-- What was done to a ticket, by the caller or (`by_ledger`) by time.
create function pilothouse.ticket_action(ticket uuid, action text, said text, meta jsonb, by_ledger boolean default false)
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare item pilothouse.approval_inbox_items;
begin
  select * into strict item from pilothouse.approval_inbox_items where id = ticket;
  insert into pilothouse.approval_inbox_actions (id, ticket_id, action, actor, person_id, person, comment, meta)
  select pilothouse.uuid_v7(), item.id, ticket_action.action, session_user, m.person_id, p.name, nullif(said, ''), meta
  from pilothouse.members m join pilothouse.people p on p.id = m.person_id where m.login = session_user and not by_ledger
  union all select pilothouse.uuid_v7(), item.id, ticket_action.action, 'ledger', null, null, null, meta where by_ledger;
  update pilothouse.approval_inbox_items set updated_at = clock_timestamp() where id = item.id;
  perform pilothouse.note_change('approval_inbox_items', item.id::text, item.project_id, item.scope_id, item.id);
end
$$;

create function pilothouse.ticket_event(ticket uuid, action text, detail jsonb, by_ledger boolean default false)
returns void language sql volatile set search_path = pg_catalog, pg_temp as $$
  select pilothouse.append_event(ticket_event.action, 'ticket', i.id, i.project_id, r.correlation_id,
    jsonb_build_object('release', i.scope_id, 'label', r.label) || ticket_event.detail, 'info', null, by_ledger)
  from pilothouse.approval_inbox_items i join pilothouse.releases r on r.id = i.scope_id where i.id = ticket
$$;

-- Another plan stands in its place; decisions on the ticket are void from now on.
create function pilothouse.supersede_ticket(ticket uuid, reason text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  update pilothouse.approval_inbox_items set status = 'superseded' where id = ticket and status in ('pending', 'approved');
  if not found then return; end if;
  perform pilothouse.ticket_action(ticket, 'superseded', '', jsonb_build_object('reason', reason));
  perform pilothouse.ticket_event(ticket, 'approval.superseded', jsonb_build_object('reason', reason));
end
$$;

-- Judges time by the ledger's own clock: an overdue ticket or an approval window that is over cancels the release.
-- The answer is the refusal to give, or null where time still allows; the cancellation is kept, so it is no exception.
create function pilothouse.expire_overdue(r pilothouse.releases) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare item pilothouse.approval_inbox_items;
begin
  if r.lifecycle_state = 'approved' and r.approved_until <= clock_timestamp() then
    perform pilothouse.transition(r.id, 'expire', jsonb_build_object('reason', 'approval_window',
      'approved_until', pilothouse.instant(r.approved_until)), true);
    return pilothouse.refusal('ticket_expired', jsonb_build_object('release', r.id, 'ticket', r.approval_ticket,
      'expired_at', pilothouse.instant(r.approved_until)));
  end if;
  if r.lifecycle_state <> 'pending_approval' then return null; end if;
  select * into strict item from pilothouse.approval_inbox_items where id = r.approval_ticket for update;
  if item.expires_at > clock_timestamp() then return null; end if;
  update pilothouse.approval_inbox_items set status = 'expired', decided_at = clock_timestamp() where id = item.id;
  perform pilothouse.ticket_action(item.id, 'expired', '', '{}', true);
  perform pilothouse.ticket_event(item.id, 'approval.expired',
    jsonb_build_object('expires_at', pilothouse.instant(item.expires_at)), true);
  perform pilothouse.transition(r.id, 'expire', jsonb_build_object('reason', 'ticket', 'ticket', item.id), true);
  return pilothouse.refusal('ticket_expired', jsonb_build_object('release', r.id, 'ticket', item.id,
    'expired_at', pilothouse.instant(item.expires_at)));
end
$$;

-- A new draft of the caller; its number is the service's next.
create function pilothouse.draft_release(command jsonb, t pilothouse.targets) returns pilothouse.releases
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  s pilothouse.services;
  r pilothouse.releases;
begin
  update pilothouse.services set last_number = last_number + 1
  where id = (command ->> 'service_id')::uuid and project_id = t.project_id and runtime = t.runtime returning * into s;
  if not found then perform pilothouse.refuse('not_found', jsonb_build_object('service', command ->> 'service_id')); end if;
  insert into pilothouse.releases (id, project_id, service_id, target_id, number, label, runtime, kind, strategy,
    source_release_id, target_revision, correlation_id)
  values ((command ->> 'release_id')::uuid, t.project_id, s.id, t.id, s.last_number, s.name || '-' || s.last_number,
    t.runtime, command ->> 'kind', command ->> 'strategy', (command ->> 'source_release_id')::uuid,
    (command ->> 'target_revision')::uuid, (command ->> 'correlation_id')::uuid)
  on conflict (id) do nothing returning * into r;
  if not found then
    perform pilothouse.refuse('conflict', jsonb_build_object('release', command ->> 'release_id', 'seen_revision', 0));
  end if;
  return r;
end
$$;

-- A rollback goes back from the last thing that happened on the target, to a document that once was applied there.
create function pilothouse.check_rollback(r pilothouse.releases, document_digest text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  source pilothouse.releases;
  restored pilothouse.releases;
  problem text;
begin
  select * into source from pilothouse.releases where id = r.source_release_id;
  select * into restored from pilothouse.releases where id = r.target_revision;
  problem := case
    when source.target_id <> r.target_id or source.service_id <> r.service_id then 'source_elsewhere'
    when source.lifecycle_state not in ('applied', 'failed') then 'source_state'
    when exists (select from pilothouse.releases o
      where o.target_id = r.target_id and o.service_id = r.service_id and o.id <> r.id and o.fence > source.fence
        and o.lifecycle_state in ('applying', 'applied', 'failed')
        -- A rollback of the same source that failed leaves the source the thing to go back from.
        and not (o.lifecycle_state = 'failed' and o.source_release_id = source.id)) then 'source_not_newest'
    when restored.target_id <> r.target_id or restored.service_id <> r.service_id then 'target_revision_elsewhere'
    when restored.applied_at is null or restored.id = source.id or restored.fence >= source.fence
      then 'target_revision_never_applied'
    when restored.document_digest <> document_digest then 'document' end;
  if problem is not null then
    perform pilothouse.refuse('rollback_source_invalid', jsonb_build_object('problem', problem,
      'source', source.label, 'target_revision', restored.label, 'state', source.lifecycle_state));
  end if;
end
$$;

grant execute on function pilothouse.delivery_of, pilothouse.lock_release, pilothouse.about_release, pilothouse.apply_permission,
  pilothouse.require_seen, pilothouse.release_answer, pilothouse.ticket_action, pilothouse.ticket_event,
  pilothouse.supersede_ticket, pilothouse.expire_overdue, pilothouse.draft_release, pilothouse.check_rollback
  to pilothouse_api;
