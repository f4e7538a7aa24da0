-- The run that has begun and not ended; the pipeline's lock makes sure that nobody is at work on it.
select id, pipeline, run_date, as_of, state, attempt, definition_hash, claimed_at, warnings
from etl.run
where pipeline = @pipeline and state in ('claimed', 'committed')
order by id
limit 1;
