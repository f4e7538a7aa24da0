-- The ignored drops that a feed may take now: those of a feed that the definition had no more, and of the others the versions that can
-- still be read and that landed since @since.
select drops.id, drops.bucket, drops.key
from etl.drop as drops
where drops.pipeline = @pipeline
  and drops.disposition = 'ignored'
  and (
      drops.feed is not null
      or (drops.version_id is not null and drops.event_time >= @since and drops.reason not like '%creates no object')
  )
order by drops.id;
