-- An emergency also ends the waiting of what is approved already, and a freeze does not keep a failure half done.

insert into pilothouse.lifecycle_transitions (state, event, next, action)
values ('approved', 'glass_broken', 'approved', 'release.glass_broken');

-- Whether this goes back from a release that failed, as its own approval covers: what a freeze protects is what stood
-- before, and that is what comes back.
create function pilothouse.restores(r pilothouse.releases) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select r.kind = 'rollback' and not r.approval_required and exists (
    select from pilothouse.releases source where source.id = r.source_release_id and source.lifecycle_state = 'failed')
    and pilothouse.covers_way_back(r.source_release_id, r.target_id, r.document_digest)
$$;

-- Not before its time, and not in a freeze, unless it restores what stood before; in an emergency neither keeps it.
create or replace function pilothouse.check_time(r pilothouse.releases, t pilothouse.targets) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare f pilothouse.freezes := pilothouse.freeze_of(t.stage_id);
begin
  if r.break_glass is not null then return; end if;
  if f.id is not null and not pilothouse.restores(r) then
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

-- Past policy, freeze and start rule. What is due by a rule is due now; what starts by hand still waits for a hand. An
-- approval that was given stays given, with its window.
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
  if r.lifecycle_state not in ('pending_approval', 'approved') or r.break_glass is not null then
    perform pilothouse.refuse('release_state_invalid',
      jsonb_build_object('state', r.lifecycle_state, 'command', 'break_glass', 'release', r.id));
  end if;
  perform pilothouse.require_seen(r, (command ->> 'seen_revision')::integer);
  perform pilothouse.check_emergency(command);
  perform pilothouse.open_review(review, r, command);
  at := clock_timestamp();
  if r.lifecycle_state = 'pending_approval' then
    perform pilothouse.supersede_ticket(r.approval_ticket, 'glass_broken');
    perform pilothouse.set_approved(r, case when r.start_rule <> '"by_hand"' then at end, at);
  end if;
  update pilothouse.releases set start_due_at = case when start_due_at is not null then least(start_due_at, at) end,
    break_glass = jsonb_build_object('reason', command -> 'reason', 'incident_link', command -> 'incident_link',
      'by', session_user, 'at', pilothouse.instant(at), 'review_ticket', review)
  where id = r.id;
  perform pilothouse.transition(r.id, 'glass_broken', jsonb_build_object('reason', command -> 'reason',
    'incident_link', command -> 'incident_link', 'review_ticket', review, 'superseded',
    case when r.lifecycle_state = 'pending_approval' then r.approval_ticket end,
    'document_digest', r.document_digest, 'concerned', pilothouse.concerned_by(r)));
  return pilothouse.release_answer(r.id) || jsonb_build_object('ticket_id', review);
end
$$;

grant execute on function pilothouse.restores, pilothouse.covers_way_back to pilothouse_api;
