drop trigger count_version on pilothouse.approval_rules;
drop function pilothouse.count_policy_version;
alter table pilothouse.approval_rules drop constraint at_most_eight;
drop function pilothouse.quorum_filled, pilothouse.policy_for, pilothouse.policy_decision, pilothouse.covers_way_back,
  pilothouse.policy_version, pilothouse.candidates, pilothouse.roles_of;
