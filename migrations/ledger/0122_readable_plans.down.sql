drop trigger variables on pilothouse.releases;
drop trigger guard on pilothouse.previews;
drop function pilothouse.guard_variables, pilothouse.guard_plan, pilothouse.are_objects, pilothouse.are_messages;
