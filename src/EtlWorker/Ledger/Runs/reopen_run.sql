-- A person has an ended run made again; the next attempt is the first that counts. No row: it is not ended.
-- When it was committed stays: the tables hold that until another commit. What it was stays beside it, for a retry that fails.
-- No attempt is made twice: after a retry that failed the run's own is an older one than those that have a journal.
update etl.run
set state = 'claimed', former_state = case when state = 'succeeded' then state end,
    attempt = journal.attempt, first_attempt = journal.attempt + 1, reason = @reason, definition_hash = @definition_hash, as_of = @as_of,
    error = null, warnings = @warnings, ended_at = null,
    passing_since = null, passing_at = null, passing_point = null
from (
    select greatest(ended.attempt, pg_catalog.max(stage.attempt)) as attempt
    from etl.run as ended
    left join etl.run_stage as stage on stage.run_id = ended.id
    where ended.id = @id
    group by ended.attempt
) as journal
where run.id = @id and run.attempt = @attempt and run.state in ('failed', 'succeeded')
returning run.id;
