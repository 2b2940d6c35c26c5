-- An emergency: a waiting release is approved by nobody, everybody hears of it, and another person has to look at it.

-- Everybody who wanted that release: none of them may close its review.
create function pilothouse.wanted_by(r pilothouse.releases) returns uuid[]
language sql stable set search_path = pg_catalog, pg_temp as $$
  select array(
    select unnest(pilothouse.requesters(r, session_user))
    union select i.requested_by_person from pilothouse.approval_inbox_items i where i.release_id = r.id)
$$;

create function pilothouse.open_review(ticket uuid, r pilothouse.releases, command jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  p pilothouse.previews := pilothouse.plan_of(r);
  kept uuid[] := pilothouse.wanted_by(r);
  risk text := coalesce(p.risk ->> 'level', 'critical');
  opened timestamptz := clock_timestamp();
begin
  insert into pilothouse.approval_inbox_items (id, scope_type, scope_id, release_id, project_id, stage_id, target_id,
    runtime, risk_level, risk_reasons, priority, requested_by_person, rules, policy_version, source, summary, reason,
    change_link, context_hash, document_digest, revision, sla_due_at, incident_link, created_at)
  select ticket, 'review', r.id, r.id, r.project_id, t.stage_id, t.id, r.runtime, risk, p.risk -> 'reasons',
    pilothouse.priority_of(risk), (pilothouse.actor()).person_id, jsonb_build_array(jsonb_build_object('role', null,
      'team', null, 'minimum', 1, 'candidates',
      pilothouse.candidates(null, null, r.runtime, r.project_id, 'release:approve', kept))),
    pilothouse.policy_version(t.stage_id), pilothouse.said_source(), p.diff -> 'words', command ->> 'reason',
    r.change_link, p.context_hash, p.document_digest, p.revision, opened + pilothouse.answer_within(risk),
    command ->> 'incident_link', opened
  from pilothouse.targets t where t.id = r.target_id on conflict (id) do nothing;
  if not found then perform pilothouse.refuse('conflict', jsonb_build_object('ticket', ticket)); end if;
  insert into pilothouse.approval_inbox_subjects (ticket_id, scope_type, scope_id, preview_ref, revision, context_hash,
    document_digest)
  values (ticket, 'review', r.id, p.preview_ref, p.revision, p.context_hash, p.document_digest);
  perform pilothouse.ticket_action(ticket, 'created', command ->> 'reason', jsonb_build_object('kept_out', kept));
  perform pilothouse.ticket_event(ticket, 'approval.ticket_created', jsonb_build_object('revision', p.revision,
    'context_hash', p.context_hash, 'document_digest', p.document_digest, 'risk', risk,
    'incident_link', command -> 'incident_link'));
end
$$;

create function pilothouse.check_emergency(command jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if pilothouse.is_blank(command ->> 'reason') or length(command ->> 'reason') > 4096 then
    perform pilothouse.refuse('comment_required', jsonb_build_object('decision', 'break_glass'));
  end if;
  if coalesce(command ->> 'incident_link', '') !~ '^https?://[^/[:space:]]' or length(command ->> 'incident_link') > 4096 then
    perform pilothouse.refuse('validation_error', pilothouse.problem('incident_link', 'not_a_link'));
  end if;
end
$$;

-- Past policy, freeze and start rule. What is due by a rule is due now; what starts by hand still waits for a hand.
create function pilothouse.command_break_glass(command jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  r pilothouse.releases := pilothouse.lock_release((command ->> 'release_id')::uuid);
  review uuid := (command ->> 'ticket_id')::uuid;
  at timestamptz;
  refused jsonb;
begin
  perform pilothouse.require_human(pilothouse.about_release(r));
  perform pilothouse.require('release:break_glass', r.runtime, r.project_id, pilothouse.about_release(r));
  refused := pilothouse.expire_overdue(r);
  if refused is not null then return refused; end if;
  if r.lifecycle_state <> 'pending_approval' then
    perform pilothouse.refuse('release_state_invalid',
      jsonb_build_object('state', r.lifecycle_state, 'command', 'break_glass', 'release', r.id));
  end if;
  perform pilothouse.require_seen(r, (command ->> 'seen_revision')::integer);
  perform pilothouse.check_emergency(command);
  perform pilothouse.supersede_ticket(r.approval_ticket, 'glass_broken');
  perform pilothouse.open_review(review, r, command);
  at := clock_timestamp();
  perform pilothouse.set_approved(r, case when r.start_rule <> '"by_hand"' then at end, at);
  update pilothouse.releases set break_glass = jsonb_build_object('reason', command -> 'reason',
    'incident_link', command -> 'incident_link', 'by', session_user, 'at', pilothouse.instant(at),
    'review_ticket', review)
  where id = r.id;
  perform pilothouse.transition(r.id, 'glass_broken', jsonb_build_object('reason', command -> 'reason',
    'incident_link', command -> 'incident_link', 'review_ticket', review, 'superseded', r.approval_ticket,
    'document_digest', r.document_digest, 'concerned', pilothouse.concerned_by(r)));
  return pilothouse.release_answer(r.id) || jsonb_build_object('ticket_id', review);
end
$$;

-- Names of the people whom an emergency concerns: who wanted the release, could approve it, or oversees the project.
create function pilothouse.concerned_by(r pilothouse.releases) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_agg(distinct p.name), '[]')
  from pilothouse.members m join pilothouse.people p on p.id = m.person_id
  where m.active and m.kind = 'human' and (m.person_id = any (pilothouse.wanted_by(r))
    or pilothouse.may(m.login, 'release:approve', r.runtime, r.project_id)
    or pilothouse.may(m.login, 'audit:read', '*', r.project_id))
$$;

grant execute on function pilothouse.wanted_by, pilothouse.open_review, pilothouse.check_emergency,
  pilothouse.command_break_glass, pilothouse.concerned_by to pilothouse_api;
