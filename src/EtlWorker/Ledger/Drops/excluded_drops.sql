-- Those of some drops that are excluded as @disposition, and why, in the order in which the ledger received them.
select drops.id, drops.feed, drops.bucket, drops.key, drops.version_id, drops.etag, drops.size, drops.sequencer, drops.event_time,
    drops.disposition, null::date, drops.received_at, drops.reason
from etl.drop as drops
where drops.id = any(@ids) and drops.disposition = @disposition
order by drops.id;
