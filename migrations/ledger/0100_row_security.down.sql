do $$
declare relation text;
begin
  for relation in select tablename from pg_policies where schemaname = 'pilothouse' and policyname = 'by_reader' loop
    execute format('drop policy by_reader on pilothouse.%I', relation);
    execute format('revoke select on pilothouse.%I from pilothouse_reader', relation);
  end loop;
end
$$;
drop index pilothouse.previews_by_document;
drop index pilothouse.releases_by_time;
drop index pilothouse.timeline_events_by_project;
drop function pilothouse.readable_projects(text[], text);
drop function pilothouse.holds_everywhere(text[]);
drop function pilothouse.own_member();
drop function pilothouse.own_person();
drop function pilothouse.own_logins();
drop function pilothouse.is_solo();
drop function pilothouse_api.policy_for(uuid, text, uuid, text);
