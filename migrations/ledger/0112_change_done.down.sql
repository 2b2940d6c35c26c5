drop function pilothouse.administrators, pilothouse.is_for_people, pilothouse.carry_policy, pilothouse.carry_stage,
  pilothouse.carry_lift_freeze, pilothouse.carry_grant, pilothouse.carry_revoke, pilothouse.carry_member,
  pilothouse.carry_role, pilothouse.carry_team, pilothouse.carry_service_team, pilothouse.carry_delegate,
  pilothouse.carry_out, pilothouse.try_change, pilothouse.apply_change;
