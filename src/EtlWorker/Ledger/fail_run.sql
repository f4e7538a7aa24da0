-- Gives a run up before its commit; the drops that it had claimed fail with it. No row: the run was taken over.
-- Drops that were not at fault join whatever runs next. @returned: those of optional feeds wait again; @kept: those of feeds whose
-- every drop counts are held.
with failed as (
    update etl.run
    set state = 'failed', error = @error, ended_at = @now,
        passing_since = null, passing_at = null, passing_point = null
    where id = @id and attempt = @attempt and state = 'claimed'
    returning id
), dropped as (
    update etl.drop as dropped
    set disposition = case when dropped.id = any(@returned) then 'pending' when dropped.id = any(@kept) then 'held' else 'failed' end,
        run_id = case when dropped.id = any(@returned) or dropped.id = any(@kept) then null else run_id end,
        reason = case when dropped.id = any(@returned) then null when dropped.id = any(@kept) then 'its run failed through no fault of its own; the next batch takes it' else @error end
    from failed
    where run_id = failed.id and disposition = 'claimed'
)
select id from failed;
