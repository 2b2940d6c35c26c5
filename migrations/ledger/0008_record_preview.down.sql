drop function pilothouse.command_record_preview, pilothouse.release_to_plan, pilothouse.store_preview,
  pilothouse.check_sealed, pilothouse.store_sealed, pilothouse.check_strategy, pilothouse.check_context, pilothouse.differing,
  pilothouse.expected_context, pilothouse.check_document;
