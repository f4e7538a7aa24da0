-- How long each stage of an attempt took, in order, in seconds.
select stage, extract(epoch from coalesce(ended_at, started_at) - started_at)::float8
from etl.run_stage
where run_id = @run_id and attempt = @attempt
order by started_at;
