drop function pilothouse.command_withdraw, pilothouse.cancel_ticket, pilothouse.command_request_apply,
  pilothouse.requesters, pilothouse.open_ticket, pilothouse.approval_window, pilothouse.check_preview;
