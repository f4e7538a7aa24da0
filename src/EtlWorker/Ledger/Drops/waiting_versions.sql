-- The versions of a key of a feed whose every drop counts that wait for a run, oldest first: a command's run takes them with the current
-- one. Without a version id only the current one, by its etag, can be read. Columns as candidate_drops.
-- @pipeline, @feed, @bucket, @key, @etag.
select drops.id, drops.feed, drops.bucket, drops.key, drops.version_id, drops.etag, drops.size, drops.sequencer, drops.event_time,
    drops.disposition, null::date, drops.received_at
from etl.drop as drops
where drops.pipeline = @pipeline and drops.feed = @feed and drops.bucket = @bucket and drops.key = @key
    and drops.disposition in ('pending', 'held') and drops.source <> 'manual'
    and (drops.version_id is not null or drops.etag is not distinct from @etag::text)
order by drops.event_time, drops.id;
