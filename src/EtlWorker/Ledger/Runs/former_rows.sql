-- How many rows each feed had, all its files together, in the last run before a date that loaded it.
select distinct on (feeds.feed) feeds.feed, pg_catalog.sum(feeds.rows_loaded)::bigint
from etl.run_feed as feeds
join etl.run on run.id = feeds.run_id and run.attempt = feeds.attempt
where run.pipeline = @pipeline and run.run_date < @run_date and run.state in ('committed', 'succeeded')
group by feeds.feed, run.id, run.run_date
order by feeds.feed, run.run_date desc;
