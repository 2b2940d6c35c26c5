drop function pilothouse_api.record_preview, pilothouse_api.authorize, pilothouse_api.declare,
  pilothouse_api.request_apply, pilothouse_api.decide, pilothouse_api.withdraw, pilothouse_api.request_abort,
  pilothouse_api.assign, pilothouse_api.comment, pilothouse_api.viewed, pilothouse_api.take_lease,
  pilothouse_api.renew_lease, pilothouse_api.record_step, pilothouse_api.record_logs,
  pilothouse_api.record_diagnostics, pilothouse_api.finish, pilothouse_api.enroll_recipient,
  pilothouse_api.put_target_key, pilothouse_api.verify_chains, pilothouse_api.record_export;
