-- The drops that a run executes with.
select id, feed, bucket, key, version_id, etag, size, sequencer, event_time
from etl.drop
where run_id = @run_id and disposition in ('claimed', 'loaded')
order by id;
