drop function pilothouse.wanted_by, pilothouse.open_review, pilothouse.check_emergency,
  pilothouse.command_break_glass, pilothouse.concerned_by;
