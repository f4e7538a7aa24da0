-- Records one drop. Called with the key's lock held. Idempotent: the same drop told again, by whatever way, changes nothing.
-- Answers "new", the former disposition (ignored, gone) of a row that counts again, or nothing when it was known.
--
-- Identity: (bucket, key, version id). Where either side has no version id: (bucket, key, etag) within five minutes, unless a drop of
-- another etag of that key lies between the two (by sequencer where both that are compared have one, else by time).
-- A listing shows what is there now, with the whole second at which it was written, or a long upload began. It is the newest known
-- drop of the key, if that has its etag; where the newest has another etag and is no later, it is one that nothing has told of.
-- An ignored row counts as soon as a feed takes its key. A gone row counts again when its very version is there again; without a
-- version id what lands again is another drop, and the event of the former one, told again, is not.
with told as (
    select @pipeline::text as pipeline, @feed::text as feed, @bucket::text as bucket, @key::text as key, @version_id::text as version_id,
        @etag::text as etag, @size::bigint as size, @sequencer::text as sequencer,
        pg_catalog.rpad(pg_catalog.lower(@sequencer::text), 1024, '0') collate "C" as padded,
        @event_time::timestamptz as event_time,
        pg_catalog.date_trunc('second', @event_time::timestamptz, 'UTC') as second, @source::text as source,
        @source = 'listing' as is_listed, @now::timestamptz as received_at, @disposition::text as disposition, @reason::text as reason
),
known as (
    select drops.id, drops.version_id, drops.sequencer,
        pg_catalog.rpad(pg_catalog.lower(drops.sequencer), 1024, '0') collate "C" as padded, drops.event_time,
        pg_catalog.date_trunc('second', drops.event_time, 'UTC') as second, drops.source = 'listing' as is_listed, drops.received_at,
        drops.disposition,
        drops.version_id = told.version_id as is_version,
        drops.etag is not distinct from told.etag as is_etag,
        -- Nothing but the etag may say whether they are one.
        (drops.version_id is null or told.version_id is null) and drops.etag is not distinct from told.etag
            and (drops.event_time >= told.event_time - interval '5 minutes'
                or (drops.source = 'listing' and drops.received_at >= told.event_time))
            and (told.is_listed or drops.event_time <= told.event_time + interval '5 minutes') as is_near
    from told
    join etl.drop as drops on drops.pipeline = told.pipeline and drops.bucket = told.bucket and drops.key = told.key
        and drops.source <> 'manual'
),
-- As the batch decision has it: by sequencer; where one lacks it, by time.
newest as (
    select latest.*
    from (
        (select * from known where sequencer is not null order by padded desc, event_time desc, id desc limit 1)
        union all
        (select * from known where sequencer is null order by event_time desc, id desc limit 1)
    ) as latest
    order by latest.event_time desc, latest.id desc
    limit 1
),
same as (
    select known.id, known.disposition, known.is_version,
        known.is_version and (
            told.is_listed
            or (known.sequencer <> told.sequencer and told.event_time > known.event_time + interval '5 minutes')
        ) as is_back
    from told
    cross join known
    left join newest on true
    where known.is_version
        or (known.is_near and told.is_listed and (
            -- It was listed before.
            (known.is_listed and known.second = told.second and known.disposition <> 'gone')
            or (known.id = newest.id and known.disposition <> 'gone')
            -- It was overwritten between the listing and now.
            or (newest.second > told.second and not newest.is_etag and known.disposition <> 'gone')
            -- The newest has the same bytes and a version id of its own.
            or (newest.is_etag and newest.version_id <> told.version_id and known.disposition <> 'gone')))
        or (known.is_near and not told.is_listed and (
            known.sequencer = told.sequencer
            or (
                (
                    known.disposition <> 'gone'
                    or told.event_time <= known.received_at
                    or (known.sequencer is null and told.event_time = known.event_time)
                )
                and not exists (
                    select from known as other
                    cross join lateral (
                        select
                            case
                                -- What was listed has whole seconds.
                                when known.is_listed or other.is_listed
                                    then (other.second > known.second)::integer - (other.second < known.second)::integer
                                when other.sequencer is null or known.sequencer is null
                                    then (other.event_time > known.event_time)::integer - (other.event_time < known.event_time)::integer
                                else (other.padded > known.padded)::integer - (other.padded < known.padded)::integer
                            end as of_known,
                            case
                                when other.is_listed then (other.second > told.second)::integer - (other.second < told.second)::integer
                                when other.sequencer is null or told.sequencer is null
                                    then (other.event_time > told.event_time)::integer - (other.event_time < told.event_time)::integer
                                else (other.padded > told.padded)::integer - (other.padded < told.padded)::integer
                            end as of_told
                    ) as side
                    where not other.is_etag and side.of_known * side.of_told < 0
                )
            )
        ))
    -- One that counts already is the better match.
    order by known.is_version desc nulls last, known.disposition in ('ignored', 'gone'), known.disposition = 'gone', known.id
    limit 1
),
back as (
    update etl.drop as drops
    set feed = told.feed, disposition = told.disposition, reason = told.reason, source = told.source, received_at = told.received_at,
        version_id = coalesce(told.version_id, drops.version_id),
        etag = coalesce(told.etag, drops.etag),
        size = told.size,
        sequencer = coalesce(told.sequencer, case when same.disposition = 'gone' then drops.sequencer end),
        event_time = case when same.disposition = 'gone' and told.is_listed then drops.event_time else told.event_time end
    from told
    cross join same
    where drops.id = same.id
        and told.disposition <> 'ignored'
        and (same.disposition = 'ignored' or (same.disposition = 'gone' and same.is_back))
    returning same.disposition
),
added as (
    insert into etl.drop
        (pipeline, feed, bucket, key, version_id, etag, size, sequencer, event_time, source, received_at, disposition, reason)
    select told.pipeline, told.feed, told.bucket, told.key, told.version_id, told.etag, told.size, told.sequencer,
        -- What is there now is later than what was there, also within one second.
        case when told.is_listed and newest.second = told.second
            then greatest(told.event_time, newest.event_time + interval '1 microsecond') else told.event_time end,
        told.source, told.received_at, told.disposition, told.reason
    from told
    left join newest on true
    where not exists (select from same)
    on conflict do nothing
    returning 'new'
)
select disposition from back
union all
select * from added;
