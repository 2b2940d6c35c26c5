delete from pilothouse.lifecycle_transitions where state = 'approved' and event = 'glass_broken';

create or replace function pilothouse.check_time(r pilothouse.releases, t pilothouse.targets) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare f pilothouse.freezes := pilothouse.freeze_of(t.stage_id);
begin
  if r.break_glass is not null then return; end if;
  if f.id is not null then
    perform pilothouse.refuse('target_frozen', jsonb_build_object('release', r.id, 'freeze', f.id,
      'stage', (select s.name from pilothouse.stages s where s.id = t.stage_id), 'reason', f.reason,
      'until', pilothouse.instant(f.until)));
  end if;
  if r.lifecycle_state = 'approved' and r.start_due_at > clock_timestamp() then
    perform pilothouse.refuse('release_state_invalid', jsonb_build_object('state', r.lifecycle_state,
      'command', 'take_lease', 'release', r.id, 'start_due_at', pilothouse.instant(r.start_due_at), 'hint', 'not_due'));
  end if;
end
$$;

create or replace function pilothouse.command_break_glass(command jsonb) returns jsonb
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

drop function pilothouse.restores;
revoke execute on function pilothouse.covers_way_back from pilothouse_api;
