drop function pilothouse.command_put_target_key, pilothouse.check_target_key, pilothouse.key_is_lost,
  pilothouse.command_enroll_recipient;
revoke insert, delete on pilothouse.target_keys from pilothouse_api;
revoke update (recipient) on pilothouse.members, pilothouse.targets from pilothouse_api;
