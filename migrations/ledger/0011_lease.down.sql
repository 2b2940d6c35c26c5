drop function pilothouse.command_request_abort, pilothouse.command_renew_lease, pilothouse.held_release,
  pilothouse.command_take_lease, pilothouse.grant_lease, pilothouse.lease_length, pilothouse.drift_found,
  pilothouse.check_delivery, pilothouse.check_unlocked, pilothouse.check_startable, pilothouse.drift_of, pilothouse.plan_of;
revoke update (fence) on pilothouse.targets from pilothouse_api;
