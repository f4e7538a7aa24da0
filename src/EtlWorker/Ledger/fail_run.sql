-- Gives a run up before its commit; the drops that it had claimed fail with it. No row: the run was taken over.
with failed as (
    update etl.run
    set state = 'failed', error = @error, ended_at = @now
    where id = @id and attempt = @attempt and state = 'claimed'
    returning id
), dropped as (
    update etl.drop
    set disposition = 'failed', reason = @error
    from failed
    where run_id = failed.id and disposition = 'claimed'
)
select id from failed;
