-- The keys of drops that are gone, of which the very version may be back. @pipeline; @bucket; @since.
select distinct drops.key
from etl.drop as drops
where drops.pipeline = @pipeline and drops.feed is not null and drops.event_time >= @since and drops.bucket = @bucket
    and drops.disposition = 'gone';
