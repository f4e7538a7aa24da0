-- A pipeline's definition was removed. Returns where it stood and how many of its drops wait, where that was not known before.
-- @name; @source: another machine's may go on.
update etl.pipeline
set removed_at = pg_catalog.clock_timestamp()
where name = @name and source = @source and removed_at is null
returning source, (
    select pg_catalog.count(*)
    from etl.drop as waiting
    where waiting.pipeline = @name and waiting.disposition = 'pending'
);
