-- The drops that a run executes with.
select drops.id, drops.feed, drops.bucket, drops.key, drops.version_id, drops.etag, drops.size, drops.sequencer, drops.event_time,
    drops.disposition, run.run_date, drops.received_at
from etl.drop as drops
join etl.run on run.id = drops.run_id
where drops.run_id = @run_id and drops.disposition = 'claimed'
order by drops.id;
