-- The files of an attempt that are byte by byte another file of their feed, which it or a run before loaded: feed, key, the other's key and
-- run date, the latest of them. @pipeline, @run_id, @attempt, @feeds.
select present.feed, dropped.key, other.key, other.run_date
from etl.run_feed as present
join etl.drop as dropped on dropped.id = present.drop_id
cross join lateral (
    select twin.key, run.run_date
    from etl.run_feed as feeds
    join etl.run on run.id = feeds.run_id
    join etl.drop as twin on twin.id = feeds.drop_id
    where run.pipeline = @pipeline and feeds.feed = present.feed and feeds.sha256 = present.sha256 and feeds.drop_id <> present.drop_id
        and (run.id = @run_id and feeds.attempt = @attempt and feeds.drop_id < present.drop_id
            or run.id <> @run_id and feeds.attempt = run.attempt and run.state in ('committed', 'succeeded'))
    order by run.run_date desc, feeds.drop_id desc
    limit 1
) as other
where present.run_id = @run_id and present.attempt = @attempt and present.feed = any(@feeds) and present.rows_read > 0
order by present.feed, present.drop_id;
