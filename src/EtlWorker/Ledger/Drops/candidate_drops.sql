-- What the batch decision looks at; nothing that a command's run has taken by itself (source 'manual').
-- The drops that wait, and beside them
-- those held of feeds whose every drop must be loaded (@incremental),
-- those of failed runs that their pipeline leaves open (@open), unless a later date has been loaded,
-- and the newest of each feed of which any version will do (@changing), whatever became of it; no empty object of a feed that needs
-- rows (@needing); and of a snapshot of several parts (@parts) the newest of each key.
with looked_at as (
    select waiting.id
    from etl.drop as waiting
    left join etl.run on run.id = waiting.run_id
    where waiting.pipeline = @pipeline
      and waiting.disposition in ('pending', 'held', 'failed')
      and (
          waiting.disposition = 'pending'
          or (waiting.disposition = 'held' and waiting.feed = any(@incremental))
          or (
              @open
              and waiting.disposition = 'failed'
              and run.state = 'failed' and run.origin = 'event'
              and not exists (
                  select from etl.run as later
                  where later.pipeline = @pipeline and later.origin = 'event' and later.run_date > run.run_date
                      and later.committed_at is not null
              )
          )
      )
    union
    select newest.id
    from pg_catalog.unnest(@changing::text[]) as feed (name)
    cross join lateral (
        select version.id
        from etl.drop as version
        where version.pipeline = @pipeline and version.feed = feed.name
          and version.disposition not in ('pending', 'gone', 'ignored', 'discarded') and version.source <> 'manual'
          and (version.size <> 0 or not version.feed = any(@needing))
        order by version.event_time desc, version.id desc
        limit 1
    ) as newest
    union
    select part.id
    from (
        select distinct on (version.bucket, version.key) version.id
        from etl.drop as version
        where version.pipeline = @pipeline and version.feed = any(@parts)
          and version.disposition not in ('pending', 'gone', 'ignored', 'discarded') and version.source <> 'manual'
          and (version.size <> 0 or not version.feed = any(@needing))
        order by version.bucket, version.key, version.event_time desc, version.id desc
    ) as part
)
select drops.id, drops.feed, drops.bucket, drops.key, drops.version_id, drops.etag, drops.size, drops.sequencer, drops.event_time,
    drops.disposition, run.run_date, drops.received_at
from looked_at
join etl.drop as drops on drops.id = looked_at.id
left join etl.run on run.id = drops.run_id
order by drops.id;
