-- The drops that no run has taken and no decision has put aside.
select id, feed, bucket, key, version_id, etag, size, sequencer, event_time
from etl.drop
where pipeline = @pipeline and disposition = 'pending'
order by id;
