-- Puts a notice into the outbox, within the caller's transaction. @drop_ids: the drops that were excluded, where it reports such: it
-- waits @moment for more of its kind, and where @most of its kind were reported within @pause before, until @pause after the last one.
insert into etl.notification (pipeline, run_id, run_date, kind, subject, body, created_at, drop_ids, due_at)
select @pipeline, @run_id::bigint, @run_date::date, @kind, @subject, @body, @now, @drop_ids::bigint[],
    case
        when @drop_ids::bigint[] is null then null
        when told.number >= @most then told.last_at + @pause::interval
        else @now::timestamptz + @moment::interval
    end
from (
    select pg_catalog.count(*) as number, pg_catalog.max(coalesce(sent_at, created_at)) as last_at
    from etl.notification
    where pipeline = @pipeline and kind = @kind and drop_ids is not null
        and coalesce(sent_at, created_at) > @now::timestamptz - @pause::interval
) as told;
