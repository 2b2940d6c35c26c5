drop view pilothouse_read.ledger, pilothouse_read.members, pilothouse_read.grants, pilothouse_read.projects,
  pilothouse_read.stages, pilothouse_read.services, pilothouse_read.targets, pilothouse_read.target_keys,
  pilothouse_read.unwrapped, pilothouse_read.sealed_values, pilothouse_read.changes;
