drop function pilothouse.command_viewed, pilothouse.command_comment, pilothouse.command_assign,
  pilothouse.readable_ticket, pilothouse.command_decide, pilothouse.approve, pilothouse.check_decision,
  pilothouse.check_decider, pilothouse.about_ticket, pilothouse.lock_ticket;
