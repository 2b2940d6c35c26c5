drop function pilothouse.change_rules, pilothouse.require_for_change, pilothouse.open_change_ticket,
  pilothouse.propose_change, pilothouse.command_change, pilothouse.command_end_delegation;
