drop function pilothouse.command_declare, pilothouse.declare_cd_config, pilothouse.declare_service,
  pilothouse.declare_target, pilothouse.declare_stage, pilothouse.declare_project, pilothouse.place_identity;
revoke insert, update on pilothouse.projects, pilothouse.stages, pilothouse.approval_policies,
  pilothouse.approval_rules, pilothouse.targets, pilothouse.services, pilothouse.cd_configs from pilothouse_api;
