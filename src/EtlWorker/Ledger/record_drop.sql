-- Records one drop. The same drop told again, by whatever way, inserts nothing.
-- Identity: (bucket, key, version id); where either side has no version id: (bucket, key, etag) within five minutes.
-- A listing shows what is there now, with the time at which a long upload began: whatever was told of it later is the same,
-- and so is what is told of it after it was listed.
-- What is gone and lands again is another drop; only its own event, told again, is not.
-- Idempotent.
insert into etl.drop
    (pipeline, feed, bucket, key, version_id, etag, size, sequencer, event_time, source, received_at, disposition, reason)
select @pipeline, @feed::text, @bucket, @key, @version_id::text, @etag::text, @size, @sequencer::text, @event_time, @source, @now,
    @disposition, @reason::text
where not exists (
    select from etl.drop as known
    where known.pipeline = @pipeline
      and known.bucket = @bucket
      and known.key = @key
      and (
          known.version_id = @version_id::text
          or (
              (known.version_id is null or @version_id::text is null)
              and known.etag is not distinct from @etag::text
              and (known.event_time >= @event_time - interval '5 minutes'
                  or (known.source = 'listing' and known.received_at >= @event_time))
              and (@source = 'listing' or known.event_time <= @event_time + interval '5 minutes')
              and (known.disposition <> 'gone' or (@source <> 'listing' and known.sequencer is not distinct from @sequencer::text))
          )
      )
)
on conflict do nothing;
