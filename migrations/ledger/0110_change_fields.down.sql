drop function pilothouse.stage_named, pilothouse.team_named, pilothouse.service_named, pilothouse.member_named,
  pilothouse.person_name, pilothouse.field, pilothouse.rule_words, pilothouse.rules_in_force,
  pilothouse.policy_fields, pilothouse.binding_of, pilothouse.role_words, pilothouse.binding_fields,
  pilothouse.role_fields, pilothouse.team_fields, pilothouse.delegate_fields, pilothouse.change_fields,
  pilothouse.change_hash, pilothouse.change_project, pilothouse.change_summary, pilothouse.change_risk;
