drop function pilothouse.command_authorize, pilothouse.problem, pilothouse.perform, pilothouse.commit_position,
  pilothouse.record_denial, pilothouse.refusal, pilothouse.require, pilothouse.about, pilothouse.grantors,
  pilothouse.actor, pilothouse.ledger_id;
delete from pilothouse.role_bindings;
delete from pilothouse.role_permissions;
delete from pilothouse.roles;
