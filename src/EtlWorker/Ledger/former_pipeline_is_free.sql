-- Whether nobody is at work on a pipeline under its former name: the session lock of its runs is free, and is kept until the transaction
-- ends; and no worker of it was seen lately. @former: the former name; @silent_after: how long a worker is silent that is gone.
select pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtextextended('etlworker:run:' || @former, 0))
    and not exists (
        select from etl.worker as alive
        where alive.pipeline = @former and alive.stopped_at is null
            and alive.seen_at > pg_catalog.clock_timestamp() - @silent_after::pg_catalog.interval
    );
