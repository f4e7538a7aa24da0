-- How far a run has come, for whoever waits for its end, and whether a worker of its pipeline is there.
select run.state, run.attempt, run.error, run.retry_error, run.attempt < run.first_attempt,
    (
        select stage.stage
        from etl.run_stage as stage
        where stage.run_id = run.id and stage.attempt = run.attempt
        order by stage.started_at desc
        limit 1
    ),
    exists (
        select from etl.worker
        where worker.pipeline = run.pipeline and worker.stopped_at is null
            and worker.seen_at >= pg_catalog.clock_timestamp() - @silent_after::interval
    )
from etl.run
where run.id = @id;
