-- The drops that a run may be made again with: those that the run has or had, and those that wait or were held.
-- Columns as candidate_drops; a run date where it is the run's own.
-- @optional: snapshots of which the newest joins whatever runs next; a date older than the newest loaded one leaves staging as it
-- is, so there they wait on.
select drops.id, drops.feed, drops.bucket, drops.key, drops.version_id, drops.etag, drops.size, drops.sequencer, drops.event_time,
    drops.disposition, run.run_date, drops.received_at
from etl.drop as drops
left join etl.run on run.id = drops.run_id
where drops.pipeline = @pipeline
  and (
      (drops.run_id = @run_id and drops.disposition in ('claimed', 'failed', 'loaded'))
      or (
          drops.run_id is null
          and drops.disposition in ('held', 'pending')
          and not (
              drops.feed = any(@optional)
              and exists (
                  select from etl.run as later
                  where later.pipeline = @pipeline and later.origin = 'event' and later.run_date > @run_date and later.committed_at is not null
              )
          )
      )
  )
order by drops.id;
