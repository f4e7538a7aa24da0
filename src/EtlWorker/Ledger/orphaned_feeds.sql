-- Drops that wait for a feed that the definition does not have. @pipeline; @feeds: those that it has.
select orphan.feed, pg_catalog.count(*)
from etl.drop as orphan
where orphan.pipeline = @pipeline
  and orphan.feed is not null
  and orphan.feed <> all(@feeds)
  and orphan.source <> 'manual'
  and orphan.disposition in ('pending', 'held', 'failed')
group by orphan.feed
order by orphan.feed;
