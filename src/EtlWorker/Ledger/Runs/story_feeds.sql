-- What each feed of an attempt came to.
select feed.feed, source.key, feed.rows_read, feed.rows_loaded, feed.rows_rejected, feed.seconds
from etl.run_feed as feed
join etl.drop as source on source.id = feed.drop_id
where feed.run_id = @run_id and feed.attempt = @attempt
order by feed.drop_id;
