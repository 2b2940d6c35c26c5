-- What only an administrator's own database login does, as pilothouse_owner: no member can make logins or bind roles.

create function pilothouse.initialise(embedded boolean) returns uuid
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare made uuid;
begin
  insert into pilothouse.ledger_identity (id, embedded) values (pilothouse.uuid_v7(), initialise.embedded)
  on conflict do nothing;
  select id into strict made from pilothouse.ledger_identity;
  return made;
end
$$;

-- Binds roles `[{"role", "project"?, "until"?}]` to a member; the answer is a refusal, or null.
create function pilothouse.admin_bind(member pilothouse.members, roles jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  given jsonb;
  project uuid;
begin
  for given in select * from jsonb_array_elements(roles) loop
    project := null;
    if given ->> 'project' is not null then
      select id into project from pilothouse.projects where name = given ->> 'project';
      if not found then return pilothouse.refusal('not_found', jsonb_build_object('project', given -> 'project')); end if;
    end if;
    if not exists (select from pilothouse.roles where name = given ->> 'role') then
      return pilothouse.refusal('not_found', jsonb_build_object('role', given -> 'role'));
    end if;
    if member.kind <> 'human' and exists (select from pilothouse.role_permissions p
      where p.role = given ->> 'role' and p.permission = 'release:approve')
    then
      return pilothouse.refusal('agent_not_allowed', jsonb_build_object('login', member.login, 'role', given -> 'role'));
    end if;
    insert into pilothouse.role_bindings (id, member_id, role, project_id, until)
    values (pilothouse.uuid_v7(), member.id, given ->> 'role', project, (given ->> 'until')::timestamptz)
    on conflict (member_id, role, project_id) do update set until = excluded.until;
    perform pilothouse.append_event('access.granted', 'member', member.id, project, null,
      given || jsonb_build_object('login', member.login));
  end loop;
  perform pilothouse.note_change('role_bindings', member.id::text, null, null, null);
  return null;
end
$$;

-- Who a new member is: the person behind another login, or a new one by name. Null: there is no such login.
create function pilothouse.admin_person(command jsonb) returns uuid
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare who uuid;
begin
  if command ->> 'same_person_as' is not null then
    return (select m.person_id from pilothouse.members m where m.login = command ->> 'same_person_as');
  end if;
  insert into pilothouse.people (id, name) values (pilothouse.uuid_v7(), command ->> 'person') returning id into who;
  return who;
end
$$;

-- {"login", "person" or "same_person_as", "kind"?, "roles"}: the rows of a new member. A refusal leaves nothing behind.
create function pilothouse.admin_add_member(command jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  m pilothouse.members;
  person uuid;
  refused jsonb;
begin
  if exists (select from pilothouse.members where login = command ->> 'login') then
    return pilothouse.refusal('conflict', jsonb_build_object('login', command -> 'login'));
  end if;
  begin
    person := pilothouse.admin_person(command);
    if person is null then
      return pilothouse.refusal('not_found', jsonb_build_object('login', command -> 'same_person_as'));
    end if;
    insert into pilothouse.members (id, login, person_id, kind)
    values (pilothouse.uuid_v7(), command ->> 'login', person, coalesce(command ->> 'kind', 'human')) returning * into m;
    perform pilothouse.append_event('access.member_changed', 'member', m.id, null, null, jsonb_build_object(
      'login', m.login, 'person', (select p.name from pilothouse.people p where p.id = person), 'kind', m.kind,
      'added', true, 'same_person_as', command -> 'same_person_as'));
    perform pilothouse.note_change('members', m.id::text, null, null, null);
    refused := pilothouse.admin_bind(m, coalesce(command -> 'roles', '[]'));
    if refused is not null then raise exception using errcode = 'PH001'; end if;
  exception when sqlstate 'PH001' then
    return refused;
  end;
  return jsonb_build_object('ok', true, 'member_id', m.id, 'person_id', person);
end
$$;

-- {"login", "active"}
create function pilothouse.admin_set_active(command jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare m pilothouse.members;
begin
  update pilothouse.members set active = (command ->> 'active')::boolean, revision = revision + 1
  where login = command ->> 'login' returning * into m;
  if not found then return pilothouse.refusal('not_found', jsonb_build_object('login', command -> 'login')); end if;
  perform pilothouse.append_event('access.member_changed', 'member', m.id, null, null,
    jsonb_build_object('login', m.login, 'active', m.active), 'warning');
  perform pilothouse.note_change('members', m.id::text, null, null, null);
  return '{"ok": true}';
end
$$;

-- {"login", "role", "project"?, "until"?}
create function pilothouse.admin_grant(command jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare m pilothouse.members;
begin
  select * into m from pilothouse.members where login = command ->> 'login';
  if not found then return pilothouse.refusal('not_found', jsonb_build_object('login', command -> 'login')); end if;
  return coalesce(pilothouse.admin_bind(m, jsonb_build_array(command - 'login')), '{"ok": true}');
end
$$;

-- {"login", "role", "project"?}
create function pilothouse.admin_revoke(command jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare taken pilothouse.role_bindings;
begin
  delete from pilothouse.role_bindings b using pilothouse.members m
  where m.id = b.member_id and m.login = command ->> 'login' and b.role = command ->> 'role'
    and b.project_id is not distinct from
      (select p.id from pilothouse.projects p where p.name = command ->> 'project')
  returning b.* into taken;
  if not found then return pilothouse.refusal('not_found', command); end if;
  perform pilothouse.append_event('access.revoked', 'member', taken.member_id, taken.project_id, null, command, 'warning');
  perform pilothouse.note_change('role_bindings', taken.member_id::text, null, null, null);
  return '{"ok": true}';
end
$$;
