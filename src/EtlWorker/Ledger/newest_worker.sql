-- The worker whose definition the next run of a pipeline begins with: of those alive the one that started last, else the one last seen.
-- @silent_after: a worker that has not been seen for that long counts as gone; one that was stopped is.
select name, definition_hash, seen_at, is_alive
from (
    select name, definition_hash, seen_at, started_at,
        stopped_at is null and seen_at >= pg_catalog.clock_timestamp() - @silent_after::interval as is_alive
    from etl.worker
    where pipeline = @pipeline
) as seen
order by is_alive desc, case when is_alive then started_at else seen_at end desc, name
limit 1;
