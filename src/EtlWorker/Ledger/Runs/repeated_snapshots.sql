-- The feeds of an attempt whose files, all together, are byte by byte those of the last run before its date that loaded the feed, and the
-- date of that run. A file without rows is the same every day, and a drop that is loaded once more is itself.
-- @pipeline, @run_id, @attempt, @run_date, @feeds.
with loaded as (
    select run.id, run.run_date, feeds.feed,
        pg_catalog.string_agg(feeds.sha256, ' ' order by feeds.sha256) as hashes,
        pg_catalog.array_agg(feeds.drop_id order by feeds.drop_id) as drops, pg_catalog.sum(feeds.rows_read) as rows_read
    from etl.run_feed as feeds
    join etl.run on run.id = feeds.run_id
    where run.pipeline = @pipeline and feeds.feed = any(@feeds)
        and (run.id = @run_id and feeds.attempt = @attempt
            or run.run_date < @run_date and run.origin = 'event' and feeds.attempt = run.attempt
                and run.state in ('committed', 'succeeded'))
    group by feeds.feed, run.id, run.run_date
)
select present.feed, former.run_date
from loaded as present
cross join lateral (
    select earlier.run_date, earlier.hashes, earlier.drops
    from loaded as earlier
    where earlier.feed = present.feed and earlier.id <> @run_id
    order by earlier.run_date desc
    limit 1
) as former
where present.id = @run_id and present.rows_read > 0 and former.hashes = present.hashes and former.drops <> present.drops
order by present.feed;
