-- A stage of an attempt begins. Idempotent: a stage resumed after a crash begins anew.
insert into etl.run_stage (run_id, attempt, stage, started_at)
values (@run_id, @attempt, @stage, @now)
on conflict (run_id, attempt, stage) do update set started_at = excluded.started_at, ended_at = null;
