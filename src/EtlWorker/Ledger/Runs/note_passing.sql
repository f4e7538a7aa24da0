-- A temporary fault ended an attempt, or a delivery: the attempt does not count, and the run waits. Once an attempt of a claimed run.
-- A series of faults begins anew where the run came further than it had ever come: as often as it has stages and files, at most.
-- @id, @attempt, @error: the fault. Returns since when the run waits, for how many seconds, and whether a person has been notified of that.
with progress as (
    select
        1000 * (
            select pg_catalog.count(*) from etl.run_stage as stage
            where stage.run_id = @id and stage.attempt = @attempt and stage.ended_at is not null
        )
        + (select pg_catalog.count(*) from etl.run_feed as feed where feed.run_id = @id and feed.attempt = @attempt) as point
), noted as (
    update etl.run
    set error = case when state = 'claimed' then @error else error end,
        first_attempt = case when state = 'claimed' and first_attempt <= attempt then first_attempt + 1 else first_attempt end,
        passing_since = case
            when passing_since is null or passing_point < progress.point then pg_catalog.clock_timestamp()
            else passing_since
        end,
        passing_at = pg_catalog.clock_timestamp(),
        passing_point = greatest(passing_point, progress.point)
    from progress
    where id = @id and attempt = @attempt and (state = 'claimed' or (state = 'committed' and error is null))
    returning id, passing_since, passing_at
)
select
    noted.passing_since,
    extract(epoch from noted.passing_at - noted.passing_since)::pg_catalog.float8,
    exists (
        select from etl.notification as told
        where told.run_id = noted.id and told.kind = 'waiting' and told.created_at >= noted.passing_since
    )
from noted;
