-- A stage of an attempt has ended well. Idempotent.
update etl.run_stage
set ended_at = @now
where run_id = @run_id and attempt = @attempt and stage = @stage and ended_at is null;
