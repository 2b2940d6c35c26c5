-- Public keys of members, and target keys wrapped to them. No key is ever here in the clear.

grant insert, delete on pilothouse.target_keys to pilothouse_api;
grant update (recipient) on pilothouse.members, pilothouse.targets to pilothouse_api;

-- Wraps to an older key can't be opened any more: whoever holds the target's key makes new ones.
create function pilothouse.command_enroll_recipient(command jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  who pilothouse.members := pilothouse.actor();
  previous text;
begin
  select recipient into previous from pilothouse.members where id = who.id for update;
  if previous = command ->> 'recipient' then return '{}'; end if;
  if coalesce(command ->> 'recipient', '') !~ '^age1[a-z0-9]{10,250}$' then
    perform pilothouse.refuse('validation_error', pilothouse.problem('recipient', 'malformed'));
  end if;
  update pilothouse.members set recipient = command ->> 'recipient' where id = who.id;
  delete from pilothouse.target_keys where member_id = who.id;
  perform pilothouse.append_event('access.key_changed', 'member', who.id, null, null, jsonb_build_object(
    'recipient', command -> 'recipient', 'previous', previous), case when previous is null then 'info' else 'warning' end);
  perform pilothouse.note_change('members', who.id::text, null, null, null);
  return '{}';
end
$$;

-- Every device that could open the target's key is gone: a new one may take its place, and secrets are given anew.
create function pilothouse.key_is_lost(t pilothouse.targets) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select t.recipient is not null and not exists (
    select from pilothouse.target_keys k join pilothouse.members m on m.id = k.member_id
    where k.target_id = t.id and m.active)
$$;

create function pilothouse.check_target_key(t pilothouse.targets, command jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare stranger text;
begin
  if t.recipient <> command ->> 'recipient' and not pilothouse.key_is_lost(t) then
    perform pilothouse.refuse('conflict', jsonb_build_object('target', t.name, 'recipient', t.recipient));
  end if;
  select w ->> 'login' into stranger from jsonb_array_elements(command -> 'wraps') as w
  where not pilothouse.may(w ->> 'login', 'release:apply', t.runtime, t.project_id)
    or not exists (select from pilothouse.members m where m.login = w ->> 'login' and m.recipient is not null)
  limit 1;
  if stranger is not null then
    perform pilothouse.refuse('validation_error', pilothouse.problem('wraps.' || stranger, 'may_not_apply'));
  end if;
  -- A first key that its maker can't open would be lost; further wraps come from somebody who can.
  if not exists (select from jsonb_array_elements(command -> 'wraps') as w
      where (t.recipient is null or pilothouse.key_is_lost(t)) and w ->> 'login' = session_user)
    and not exists (select from pilothouse.target_keys k where k.target_id = t.id and k.login = session_user)
  then
    perform pilothouse.refuse('validation_error', pilothouse.problem('wraps', 'caller_without_key'));
  end if;
end
$$;

create function pilothouse.command_put_target_key(command jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  t pilothouse.targets;
  added jsonb;
begin
  select * into t from pilothouse.targets where id = (command ->> 'target_id')::uuid for update;
  if not found then perform pilothouse.refuse('not_found', jsonb_build_object('target', command ->> 'target_id')); end if;
  perform pilothouse.require('release:apply', t.runtime, t.project_id, pilothouse.about('target', t.id, t.project_id));
  perform pilothouse.check_target_key(t, command);
  if t.recipient is distinct from command ->> 'recipient' then
    delete from pilothouse.target_keys where target_id = t.id;
    update pilothouse.targets set recipient = command ->> 'recipient' where id = t.id;
  end if;
  with stored as (
    insert into pilothouse.target_keys (target_id, member_id, login, wrapped)
    select t.id, m.id, m.login, decode(w ->> 'wrapped', 'base64')
    from jsonb_array_elements(command -> 'wraps') as w join pilothouse.members m on m.login = w ->> 'login'
    on conflict do nothing returning login)
  select jsonb_agg(login order by login) into added from stored;
  if added is null then return '{}'; end if;
  perform pilothouse.append_event('access.key_changed', 'target', t.id, t.project_id, null,
    jsonb_build_object('recipient', command -> 'recipient', 'wrapped_to', added,
      'first', t.recipient is null, 'replaces', nullif(t.recipient, command ->> 'recipient')));
  perform pilothouse.note_change('target_keys', t.id::text, t.project_id, null, null);
  return '{}';
end
$$;

grant execute on function pilothouse.command_enroll_recipient, pilothouse.key_is_lost, pilothouse.check_target_key,
  pilothouse.command_put_target_key to pilothouse_api;
