drop trigger guard on pilothouse.releases;
drop trigger guard on pilothouse.approval_inbox_items;
drop trigger guard on pilothouse.targets;
drop trigger draft_created on pilothouse.releases;
do $$
declare relation text;
begin
  foreach relation in array array['timeline_events', 'approval_inbox_actions', 'documents', 'change_log',
    'approval_inbox_subjects'] loop
    execute format('drop trigger only_added on pilothouse.%I', relation);
    execute format('drop trigger never_emptied on pilothouse.%I', relation);
  end loop;
end
$$;
drop function pilothouse.refuse_change, pilothouse.draft_created, pilothouse.guard_target, pilothouse.guard_ticket,
  pilothouse.guard_release, pilothouse.transition,
  pilothouse.refuse, pilothouse.append_event, pilothouse.event_bytes, pilothouse.note_change, pilothouse.said_source,
  pilothouse.sha256_hex, pilothouse.instant;
revoke execute on function pilothouse.uuid_v7 from pilothouse_api;
drop table pilothouse.commands, pilothouse.chain_heads, pilothouse.lifecycle_transitions;
