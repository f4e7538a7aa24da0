-- The ledger made to be read in psql: `select * from etl.run_history` and `select * from etl.latest_run`.
-- Only a run's last attempt is shown; times are in the session's time zone.
-- passing_since: since when the run waits for a passing fault to end. retry_error: why its last retry failed, though the day keeps its state.
drop view etl.latest_run;

create or replace view etl.run_history as
select
    run.id as run_id,
    run.pipeline,
    run.run_date,
    run.origin,
    run.state,
    run.attempt,
    stage.stage,
    date_trunc('second', run.claimed_at) as began,
    date_trunc('milliseconds', coalesce(run.ended_at, now()) - run.claimed_at) as took,
    feeds.rows_read,
    feeds.rows_loaded,
    feeds.rows_rejected,
    run.error,
    date_trunc('second', run.passing_since) as passing_since,
    run.retry_error
from etl.run
left join lateral (
    select sum(feed.rows_read)::bigint as rows_read,
           sum(feed.rows_loaded)::bigint as rows_loaded,
           sum(feed.rows_rejected)::bigint as rows_rejected
    from etl.run_feed as feed
    where feed.run_id = run.id and feed.attempt = run.attempt
) as feeds on true
left join lateral (
    select latest.stage
    from etl.run_stage as latest
    where latest.run_id = run.id and latest.attempt = run.attempt
    order by latest.started_at desc
    limit 1
) as stage on true
order by run.claimed_at desc, run.id desc;

create view etl.latest_run as
select distinct on (history.pipeline) history.*
from etl.run_history as history
order by history.pipeline, history.began desc, history.run_id desc;
