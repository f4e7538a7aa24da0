-- Gives a run up before its commit; the drops that it had claimed fail with it. No row: the run was taken over.
-- A run that had been loaded, and was made again for a person, is again what it was, beside the outcome of the retry: the tables and
-- results are still its own, and so are the drops that it had loaded. Its attempt is the one that delivered them.
-- What a command's run took of the drops that waited (former_disposition pending, held) waits again, as it did.
-- Drops that were not at fault join whatever runs next. @returned: those of optional feeds wait again; @kept: those of feeds whose
-- every drop counts are held.
with failed as (
    update etl.run
    set state = coalesce(former_state, 'failed'),
        error = case when former_state is null then @error end,
        retry_error = case when former_state is not null then @error end,
        retry_ended_at = case when former_state is not null then @now end,
        attempt = delivered.attempt,
        first_attempt = least(first_attempt, delivered.attempt),
        former_state = null,
        ended_at = @now,
        passing_since = null, passing_at = null, passing_point = null
    from (
        select coalesce(pg_catalog.max(stage.attempt) filter (where made.former_state is not null), made.attempt) as attempt
        from etl.run as made
        left join etl.run_stage as stage on stage.run_id = made.id and stage.stage = 'export'
        where made.id = @id
        group by made.attempt
    ) as delivered
    where run.id = @id and run.attempt = @attempt and run.state = 'claimed'
    returning run.id, run.state
), dropped as (
    update etl.drop as dropped
    set disposition = case
            when former_disposition in ('loaded', 'pending', 'held') then former_disposition
            when dropped.id = any(@returned) then 'pending'
            when dropped.id = any(@kept) then 'held'
            else 'failed'
        end,
        run_id = case
            when former_disposition in ('pending', 'held') then null
            when former_disposition is null and (dropped.id = any(@returned) or dropped.id = any(@kept)) then null
            else run_id
        end,
        reason = case
            when former_disposition in ('loaded', 'pending') or dropped.id = any(@returned) then null
            when former_disposition = 'held' then 'the run of a command had it and failed; the next batch takes it'
            when dropped.id = any(@kept) then 'its run failed through no fault of its own; the next batch takes it'
            else @error
        end,
        former_disposition = null
    from failed
    where run_id = failed.id and (disposition = 'claimed' or former_disposition = 'loaded')
)
select state from failed;
