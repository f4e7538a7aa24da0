-- The drops that a run may be made again with: those that the run has or had, and those that wait or were held.
-- Columns as candidate_drops; a run date where it is the run's own.
-- Besides them those that were discarded, and of failed drops of feeds whose every drop counts (@incremental) the versions that other
-- runs loaded: what a newer version has replaced is not loaded again.
-- @parts: snapshots of which a change reads every part: those that other runs have are as they were.
-- @optional: snapshots of which the newest joins whatever runs next; a date older than the newest loaded one leaves staging as it
-- is, so there they wait on.
select drops.id, drops.feed, drops.bucket, drops.key, drops.version_id, drops.etag, drops.size, drops.sequencer, drops.event_time,
    drops.disposition, run.run_date, drops.received_at
from etl.drop as drops
left join etl.run on run.id = drops.run_id
where drops.pipeline = @pipeline
  and (
      (drops.run_id = @run_id and drops.disposition in ('claimed', 'failed', 'loaded', 'discarded'))
      or (
          drops.feed = any(@parts)
          and drops.source <> 'manual'
          and (
              drops.disposition in ('loaded', 'failed', 'held', 'superseded')
              or (drops.disposition = 'gone' and drops.run_id = @run_id and drops.former_disposition is null)
          )
      )
      or (
          drops.run_id is null
          and drops.disposition in ('held', 'pending', 'discarded')
          and not (
              drops.feed = any(@optional)
              and exists (
                  select from etl.run as later
                  where later.pipeline = @pipeline and later.origin = 'event' and later.run_date > @run_date
                      and later.committed_at is not null
              )
          )
      )
      or (
          drops.disposition = 'loaded'
          and drops.source <> 'manual'
          and drops.run_id <> @run_id
          and exists (
              select from etl.drop as failed
              where failed.run_id = @run_id and failed.disposition = 'failed' and failed.feed = any(@incremental)
                and failed.bucket = drops.bucket and failed.key = drops.key
          )
      )
  )
order by drops.id;
