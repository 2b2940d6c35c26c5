drop schema pilothouse_read cascade;
drop schema pilothouse_api cascade;
drop schema pilothouse cascade;
alter default privileges grant execute on functions to public;
set local role pilothouse_api;
alter default privileges grant execute on functions to public;
set local role pilothouse_reader;
alter default privileges grant execute on functions to public;
set local role pilothouse_owner;
