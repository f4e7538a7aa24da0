-- The drops that a retry of a run may take: those that the run had, and those that wait or were held.
-- Columns as pending_drops, and whether the run had the drop.
select id, feed, bucket, key, version_id, etag, size, sequencer, event_time, coalesce(run_id = @run_id, false)
from etl.drop
where pipeline = @pipeline
  and feed is not null
  and (
      (run_id = @run_id and disposition in ('failed', 'loaded'))
      or (run_id is null and disposition in ('held', 'pending'))
  )
order by id;
