drop function pilothouse.check_rollback, pilothouse.draft_release, pilothouse.expire_overdue,
  pilothouse.supersede_ticket, pilothouse.ticket_event, pilothouse.ticket_action, pilothouse.release_answer,
  pilothouse.require_seen, pilothouse.apply_permission, pilothouse.about_release, pilothouse.lock_release,
  pilothouse.delivery_of;
revoke insert, update on pilothouse.documents, pilothouse.previews, pilothouse.releases, pilothouse.sealed_values,
  pilothouse.approval_inbox_items, pilothouse.approval_inbox_subjects, pilothouse.approval_inbox_actions
  from pilothouse_api;
