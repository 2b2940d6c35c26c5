-- Who has to approve: the rules of a target's stage, and who can fill them.

create function pilothouse.roles_of(member uuid, project uuid) returns text[]
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(distinct b.role order by b.role), '{}') from pilothouse.role_bindings b
  where b.member_id = roles_of.member and (b.project_id is null or b.project_id = roles_of.project)
    and (b.until is null or b.until > clock_timestamp())
$$;

-- Names of the people who may fill a rule (`role` null: anybody who may approve there), except `persons`.
create function pilothouse.candidates(role text, runtime text, project uuid, persons uuid[]) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_agg(distinct p.name), '[]')
  from pilothouse.members m join pilothouse.people p on p.id = m.person_id
  where m.active and m.kind = 'human' and m.person_id <> all (candidates.persons)
    and pilothouse.may(m.login, 'release:approve', candidates.runtime, candidates.project)
    and (candidates.role is null or candidates.role = any (pilothouse.roles_of(m.id, candidates.project)))
$$;

-- Grows with every change of a policy or of its rules, for either runtime.
create function pilothouse.policy_version(stage uuid) returns integer
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(sum(version), 0)::integer from pilothouse.approval_policies where stage_id = policy_version.stage
$$;

-- Whether the approval of a release covers going back from it: to the document that its own plan named, within the hours
-- that were approved with it (lifecycle.md, "The way back is part of the approval").
create function pilothouse.covers_way_back(source uuid, target uuid, document_digest text) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from pilothouse.releases r
    join pilothouse.previews p on p.preview_ref = r.preview_ref
    where r.id = source and r.target_id = covers_way_back.target
      and r.lifecycle_state in ('applied', 'failed', 'rollback')
      and p.way_back ->> 'document_digest' = covers_way_back.document_digest
      and p.previous_document_digest = covers_way_back.document_digest
      and clock_timestamp() < r.approved_at
        + (p.context::jsonb #>> '{delivery,go_back_hours}')::integer * interval '1 hour')
$$;

-- Runs as its owner: whoever plans has to see who can approve, not what else those people are.
create function pilothouse.policy_decision(
  target uuid, kind text, source uuid, document_digest text, persons uuid[]
) returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  t pilothouse.targets;
  rules jsonb;
  solo boolean;
  covered boolean;
begin
  select * into strict t from pilothouse.targets where id = policy_decision.target;
  select coalesce(jsonb_agg(jsonb_build_object('role', r.role, 'minimum', r.minimum, 'candidates',
    pilothouse.candidates(r.role, t.runtime, t.project_id, persons)) order by r.position), '[]') into rules
  from pilothouse.approval_rules r
  where r.policy_id = (select p.id from pilothouse.approval_policies p
    where p.stage_id = t.stage_id and p.runtime in (t.runtime, '*') order by p.runtime = '*' limit 1);
  select count(distinct m.person_id) < 2 into solo from pilothouse.members m where m.active and m.kind = 'human';
  covered := policy_decision.kind = 'rollback'
    and pilothouse.covers_way_back(source, t.id, policy_decision.document_digest);
  return jsonb_build_object(
    'version', pilothouse.policy_version(t.stage_id),
    'required', jsonb_array_length(rules) > 0 and not solo and not covered,
    'rules', rules, 'solo', solo,
    'covered_by', case when covered then (select r.approval_ticket from pilothouse.releases r where r.id = source) end);
end
$$;

create function pilothouse.policy_for(target uuid, kind text, source uuid, document_digest text, requester text)
returns jsonb language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select pilothouse.policy_decision(target, kind, source, document_digest,
    array(select m.person_id from pilothouse.members m where m.login = requester))
$$;

-- Whether the people who approved fill all rules, each counted once: by Hall's theorem they do if every group of rules
-- finds as many people who fit at least one of them as the group's minimums ask for together.
-- `approvals`: [{"person": …, "roles": […]}].
create function pilothouse.quorum_filled(rules jsonb, approvals jsonb) returns boolean
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  wanted integer;
  fitting integer;
begin
  for chosen in 1 .. (1 << jsonb_array_length(rules)) - 1 loop
    select sum((r.rule ->> 'minimum')::integer) into wanted
    from jsonb_array_elements(rules) with ordinality as r (rule, place)
    where chosen & (1 << (r.place::integer - 1)) <> 0;
    select count(distinct a.approval ->> 'person') into fitting
    from jsonb_array_elements(approvals) as a (approval)
    where exists (
      select from jsonb_array_elements(rules) with ordinality as r (rule, place)
      where chosen & (1 << (r.place::integer - 1)) <> 0
        and (r.rule ->> 'role' is null or a.approval -> 'roles' ? (r.rule ->> 'role')));
    if fitting < wanted then return false; end if;
  end loop;
  return true;
end
$$;

-- So few that every group of them can be tried.
alter table pilothouse.approval_rules add constraint at_most_eight check (position between 0 and 7);

create function pilothouse.count_policy_version() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update pilothouse.approval_policies set version = version + 1
  where id in (case when tg_op <> 'INSERT' then old.policy_id end, case when tg_op <> 'DELETE' then new.policy_id end);
  return null;
end
$$;
create trigger count_version after insert or update or delete on pilothouse.approval_rules
for each row execute function pilothouse.count_policy_version();

grant execute on function pilothouse.roles_of, pilothouse.policy_version, pilothouse.policy_decision,
  pilothouse.quorum_filled to pilothouse_api;
grant execute on function pilothouse.policy_for to pilothouse_api, pilothouse_reader;
