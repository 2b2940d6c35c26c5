drop view pilothouse_read.releases, pilothouse_read.previews, pilothouse_read.documents, pilothouse_read.applied,
  pilothouse_read.failures, pilothouse_read.release_steps, pilothouse_read.release_logs,
  pilothouse_read.diagnostics, pilothouse_read.events, pilothouse_read.exported_events;
drop index pilothouse.timeline_events_of_failures;
