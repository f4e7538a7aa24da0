-- How many rows each feed of an attempt has, all its files together, and how many it had when its date was loaded before; none where the
-- date was not. What had begun its export was loaded: the attempts that failed before that were rolled back.
-- @run_id, @attempt, @feeds.
with counted as (
    select feeds.feed, feeds.attempt, pg_catalog.sum(feeds.rows_loaded)::bigint as loaded
    from etl.run_feed as feeds
    where feeds.run_id = @run_id and feeds.feed = any(@feeds)
    group by feeds.feed, feeds.attempt
)
select present.feed, present.loaded, former.loaded
from counted as present
join counted as former on former.feed = present.feed
where present.attempt = @attempt
  and former.attempt = (
      select pg_catalog.max(delivery.attempt)
      from etl.run_stage as delivery
      where delivery.run_id = @run_id and delivery.attempt < @attempt and delivery.stage = 'export'
  )
order by present.feed;
