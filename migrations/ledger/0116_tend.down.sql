drop function pilothouse.deciders_of, pilothouse.escalate, pilothouse.expire_release, pilothouse.tend_ticket,
  pilothouse.note_executor, pilothouse.command_tend;
