-- The stages of an attempt, in order: when each began, and how long it took, in seconds; null where its end was not recorded. That a
-- worker died right after its commit does not hide when that was.
select stage.stage, stage.started_at,
    extract(epoch from coalesce(
        stage.ended_at,
        case when stage.stage = 'commit' and run.committed_at >= stage.started_at then run.committed_at end) - stage.started_at)::float8
from etl.run_stage as stage
join etl.run on run.id = stage.run_id
where stage.run_id = @run_id and stage.attempt = @attempt
order by stage.started_at;
