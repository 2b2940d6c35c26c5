drop view pilothouse_read.tickets;
