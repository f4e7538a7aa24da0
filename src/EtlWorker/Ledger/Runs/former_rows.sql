-- How many rows each feed loaded, all its files together, in its last runs before a date, newest first, and in the run of the date itself
-- before this attempt. Attempts that were rolled back count nowhere, nor do runs that a command made.
-- A retry loads a snapshot anew. Of a feed that adds to its table each attempt that committed, which had begun its export, has loaded
-- something: of an appending feed they add up; of a merging one the largest counts, for a corrected file has the same rows again.
-- @pipeline, @run_date, @feeds, @incremental, @appending, @most.
with loads as (
    select run.id, run.run_date, feeds.feed, pg_catalog.sum(feeds.rows_loaded)::bigint as loaded
    from etl.run_feed as feeds
    join etl.run on run.id = feeds.run_id
    where run.pipeline = @pipeline and run.origin = 'event' and feeds.feed = any(@feeds)
        and (feeds.feed = any(@incremental) and exists (
                select 1
                from etl.run_stage as delivery
                where delivery.run_id = run.id and delivery.attempt = feeds.attempt and delivery.stage = 'export'
            ) and run.run_date <= @run_date
            or run.run_date < @run_date and feeds.attempt = run.attempt and run.state in ('committed', 'succeeded'))
    group by run.id, run.run_date, feeds.feed, feeds.attempt
), runs as (
    select loads.id, loads.run_date, loads.feed,
        case when loads.feed = any(@appending) then pg_catalog.sum(loads.loaded)::bigint else pg_catalog.max(loads.loaded) end as loaded
    from loads
    group by loads.id, loads.run_date, loads.feed
), ordered as (
    select runs.run_date, runs.feed, runs.loaded,
        pg_catalog.row_number() over (
            partition by runs.feed, runs.run_date = @run_date order by runs.run_date desc, runs.id desc
        ) as number
    from runs
)
select ordered.feed,
    coalesce(pg_catalog.array_agg(ordered.loaded order by ordered.number) filter (where ordered.run_date < @run_date), '{}'),
    coalesce(pg_catalog.max(ordered.loaded) filter (where ordered.run_date = @run_date), 0)
from ordered
where ordered.number <= @most
group by ordered.feed;
