-- Where the bytes of a file were loaded before: key, run date and run of the latest file of the feed that has them, with rows.
-- @pipeline, @feed, @sha256.
select dropped.key, run.run_date, run.id
from etl.run_feed as feeds
join etl.run on run.id = feeds.run_id
join etl.drop as dropped on dropped.id = feeds.drop_id
where run.pipeline = @pipeline and feeds.feed = @feed and feeds.sha256 = @sha256 and feeds.rows_loaded > 0
    and dropped.disposition = 'loaded'
order by run.run_date desc, feeds.drop_id desc
limit 1;
