drop function pilothouse.has_keys, pilothouse.is_text, pilothouse.is_name, pilothouse.is_login,
  pilothouse.is_role_name, pilothouse.is_number_to, pilothouse.is_approval_rule, pilothouse.is_subject,
  pilothouse.is_runtime, pilothouse.is_role_permission, pilothouse.is_list_of, pilothouse.change_shape,
  pilothouse.fits, pilothouse.check_change;
