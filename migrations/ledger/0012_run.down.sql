drop function pilothouse.command_finish, pilothouse.finish_failed, pilothouse.finish_applied,
  pilothouse.command_record_diagnostics, pilothouse.command_record_logs, pilothouse.command_record_step,
  pilothouse.check_attempt;
revoke insert, update on pilothouse.release_steps, pilothouse.release_logs, pilothouse.diagnostics
  from pilothouse_api;
revoke update (last_release_id, last_document_digest, last_applied_at) on pilothouse.targets from pilothouse_api;
