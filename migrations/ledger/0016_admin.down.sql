drop function pilothouse.admin_revoke, pilothouse.admin_grant, pilothouse.admin_set_active, pilothouse.admin_add_member,
  pilothouse.admin_person, pilothouse.admin_bind, pilothouse.initialise;
