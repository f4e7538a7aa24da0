-- Gives a run up before its commit; the drops that it had claimed fail with it. No row: the run was taken over.
-- @returned: the optional feeds that were not at fault; their drops join whatever runs next.
with failed as (
    update etl.run
    set state = 'failed', error = @error, ended_at = @now
    where id = @id and attempt = @attempt and state = 'claimed'
    returning id
), dropped as (
    update etl.drop
    set disposition = case when feed = any(@returned) then 'pending' else 'failed' end,
        run_id = case when feed = any(@returned) then null else run_id end,
        reason = case when feed = any(@returned) then null else @error end
    from failed
    where run_id = failed.id and disposition = 'claimed'
)
select id from failed;
