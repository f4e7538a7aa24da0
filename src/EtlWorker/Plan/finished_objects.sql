-- The objects of feeds whose every drop counts that no run takes by itself: loaded, discarded, or the ones by which a run failed.
-- @pipeline; @feeds; @bucket.
select drops.key, drops.etag, drops.version_id, drops.disposition, run.run_date, drops.id
from etl.drop as drops
left join etl.run on run.id = drops.run_id
where drops.pipeline = @pipeline and drops.feed = any(@feeds) and drops.bucket = @bucket and drops.source <> 'manual'
    and drops.disposition in ('loaded', 'discarded', 'failed')
order by drops.id;
