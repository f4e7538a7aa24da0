-- The event-driven run of a date.
select id, pipeline, run_date, as_of, state, attempt, first_attempt, definition_hash, worker, claimed_at, committed_at,
    warnings, error, reason, passing_since
from etl.run
where pipeline = @pipeline and run_date = @run_date and origin = 'event';
